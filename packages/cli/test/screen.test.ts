import type { AppState, World } from "@faasade/local/control";
import { describe, expect, it } from "vitest";
import { renderScreen } from "../src/up/screen.ts";

const url = "http://127.0.0.1:1/pictures";
const page = `${url}/page`;
const line = "npm run faasade -- objects put photos cat.jpg";

function appLines(app: Partial<AppState>): string[] {
  const pictures: AppState = {
    name: "pictures",
    description: "",
    state: "ready",
    url,
    functions: [],
    stores: [],
    queues: [],
    topics: [],
    databases: [],
    mails: [],
    ...app,
  };
  const world = { data: "/data", engines: {}, apps: [pictures] } as unknown as World;
  const lines = renderScreen(world, "http://127.0.0.1:2/#token=t", 1000).split("\n");
  return lines.slice(lines.findIndex((text) => text.includes("pictures"))).slice(0, 2);
}

describe("the start screen", () => {
  it("shows the page of an app below its line to try, because what is dropped there starts functions", () => {
    expect(appLines({ try: line, page })).toEqual([`  pictures  ${line}`, `            ${page}`]);
  });

  it("shows a page once where there is no line to try, and the app's address where there is neither", () => {
    expect(appLines({ page })).toEqual([`  pictures  ${page}`, ""]);
    expect(appLines({})).toEqual([`  pictures  ${url}`, ""]);
  });

  it("shows no page of an app that does not start", () => {
    expect(appLines({ state: "failed", problem: "no", try: line, page })).toEqual([
      "  pictures  does not start: no",
      "",
    ]);
  });
});
