// The end of a deployment: where the app is, one line to try it, and what to type next.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Deployed } from "@faasade/deploy";
import { columns, count, formatDuration, print, styled } from "../output.ts";

export async function showDeployed(root: string, { ledger, unchanged, steps }: Deployed): Promise<void> {
  const { app, stage, platform, url } = ledger;
  const took = steps.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const how = unchanged ? "unchanged" : `${count(steps.length, "step")}, ${formatDuration(took)}`;
  print(styled("bold", `${app} stands on ${platform}, stage ${stage}: ${how}`));
  const tried = await tryLine(root, app);
  const command = (line: string): string => `npm run faasade -- ${line} --stage ${stage}`;
  print(
    columns(
      [
        ...(url === undefined ? [] : [["url", url]]),
        ...(url === undefined || tried === undefined ? [] : [["try", tried.replaceAll("{url}", url)]]),
        ["smoke", command(`smoke ${app}`)],
        ["logs", command(`logs -f ${app}`)],
        ["destroy", command(`destroy ${app}`)],
      ],
      "  ",
    ),
  );
}

async function tryLine(root: string, app: string): Promise<string | undefined> {
  const text = await readFile(join(root, "apps", app, "package.json"), "utf8");
  return (JSON.parse(text) as { faasade?: { try?: string } }).faasade?.try;
}
