// The licences of what went into a bundle, each text once.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** @param inputs relative to the root, with "/". Undefined when nothing of others is inside. */
export async function gatherLicences(
  root: string,
  inputs: readonly string[],
): Promise<Uint8Array | undefined> {
  const folders = new Set(
    inputs.flatMap((input) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []),
  );
  const holders = new Map<string, string[]>();
  for (const folder of [...folders].sort()) {
    const { title, text } = await licenceOf(join(root, folder));
    holders.set(text, [...(holders.get(text) ?? []), title]);
  }
  if (holders.size === 0) return undefined;
  const sections = [...holders].map(([text, titles]) => `${[...new Set(titles)].join("\n")}\n\n${text}\n`);
  return new TextEncoder().encode(sections.join(`\n${"-".repeat(80)}\n\n`));
}

async function licenceOf(folder: string): Promise<{ title: string; text: string }> {
  const { name, version, license } = JSON.parse(
    await readFile(join(folder, "package.json"), "utf8"),
  ) as Record<string, unknown>;
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8").catch(() => "")));
  const text = texts.map((one) => one.replaceAll("\r\n", "\n").trim()).filter((one) => one !== "");
  return {
    title: `${name} ${version}`,
    text: text.join("\n\n") || `Licence: ${String(license ?? "not stated")}`,
  };
}
