// The one screen of a start: where the page is, what to try, where the data lives, how to stop.
import { type AppState, findWorld, type Home, type World } from "@faasade/local/control";
import { CommandFailure, exitCodes } from "../exit-code.ts";
import { columns, formatDuration, oneLine, problemLength, styled } from "../output.ts";

/** Asked through the control interface, as any other client would. */
export async function startScreen(home: Home, tookMilliseconds: number): Promise<string> {
  const client = await findWorld(home);
  if (client === undefined)
    throw new CommandFailure(exitCodes.failed, `Cannot find the world just started on ${home.data}.`);
  return renderScreen(await client.world(), client.pageUrl, tookMilliseconds);
}

export function renderScreen(world: World, pageUrl: string, tookMilliseconds: number): string {
  const failed = world.apps.filter(isBroken).length;
  const took =
    tookMilliseconds < 10_000
      ? `${(tookMilliseconds / 1000).toFixed(1)} s`
      : formatDuration(tookMilliseconds);
  const headline =
    failed === 0
      ? styled("green", `faasade is ready (${took})`)
      : styled("yellow", `faasade runs (${took}), but not every app starts`);
  const apps = world.apps.flatMap((app) => [[styled("bold", app.name), lineToTry(app)], ...ownPage(app)]);
  return [
    "",
    `  ${headline}`,
    "",
    columns([["Page", styled("cyan", pageUrl)]], "  "),
    "",
    apps.length === 0 ? "  No apps yet: npm run faasade -- new app my-app" : columns(apps, "  "),
    "",
    columns(
      [
        ["Data", world.data],
        ...Object.entries(world.engines).map(([kind, url], index) => [
          index === 0 ? "Engines" : "",
          `${kind} ${url}`,
        ]),
        ["Stop", "Ctrl-C"],
        ["More", "npm run faasade -- --help"],
      ],
      "  ",
    ),
    "",
  ].join("\n");
}

/** Below the line to try, where that is not the page already. */
function ownPage(app: AppState): string[][] {
  const { page, try: line } = app;
  return isBroken(app) || line === undefined || page === undefined ? [] : [["", styled("cyan", page)]];
}

function lineToTry(app: AppState): string {
  const { problem, try: line, page, url } = app;
  if (isBroken(app))
    return styled("red", `does not start: ${oneLine(problem ?? "no reason given", problemLength)}`);
  return line ?? page ?? url;
}

function isBroken({ state }: AppState): boolean {
  return state === "failed" || state === "gone";
}
