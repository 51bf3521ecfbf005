import { existsSync, readFileSync } from "node:fs";
import { basename, extname, join, posix } from "node:path";
import { describe, expect, it } from "vitest";
import { importsOf, packageOf } from "../imports.ts";
import { repositoryContents, strayFolders, treeFolders } from "../repository.ts";
import { allWorkspaces, readPackage, root } from "../workspaces.ts";

const { files, folders } = repositoryContents();
const workspaces = allWorkspaces().filter(({ name }) => name !== "tools");
const code = files.filter((file) => /\.(ts|tsx|js|cjs|mjs)$/.test(file));
const dependencyKinds = ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"];

/** What tests of any workspace may use. */
const testTools = new Set([
  "tools/not-proved.ts",
  "tools/chromium.ts",
  "tools/new-database.ts",
  "packages/connectors/test/object-store/s3-servers.ts",
  "packages/connectors/test/sql/postgres-server.ts",
  ...["azurite", "fake-gcs", "installed", "pubsub"].map(
    (name) => `packages/connectors/test/servers/${name}.ts`,
  ),
  "packages/connectors/test/queue/later.ts",
  "packages/connectors/test/topic/broker.ts",
  "packages/connectors/test/topic/service-bus-double.ts",
  "packages/deploy/test/tool-doubles.ts",
  "tools/optional-tools.ts",
  ...["aws-lambda", "http-api", "installed", "moto", "program", "sam-template"].map(
    (name) => `packages/platforms/test/runtimes/${name}.ts`,
  ),
]);
/** The command shows the very list that tests look tools up in, and runs artefacts where the tests do. */
const shared = new Map([
  ["packages/cli/src/doctor/tools.ts", "tools/optional-tools.ts"],
  ["packages/cli/src/run/run-function.ts", "tools/runtimes/parts.ts"],
]);

describe("the tree", () => {
  it("holds no empty folder", () => {
    expect(folders.filter((folder) => !files.some((file) => file.startsWith(`${folder}/`)))).toEqual([]);
  });

  const page = join(root, "docs", "architecture.md");
  const tree = existsSync(page) ? treeFolders(readFileSync(page, "utf8")) : [];

  it("holds no folder that docs/architecture.md does not name", () => {
    expect(strayFolders(tree ?? [], folders)).toEqual([]);
  });

  const junk = [
    "apps/hello/lib",
    "packages/junk",
    "packages/core/probe",
    "docs/junk",
    "infra/junk",
    "tools/junk",
  ];
  it.runIf(existsSync(page)).each(["junk", ...junk])("has no place for %s", (folder) => {
    expect(strayFolders(tree ?? [], [folder])).toEqual([folder]);
  });

  it("is read from the page's tree block, several folders on a line included", () => {
    const text =
      "```tree\nREADME.md  LICENSE\napps/<use-case>/  one each\n  src/  test/\n  src/functions/\npackages/\n  a/  b/   two\n    deep/\ndocs/\n```\n";
    expect(treeFolders(text)).toEqual([
      { path: [], children: new Set(["apps", "packages", "docs"]) },
      { path: ["apps", "<use-case>"], children: new Set(["src", "test"]) },
      { path: ["packages"], children: new Set(["a", "b"]) },
      { path: ["packages", "b"], children: new Set(["deep"]) },
    ]);
    expect(treeFolders("# No tree\n")).toBeUndefined();
  });

  it("gives no file or folder of code a name that says nothing", () => {
    const nothing =
      /(^|[-.])(utils?|helpers?|manager|processor|services?|base|common|misc|data2|impl)([-.]|$)/i;
    // Drivers carry their product's name, whatever it is.
    const nameOf = (path: string): string => basename(path, extname(path)).replace("service-bus", "");
    const named = [...code, ...folders].filter((path) => nothing.test(nameOf(path)));
    expect(named).toEqual([]);
  });
});

describe("the text", () => {
  const texts = files.filter((file) =>
    /\.(ts|tsx|js|cjs|mjs|json|md|css|html|ya?ml|grit|sql)$|(^|\/)[^.]+$/.test(file),
  );

  it.each([
    ["path of one machine", new RegExp(["", "work", ""].join("/"))],
    ["unfinished work", new RegExp(["TO", "DO|FIX", "ME"].join(""))],
  ])("names no %s", (_, pattern) => {
    const found = texts.filter((file) => pattern.test(readFileSync(join(root, file), "utf8")));
    expect(found).toEqual([]);
  });
});

describe("dependencies", () => {
  it.each(["", ...workspaces.map(({ folder }) => folder)])("of %j are exact versions", (folder) => {
    const manifest = readPackage(folder);
    const versions = dependencyKinds.flatMap((kind) => Object.entries(manifest[kind] ?? {}));
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  });

  it.each(workspaces)("of $folder are declared where they are imported", async ({ folder }) => {
    const manifest = readPackage(folder);
    const names = (kinds: string[], of: Record<string, unknown>) =>
      kinds.flatMap((kind) => Object.keys(of[kind] ?? {}));
    const shipped = new Set([
      ...names(["dependencies", "peerDependencies", "imports"], manifest),
      String(manifest.name),
    ]);
    const tested = new Set([
      ...shipped,
      ...names(["devDependencies"], manifest),
      ...names(["devDependencies"], readPackage("")),
    ]);
    const undeclared = (await importsOf(code.filter((file) => file.startsWith(`${folder}/`)))).filter(
      ({ file, specifier }) => {
        const name = packageOf(specifier);
        return name !== undefined && !(isShipped(file) ? shipped : tested).has(name);
      },
    );
    expect(undeclared).toEqual([]);
  });

  it.each(workspaces)("of $folder reach no file of another workspace", async ({ folder }) => {
    const imports = await importsOf(code.filter((file) => file.startsWith(`${folder}/`)));
    const outside = imports.filter(({ file, specifier }) => {
      if (!specifier.startsWith(".")) return false;
      const target = posix.join(posix.dirname(file), specifier);
      const isTestTool = file.startsWith(`${folder}/test/`) && testTools.has(target);
      return !target.startsWith(`${folder}/`) && !isTestTool && shared.get(file) !== target;
    });
    expect(outside).toEqual([]);
  });

  it("between platforms, and between drivers of one port, do not exist", async () => {
    const imports = await importsOf(
      code.filter((file) => /^packages\/(platforms|connectors)\/src\//.test(file)),
    );
    const crossing = imports.filter(({ file, specifier }) => {
      if (!specifier.startsWith(".")) return false;
      const target = posix.join(posix.dirname(file), specifier).split("/");
      const [, kind, , group = "", member = ""] = file.split("/");
      const isFrontDoor = file === "packages/platforms/src/index.ts" && target[4] === "platform.ts";
      if (isFrontDoor) return false;
      if (kind === "platforms") return group !== "shared" && ![group, "shared"].includes(target[3] ?? "");
      const drivers = driversOf(group);
      const [from, to] = [stem(member), stem(target[4] ?? "")];
      return target[3] === group && from !== to && drivers.has(from) && drivers.has(to);
    });
    expect(crossing).toEqual([]);
  });
});

/** A port's conformance suite stands beside it, for drivers to run. */
function isShipped(file: string): boolean {
  return /^[^/]+\/[^/]+\/src\//.test(file) && !/\/conformance(\/|\.)/.test(file);
}

/** The drivers that a port exports: "s3" of "./object-store/s3". */
function driversOf(port: string): Set<string> {
  const exported = Object.entries(
    (readPackage("packages/connectors").exports ?? {}) as Record<string, string>,
  );
  const drivers = exported.filter(
    ([path, file]) =>
      path.startsWith(`./${port}/`) &&
      /^export (async )?function open\(/m.test(readFileSync(join(root, "packages/connectors", file), "utf8")),
  );
  return new Set(drivers.map(([path]) => path.slice(port.length + 3)));
}

function stem(name: string): string {
  return basename(name, ".ts");
}
