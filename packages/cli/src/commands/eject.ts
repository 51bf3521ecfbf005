// faasade eject: one app in a folder of its own, with what it needs and no more.
import type { Command } from "commander";
import type { Ejected } from "../eject/eject.ts";
import { addExamples } from "../help.ts";
import { findRoot, resolveFile } from "../here.ts";
import { refuseFile } from "../input.ts";
import { columns, count, formatBytes, print, printJson, remark } from "../output.ts";

export default function defineEject(command: Command): void {
  command
    .argument("<app>", "the app that goes along")
    .argument("<folder>", "where to; it must be empty, or not there yet")
    .option("--json", "for machines: one line, what was written and what stayed behind")
    .action(async (app: string, folder: string, options: { json?: true }) => {
      const { eject } = await import("../eject/eject.ts");
      const target = resolveFile(folder);
      const ejected = await eject(findRoot(), app, target, (line) => remark(`… ${line}`)).catch(
        refuseFile("read or write"),
      );
      if (options.json) printJson(ejected);
      else show(ejected);
    });
  command.addHelpText(
    "after",
    "\nWrites a checkout that knows no other app: npm ci, npm start and npm test work in it, and it needs this one no\n" +
      "more. Drivers that neither the app nor the local world can use stay behind, and so do the packages' own tests.",
  );
  addExamples(command, [["eject shop ../my-shop", "then: cd ../my-shop && npm start"]]);
}

function show({ app, folder, files, bytes, packages, leftOut }: Ejected): void {
  print(`ejected ${app} to ${folder}: ${count(files, "file")}, ${formatBytes(bytes)}`);
  print(`with ${packages.join(", ")}`);
  if (leftOut.length > 0) print(`without ${leftOut.join(", ")}`);
  print();
  print(
    columns([
      ["go there", `cd ${quoted(folder)}`],
      ["start it", "npm start"],
      ["test it", "npm test"],
    ]),
  );
}

function quoted(path: string): string {
  return /[^\w./\\:~-]/.test(path) ? `"${path}"` : path;
}
