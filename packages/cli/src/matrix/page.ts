// The matrix as the page docs/platforms.md.
import type { Platform, Support } from "@faasade/platforms/shared/platform";
import { type Cell, cellsOf } from "@faasade/platforms/shared/proof";
import type { RecordedProof } from "@faasade/platforms/shared/recorded";
import type { AppRow } from "./apps.ts";

const head = `# Platforms

What starts functions where, and how strongly that was proved. This page is written by
\`npm run faasade -- matrix --write\`; no cell claims more than a test that was run.

| proof | means |
|---|---|
| documented | decoded from documentation |
| double | a host written from the contract spoke the real protocol |
| captured | a payload recorded from the real thing |
| real-runtime | the vendor's own runtime ran the artefact |
| cluster | a real cluster ran it |
| cloud | a real account ran it |

Where a driver is said to be missing, its events are read, and the build refuses an app that needs it until there is one.
`;

/** What verify recorded, by platform. */
export type Recorded = ReadonlyMap<string, readonly RecordedProof[]>;

/** @param drivers those there are, by name */
export function toPage(
  platforms: readonly Platform[],
  apps: readonly AppRow[],
  drivers: ReadonlySet<string>,
  recorded: Recorded = new Map(),
): string {
  const sections = platforms.map((platform) =>
    section(platform, cellsOf(platform, recorded.get(platform.name)), drivers),
  );
  return [head, ...sections, appsSection(platforms, apps)].join("\n");
}

/** What hinders an app is told once for each reason. */
function appsSection(platforms: readonly Platform[], apps: readonly AppRow[]): string {
  const titleOf = (name: string): string => platforms.find((one) => one.name === name)?.title ?? name;
  const rows = apps.map(({ platform, packaging, app, how, why = [], proof = "–", by = "", date = "" }) => {
    const said = how === "built" ? how : `not as it is: ${why.map(escaped).join(" ")}`;
    return `| ${[app, titleOf(platform), packaging, said, proof, by, date].join(" | ")} |`;
  });
  return `## Apps

Every app here, built for every platform by a test. What was also run there, inside what the platform itself runs, has a
proof.

| app | platform | packaging | built | proof | by | date |
|---|---|---|---|---|---|---|
${rows.join("\n")}
`;
}

function escaped(text: string): string {
  return text.replaceAll("|", "\\|");
}

function section(platform: Platform, cells: readonly Cell[], drivers: ReadonlySet<string>): string {
  const rows = cells.map((cell) => row(platform, cell, drivers));
  return `## ${platform.title}

${platform.upstream} Packagings: ${packagings(platform)}. [More](../packages/platforms/src/${platform.name}/README.md)

| packaging | started by | how | redelivered | proof | by | date |
|---|---|---|---|---|---|---|
${rows.join("\n")}
`;
}

function packagings({ packagings }: Platform): string {
  return Object.entries(packagings)
    .map(([name, { title }]) => `\`${name}\` (${title})`)
    .join(", ");
}

function row(platform: Platform, cell: Cell, drivers: ReadonlySet<string>): string {
  const { packaging, trigger, driver, proof = "–", by = "", date = "" } = cell;
  const what = driver === undefined ? trigger : `${trigger}, ${driver}`;
  const isMissing = driver !== undefined && !drivers.has(driver);
  const said = describe(supportOf(platform, cell), isMissing);
  return `| ${[packaging, what, ...said, proof, by, date].join(" | ")} |`;
}

function describe(support: Support, isMissing: boolean): [how: string, redelivers: string] {
  if (support.how === "unsupported") return [`not: ${support.why}`, ""];
  const how = support.via === undefined ? support.how : `${support.how}, by ${support.via}`;
  return [isMissing ? `${how}; its driver is missing` : how, support.redelivers ? "yes" : "no"];
}

function supportOf({ triggers }: Platform, { trigger, driver = "" }: Cell): Support {
  if (trigger === "object" || trigger === "message") return triggers[trigger][driver] as Support;
  return triggers[trigger];
}
