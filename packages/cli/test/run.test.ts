import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { faasade, Running } from "./faasade.ts";
import { repository } from "./fixture.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "faasade-run-test-"));
});
afterAll(() => rm(folder, { recursive: true }));
const place = () => ({ root: repository, data: join(folder, "data") });
/** Without installed runtimes, so that what runs it is always the double. */
const bare = () => ({ env: { FAASADE_CACHE: join(folder, "cache") } });
const due = {
  source: "aws.scheduler",
  "detail-type": "Scheduled Event",
  id: "1",
  time: "2026-01-31T06:00:00Z",
  detail: { job: "hello/tick", attempt: "1" },
};

describe("run", () => {
  it("answers requests as the platform would, until Ctrl-C", async () => {
    const running = new Running(place(), ["run", "greet", "--as", "aws-lambda"], bare());
    onTestFinished(() => void running.child.kill("SIGKILL"));
    await running.until("Requests");
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
  });

  it("ends with 1 when the function did not take the event, and says why", async () => {
    const args = ["run", "tick", "--as", "aws-lambda", "--event", '{"no":"event"}'];
    const { code, stdout } = await faasade(place(), args, bare());
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ errorType: "not_found" });
  });

  it.each([
    [["run", "greet", "--as", "vax"], "There are: aws-lambda"],
    [["run", "nothing", "--as", "aws-lambda"], "There are: hello/greet"],
  ])("%j is refused with 3", async (args, words) => {
    const { code, stderr } = await faasade(place(), args);
    expect(code).toBe(3);
    expect(stderr).toContain(words);
  });
});
