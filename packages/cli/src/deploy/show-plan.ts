// A plan as people read it, and as machines do.
import { type Change, type DeploymentPlan, type Need, type Step, total } from "@faasade/deploy";
import { columns, count, oneLine, print, printable, styled } from "../output.ts";
import type { PricedPlan } from "./make-plan.ts";
import { costLines } from "./show-costs.ts";

const marks: Readonly<
  Record<Change["what"], readonly [mark: string, colour: "green" | "yellow" | "red" | "dim"]>
> = {
  create: ["+", "green"],
  change: ["~", "yellow"],
  remove: ["-", "red"],
  orphan: ["!", "red"],
  unchanged: ["=", "dim"],
};

export function showPlan(plan: PricedPlan): void {
  const { wanted, standing, changes, permissions, needs, steps, unchanged, costs } = plan;
  const { id, build, ledger } = wanted;
  print(styled("bold", `${id.app} to ${id.platform}, stage ${id.stage}`));
  const places = Object.entries(ledger.place).map(([name, value]) => `${name} ${value}`);
  section("Where", [places.join(", ") || "the target's own defaults"]);
  section("Packed", [
    `${build.packaging}, ${count(build.artefacts.length, "artefact")}, one per ${build.unit}`,
  ]);
  section("Stands", [standingLine(plan)]);
  section(`Resources: ${totals(changes)}`, columns(changes.map(rowOf)).split("\n"));
  for (const { function: name, startedBy, may } of permissions)
    section(`${name}, started by ${startedBy}`, [
      may.length === 0
        ? "may touch nothing"
        : columns(may.map(({ what, why }) => [`may ${what}`, `by ${why}`])),
    ]);
  section("Costs", costLines(costs));
  if (needs.length > 0) section("Needs", needs.map(needLine));
  if (build.notes.length > 0) section("Notes", build.notes);
  showCommands(steps, unchanged);
  if (standing.state === "unknown")
    print(styled("yellow", `\nNot compared with what stands: ${oneLine(standing.detail ?? "", 500)}`));
}

export function showCommands(steps: readonly Pick<Step, "command">[], unchanged: boolean): void {
  if (unchanged) print("\nNothing to do: what stands is what was built.");
  else
    section(
      "Commands",
      steps.flatMap(({ command }) => command.split("\n")),
    );
}

/** What `--json` says of a plan; commands in place of what runs. */
export function planForMachines(plan: PricedPlan): object {
  const { wanted, standing, changes, permissions, needs, unchanged, refusal, steps, costs } = plan;
  const { id, build, ledger } = wanted;
  return {
    app: id.app,
    stage: id.stage,
    platform: id.platform,
    place: ledger.place,
    packaging: build.packaging,
    unit: build.unit,
    build: ledger.build,
    standing: {
      state: standing.state,
      ...(standing.detail === undefined ? {} : { detail: standing.detail }),
    },
    unchanged,
    changes,
    permissions,
    costs: {
      ...costs,
      idleDollars: total(costs.idle),
      ...(costs.uses === undefined ? {} : { usesDollars: total(costs.uses.lines) }),
    },
    needs: needs.map(({ create: _, ...need }) => need),
    ...(refusal === undefined ? {} : { refusal }),
    commands: commandsOf(steps),
  };
}

export function commandsOf(steps: readonly Step[]): object[] {
  return steps.map(({ name, command }) => ({ name, command }));
}

function standingLine({ standing: { state, detail, ledger } }: DeploymentPlan): string {
  const since = ledger === undefined ? "" : `, deployed ${ledger.at}`;
  return `${state}${detail === undefined ? "" : `: ${oneLine(detail, 300)}`}${since}`;
}

function totals(changes: readonly Change[]): string {
  const words = {
    create: "to create",
    change: "to change",
    remove: "to remove",
    orphan: "left behind",
    unchanged: "unchanged",
  };
  return Object.entries(words)
    .map(([what, words]) => [changes.filter((change) => change.what === what).length, words] as const)
    .filter(([number]) => number > 0)
    .map(([number, words]) => `${number} ${words}`)
    .join(", ");
}

function rowOf({ what, type, name, detail = "" }: Change): string[] {
  const [mark, colour] = marks[what];
  return [styled(colour, mark), type, name, printable(detail)];
}

function needLine({ name, kind, state, detail, fix }: Need): string {
  return `${name} (${kind}): ${state}, ${detail}${state === "missing" && fix !== undefined ? `\n    ${fix}` : ""}`;
}

function section(title: string, lines: readonly string[]): void {
  print(`\n${styled("bold", title)}`);
  for (const line of lines) print(`  ${line.replaceAll("\n", "\n  ")}`);
}
