/** The list of planted faults as the page docs/planted-faults.md. */
import type { Fault } from "./fault.ts";

const head = `# Planted faults

What the tests are known to notice: \`npm run faults\` plants each of these faults in a copy of the checkout, one at a
time, runs the tests beside it, and fails when they pass. This page is written by \`npm run faults -- --write\`.
`;

export function toPage(faults: readonly Fault[]): string {
  const byWorkspace = Object.entries(Object.groupBy(faults, workspaceOf));
  const sections = byWorkspace
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, its = []]) => section(name, its));
  return [head, ...sections].join("\n");
}

/** Such as "packages/core". */
function workspaceOf({ file }: Fault): string {
  return file.split("/").slice(0, 2).join("/");
}

function section(workspace: string, faults: readonly Fault[]): string {
  const inside = (path: string): string => path.replace(`${workspace}/`, "");
  const rows = faults.map(({ name, file, tests }) => {
    const noticed = tests.map((test) => `\`${inside(test)}\``).join(", ");
    return `| ${name} | \`${inside(file)}\` | ${noticed} |`;
  });
  return `## ${workspace}

| fault | in | noticed by |
|---|---|---|
${rows.join("\n")}
`;
}
