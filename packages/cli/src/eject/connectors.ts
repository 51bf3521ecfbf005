// Which ports and drivers go along: all drivers of what the app uses, and what the code names besides.
import { posix } from "node:path";
import { type Checkout, isCode, namesPackage, reachableFiles } from "./checkout.ts";
import { type Manifest, trimDependencies } from "./manifests.ts";

export interface ChosenConnectors {
  readonly files: ReadonlySet<string>;
  readonly manifest: Manifest;
  /** Exports that stay behind, such as `object-store/gcs`; suites of tests are not counted. */
  readonly leftOut: readonly string[];
}

const folder = "packages/connectors";

/**
 * @param code files that go along and may name a port or a driver
 * @param kinds of the resources that the app's functions use: any platform's driver may be wanted for them
 */
export function chooseConnectors(
  checkout: Checkout,
  code: Iterable<string>,
  kinds: ReadonlySet<string>,
): ChosenConnectors {
  const manifest = checkout.workspaces.get(folder) as Manifest;
  const exports = Object.entries(manifest.exports as Readonly<Record<string, string>>);
  const named = namedPaths(checkout, code);
  // A driver is of no use without its port.
  for (const path of named) named.add(path.split("/").slice(0, 2).join("/"));
  const wanted = exports.filter(
    ([path]) => named.has(path) || (kinds.has(path.split("/")[1] ?? "") && !isSuite(path)),
  );
  const fileOf = (path: string): string => posix.join(folder, path);
  const reached = reachableFiles(
    checkout,
    wanted.map(([, path]) => fileOf(path)),
  );
  const [kept, left] = [true, false].map((isKept) =>
    exports.filter(([, path]) => reached.has(fileOf(path)) === isKept),
  ) as [typeof exports, typeof exports];
  const texts = [...reached].filter(isCode).map(checkout.text);
  const isNamed = (name: string): boolean => texts.some((text) => namesPackage(text, name));
  const pages = [...reached].map((file) => `${file.split("/").slice(0, 4).join("/")}/README.md`);
  const others = ["README.md", "package.json", "tsconfig.json"].map(fileOf);
  for (const file of [...pages, ...others]) if (checkout.files.has(file)) reached.add(file);
  const kindsOfDependencies = ["dependencies", "devDependencies", "peerDependencies"] as const;
  return {
    files: reached,
    manifest: trimDependencies(
      { ...manifest, exports: Object.fromEntries(kept) },
      kindsOfDependencies,
      isNamed,
    ),
    leftOut: left.map(([path]) => path.slice(2)).filter((path) => !isSuite(path)),
  };
}

/** `./object-store/file` of "@faasade/connectors/object-store/file". */
function namedPaths({ text }: Checkout, code: Iterable<string>): Set<string> {
  const found = new Set<string>();
  for (const file of code)
    if (isCode(file))
      for (const [, path = ""] of text(file).matchAll(/"@faasade\/connectors\/([\w/-]+)"/g))
        found.add(`./${path}`);
  return found;
}

function isSuite(path: string): boolean {
  return /\/conformance(\/|$)/.test(path);
}
