// Needs apps/hello.
import { afterAll, beforeAll, expect, it } from "vitest";
import { scheduleBody } from "../../src/google-cloud/scheduled.ts";
import { killAfterwards } from "./afterwards.ts";
import { type Built, buildFolders } from "./built.ts";
import { startFunctionsFramework } from "./functions-framework.ts";
import { describeInside } from "./installed.ts";
import { until } from "./program.ts";

describeInside("hello, built, inside functions-framework", ["npm"], () => {
  let built: Built;
  beforeAll(async () => {
    built = await buildFolders("hello", "google-cloud", "functions-framework");
  }, 120_000);
  afterAll(() => built.remove());
  const start = async (serves: "http" | "events") => {
    const environment = { FAASADE_SERVE: serves };
    const folder = await built.artefact("hello");
    return killAfterwards(await startFunctionsFramework({ folder, target: "faasade", environment }));
  };

  it("answers requests, and takes no events where it does", async () => {
    const { url } = await start("http");
    const reply = await fetch(`${url}/w%C3%B6rld`);
    expect([reply.status, await reply.json()]).toMatchObject([200, { greeting: "Hello, wörld!" }]);
    expect((await fetch(`${url}/.faasade/events/tick`, { method: "POST" })).status).toBe(404);
  });

  it("takes a due time, and no other job's", async () => {
    const { url, logs } = await start("events");
    const post = (body: string) =>
      fetch(`${url}/.faasade/events/tick`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "x-cloudscheduler": "true",
          "x-cloudscheduler-scheduletime": "2026-01-31T06:00:00Z",
        },
        body,
      });
    expect((await post(scheduleBody("hello", "tick"))).status).toBe(204);
    await until(() => logs().includes("2026-01-31T06:00:00") || undefined);
    expect((await post(scheduleBody("hello", "tock"))).status).toBe(422);
  });
});
