// What a build wrote, for people.
import { relative } from "node:path";
import type { ArtefactResult, BuildResult } from "@faasade/build";
import { columns, count, formatBytes, print, styled } from "../output.ts";

export function showBuild(root: string, result: BuildResult): void {
  const { app, platform, packaging, unit, stage, folder, artefacts, manifest, notes, leftOut, next } = result;
  print(styled("bold", `${app} for ${platform}, stage ${stage}`));
  print(
    columns(
      [
        ["Packed", `${packaging}, ${count(artefacts.length, "artefact")}, one per ${unit}`],
        ["Folder", relative(root, folder)],
        ...section("Artefacts", artefacts.map(describeArtefact)),
        ...section("Starts with", artefacts.flatMap(describeSizes)),
        ...section("Budgets", artefacts.flatMap(describeBudgets)),
        ...section("Left out", leftOut),
        ...section("Manifest", manifest),
        ...section("Notes", notes),
        ...section("Next", [`cd ${relative(root, folder)}`, ...next.split("\n")]),
      ],
      "  ",
    ),
  );
}

function describeArtefact({ path, packedBytes, unpackedBytes, natives, image }: ArtefactResult): string {
  const beside = natives.length === 0 ? "" : `, with ${natives.join(", ")}`;
  const base = image?.base === "none" ? ", no base: the layer and a Dockerfile" : "";
  return `${path}: ${formatBytes(packedBytes)}, unpacked ${formatBytes(unpackedBytes)}${beside}${base}`;
}

function describeSizes({ sizes }: ArtefactResult): string[] {
  return sizes.map(
    ({ name, bytes, modules }) => `${name}: ${formatBytes(bytes)}, ${count(modules, "module")}`,
  );
}

/** Only those that are broken are worth a line each. */
function describeBudgets({ name, budgets }: ArtefactResult): string[] {
  const broken = budgets.filter(({ kept }) => !kept);
  if (broken.length === 0) return [`${name}: ${count(budgets.length, "budget")} kept`];
  return broken.map(({ what, value, limit }) => `${name}: ${value} ${what}, and ${limit} are allowed`);
}

function section(title: string, lines: readonly string[]): string[][] {
  return lines.map((line, index) => [index === 0 ? title : "", line]);
}
