// Needs apps/hello.
import { readdirSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { faasade, Running, until } from "./faasade.ts";
import { repository } from "./fixture.ts";

let folder: string;
/** Where `run` works; what it leaves there is left for good. */
let aside: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "faasade-test-"));
  aside = join(folder, "aside");
  await mkdir(aside);
});
afterAll(() => rm(folder, { recursive: true }));
const place = () => ({ root: repository, data: join(folder, "data") });
/** Without installed runtimes, so that what runs it is always the double. */
const bare = () => ({
  env: { FAASADE_CACHE: join(folder, "cache"), TMPDIR: aside, TEMP: aside, TMP: aside },
});
const left = () => readdirSync(aside).filter((name) => name.startsWith("faasade-run-"));
const start = (...args: string[]): Running => {
  const running = new Running(place(), ["run", ...args], bare());
  onTestFinished(() => void running.child.kill("SIGKILL"));
  return running;
};
const samples = join(repository, "packages/platforms/src");
const due = {
  source: "aws.scheduler",
  "detail-type": "Scheduled Event",
  id: "1",
  time: "2026-01-31T06:00:00Z",
  detail: { job: "hello/tick", attempt: "1" },
};

describe("run", () => {
  afterEach(() => expect(left()).toEqual([]));

  it("answers requests as the platform would, until Ctrl-C", async () => {
    const running = start("hello/greet", "--as", "aws-lambda");
    await running.until("Requests");
    expect(left()).toHaveLength(1);
    const url = /Requests +(\S+)/.exec(running.stdout)?.[1] ?? "";
    const reply = await fetch(`${url}/world`);
    expect([reply.status, await reply.json()]).toMatchObject([200, { greeting: "Hello, world!" }]);
    const named = await fetch(`${url}/w%C3%B6%20rld%3F`);
    expect(await named.json()).toMatchObject({ greeting: "Hello, wö rld?!" });
    expect((await fetch(`${url}/a/b/c`)).status).toBe(404);
    expect(running.stderr).toContain("a double of Lambda's runtime client");
    running.child.kill("SIGINT");
    expect((await running.ended).code).toBe(0);
  });

  it("hands one event over and prints what came of it", async () => {
    await writeFile(join(folder, "event.json"), JSON.stringify(due));
    const args = ["run", "hello/tick", "--as", "aws-lambda", "--event", `@${join(folder, "event.json")}`];
    const { code, stdout, stderr } = await faasade(place(), args, bare());
    expect({ code, stdout }).toEqual({ code: 0, stdout: '{"acknowledged":1}\n' });
    expect(stderr).toContain('"message":"tick"');
    expect(stderr).not.toContain("sample");
  });

  it("takes the event out of a sample, says so, and ends with 3 when the function does not take it", async () => {
    const sample = join(samples, "aws-lambda/samples/scheduler.json");
    const args = ["run", "hello/tick", "--as", "aws-lambda", "--event", `@${sample}`];
    const { code, stdout, stderr } = await faasade(place(), args, bare());
    expect(stderr).toMatch(
      /^The event of a sample: https:\/\/docs\.aws\.amazon\.com\/scheduler\/.* \(written/m,
    );
    // Refused for its job, which is another app's: so it was the event that arrived, not its wrapping.
    expect(JSON.parse(stdout)).toMatchObject({ errorMessage: expect.stringContaining("suite/tick") });
    expect(code).toBe(3);
  });

  it.each(["SIGINT", "SIGTERM"] as const)("ends at %s while it still builds, with 130", async (signal) => {
    const running = start("hello/greet", "--as", "aws-lambda");
    await until("the folder", () => left().length > 0);
    running.child.kill(signal);
    expect(await running.ended).toMatchObject({ code: 130, stdout: "" });
  });
});
