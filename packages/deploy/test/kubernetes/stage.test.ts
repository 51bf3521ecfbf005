// A stage as one works with it: what is posted, logged and given up, with pods of the built app as plain processes.
// Needs apps/hello.
import { join } from "node:path";
import { decodeStructured, encodeStructured } from "@faasade/core/cloudevents";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { freePort, type Program, startProgram, until } from "../../../platforms/test/runtimes/program.ts";
import { deadEventsIn } from "../../src/kubernetes/stage/dead-letters.ts";
import { readLine } from "../../src/kubernetes/stage/logs.ts";
import { withoutFailure } from "../../src/kubernetes/stage/open.ts";
import { postEvent } from "../../src/kubernetes/stage/post.ts";
import { reachable } from "../../src/kubernetes/stage/store.ts";
import { callEvent, dueEvent } from "../../src/shared/post-event.ts";
import type { StageLogLine } from "../../src/stage.ts";
import { type Built, buildStage } from "../runtimes/stages.ts";

describe("a stage on a cluster", () => {
  let hello: Built;
  beforeAll(async () => {
    hello = await buildStage("hello", "knative", "demo");
  }, 120_000);
  afterAll(() => hello?.remove());

  async function pod(role: string): Promise<{ port: number; program: Program }> {
    const port = await freePort();
    const { folder, artefacts } = hello.build;
    const file = join(folder, artefacts[0]?.path ?? "", "app/index.mjs");
    const environment = { FAASADE_SERVE: role, PORT: String(port) };
    const program = startProgram(process.execPath, [file], { cwd: folder, environment });
    onTestFinished(async () => void (await program.stop("SIGKILL")));
    const url = `http://127.0.0.1:${port}/.faasade/health`;
    await until(async () => ((await fetch(url).catch(() => undefined))?.ok ? true : undefined));
    return { port, program };
  }

  it("starts a schedule as if it were due", async () => {
    const { port } = await pod("events");
    const to = { port, path: "/.faasade/events/tick", host: "hello-events.hello-demo.svc.cluster.local" };
    expect(await postEvent(to, dueEvent("hello", "tick"))).toMatchObject({ ok: true });
  });

  it("says what a function refuses, and what is not there", async () => {
    const { port } = await pod("events");
    const reply = await postEvent({ port, path: "/.faasade/events/nobody" }, callEvent({}));
    expect(reply).toMatchObject({ ok: false, error: { message: expect.stringContaining("nobody") } });
    const free = await freePort();
    await expect(postEvent({ port: free, path: "/" }, callEvent({}))).rejects.toThrow(
      /^Cannot post to .*ECONNREFUSED/,
    );
  });

  it("finds what was given up in the log, with its function and reason, and delivers it again", async () => {
    const [events, dead] = [await pod("events"), await pod("dead-letters")];
    const event = dueEvent("hello", "tick");
    const given = {
      ...event,
      extensions: {
        knativeerrordest: "http://hello-events.hello-demo.svc.cluster.local/.faasade/events/tick",
        knativeerrorcode: 503,
        knativeerrordata: Buffer.from("the store is away").toString("base64"),
      },
    };
    const { contentType, body } = encodeStructured(given);
    const url = `http://127.0.0.1:${dead.port}/.faasade/dead-letters`;
    const answer = await fetch(url, { method: "POST", headers: { "content-type": contentType }, body });
    expect(answer.status).toBe(204);
    await dead.program.printed(/is a dead letter/);
    const lines = dead.program
      .output()
      .split("\n")
      .filter(Boolean)
      .map(
        (line) => `[pod/hello-dead-letters-00001-deployment-x/app] 2026-11-30T20:00:00.123456789Z ${line}`,
      );
    const found = await deadEventsIn(linesOf(["[pod/other/app] 2026-11-30T20:00:00Z no record", ...lines]));
    expect(found.map(({ letter }) => letter)).toEqual([
      {
        id: event.id,
        function: "tick",
        at: "2026-11-30T20:00:00.123Z",
        reason: "503 the store is away",
        body: JSON.stringify(event.data),
      },
    ]);
    const again = withoutFailure(found[0]?.event ?? given);
    expect(decodeStructured(encodeStructured(again).body).extensions).toEqual({});
    expect(await postEvent({ port: events.port, path: "/.faasade/events/tick" }, again)).toMatchObject({
      ok: true,
    });
  });

  it("reaches a store within the cluster by a port, and any other where it is", async () => {
    const opened: string[] = [];
    const forwards = {
      open: async (namespace: string, to: string, port: number) => {
        opened.push(`${namespace} ${to} ${port}`);
        return 4711;
      },
      close: async () => {},
    };
    const at = (endpoint: string) => `s3://photos?endpoint=${encodeURIComponent(endpoint)}`;
    for (const host of ["versitygw.store.svc.cluster.local:7070", "versitygw.store:7070", "minio"])
      expect(await reachable(at(`http://${host}`), "demo", forwards)).toBe(at("http://127.0.0.1:4711"));
    expect(opened).toEqual([
      "store service/versitygw 7070",
      "store service/versitygw 7070",
      "demo service/minio 80",
    ]);
    const elsewhere = [at("https://s3.example.com"), at("http://s3.eu.example.com"), "s3://photos?region=eu"];
    for (const url of elsewhere) expect(await reachable(url, "demo", forwards)).toBe(url);
  });
});

async function* linesOf(lines: readonly string[]): AsyncGenerator<StageLogLine> {
  for (const line of lines) yield* readLine(line);
}
