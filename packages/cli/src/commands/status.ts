// faasade status: what runs, and where its page is.

import { findWorld, type Status, type World } from "@faasade/local/control";
import type { Command } from "commander";
import { exitCodes } from "../exit-code.ts";
import { addExamples } from "../help.ts";
import { findHome } from "../here.ts";
import {
  columns,
  count,
  formatDuration,
  oneLine,
  print,
  printJson,
  problemLength,
  styled,
} from "../output.ts";

export default function defineStatus(command: Command): void {
  command
    .option("--json", 'for machines: {"ready":true,"page":…,"gateway":…,"apps":{…}}')
    .action((options: { json?: true }) => showStatus(options.json === true));
  command.addHelpText("after", "\nExits with 1 when no world runs; `ready` is true once every app answers.");
  addExamples(command, [
    ["status", "page, apps and what waits in their queues"],
    ["status --json", "the same for a script"],
  ]);
}

async function showStatus(asJson: boolean): Promise<void> {
  const home = findHome();
  const client = await findWorld(home);
  if (client !== undefined && asJson) return printJson(await client.status());
  if (client !== undefined) return show(await client.status(), await client.world());
  process.exitCode = exitCodes.failed;
  if (asJson) printJson({ ready: false });
  else print(`No world runs on the data in ${home.data}. Start it with: npm start`);
}

function show({ page, gateway, problem }: Status, world: World): void {
  const { aheadMilliseconds } = world.clock;
  const facts = [
    ["Page", styled("cyan", page)],
    ["Gateway", gateway],
    ["Data", world.data],
    ...(Math.abs(aheadMilliseconds) < 1000 ? [] : [["Clock", `${formatDuration(aheadMilliseconds)} ahead`]]),
  ];
  print(columns(facts));
  if (problem !== undefined) print(styled("red", problem));
  print();
  const rows = world.apps.map((app) => {
    const queues = [...app.queues, ...app.functions.flatMap(({ deliveries }) => deliveries ?? [])];
    const waiting = queues.reduce((sum, { ready, delayed, inFlight }) => sum + ready + delayed + inFlight, 0);
    const dead = queues.reduce((sum, queue) => sum + queue.dead, 0);
    return [
      styled("bold", app.name),
      styled(app.state === "ready" ? "green" : "red", app.state),
      count(app.functions.length, "function"),
      waiting === 0 ? "" : `${waiting} waiting`,
      dead === 0 ? "" : styled("red", count(dead, "dead letter")),
      app.problem === undefined ? "" : oneLine(app.problem, problemLength),
    ];
  });
  print(rows.length === 0 ? "No apps." : columns(rows));
}
