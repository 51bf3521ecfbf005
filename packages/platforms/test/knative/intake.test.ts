// The intake: what a real store tells once is what the Broker gets, or the sender learns that it did not.
import { join } from "node:path";
import { open } from "@faasade/connectors/object-store/s3";
import { decodeHttp } from "@faasade/core/cloudevents";
import { describe, expect, it, onTestFinished } from "vitest";
import { findVersitygw, notProved } from "../../../../tools/not-proved.ts";
import {
  createBucket,
  s3Url,
  startStrictS3,
  useTestCredentials,
} from "../../../connectors/test/object-store/s3-servers.ts";
import { notify, record, recordOf, secret } from "../kubernetes/notify.ts";
import {
  freePort,
  openSink,
  type Posted,
  type Sink,
  type Started,
  saidOf,
  start,
  startReady,
  until,
} from "../kubernetes/process.ts";

const fixture = join(import.meta.dirname, "fixture.ts");

function intakeTo(sink: Sink, environment: Record<string, string> = {}): Promise<Started> {
  return startReady(fixture, {
    FAASADE_SERVE: "intake",
    FAASADE_INTAKE_SECRET: secret,
    K_SINK: sink.url,
    K_CE_OVERRIDES: '{"extensions":{"stage":"test"}}',
    PHOTOS_URL: "s3://photos-bucket/in",
    ...environment,
  });
}

const eventOf = ({ headers, body }: Posted) => [decodeHttp(headers, Buffer.from(body))].flat()[0];

describe("the intake", () => {
  it("passes a change on as the canonical event, and says so only when the sink took it", async () => {
    const sink = await openSink();
    const intake = await intakeTo(sink);
    let refusals = 2;
    sink.answer = () => (refusals-- > 0 ? 503 : 202);
    expect((await notify(intake, { Records: [record] })).status).toBe(204);
    expect(sink.posted).toHaveLength(3);
    const ids = new Set(sink.posted.map((one) => eventOf(one)?.id));
    expect(ids.size).toBe(1);
    expect(eventOf(sink.posted[2] as Posted)).toMatchObject({
      type: "dev.faasade.object.created",
      source: "/suite/photos",
      subject: "a b+ü.jpg",
      data: { store: "photos", key: "a b+ü.jpg", size: 1024 },
      extensions: { stage: "test" },
    });
  });

  it("says 503, and the log says what was lost, when the sink takes nothing for a while", {
    timeout: 60_000,
  }, async () => {
    const sink = await openSink();
    sink.answer = () => 500;
    const intake = await intakeTo(sink);
    expect((await notify(intake, { Records: [record] })).status).toBe(503);
    const lost = /Cannot pass on \S+ \(dev\.faasade\.object\.created a b\+ü\.jpg\)/;
    await until(() => lost.test(intake.output()));
  });

  it("does not try again what the sink refuses for good", async () => {
    const sink = await openSink();
    sink.answer = () => 400;
    const intake = await intakeTo(sink);
    expect((await notify(intake, { Records: [record] })).status).toBe(422);
    expect(sink.posted).toHaveLength(1);
  });

  it("takes nothing from whoever does not say the secret, and shows it to nobody", async () => {
    const sink = await openSink();
    const intake = await intakeTo(sink);
    const basic = (password: string) => `Basic ${Buffer.from(`store:${password}`).toString("base64")}`;
    for (const authorization of ["", "Bearer wrong", basic("wrong"), "Bearer", `Digest ${secret}`])
      expect((await notify(intake, { Records: [record] }, authorization)).status).toBe(401);
    expect(sink.posted).toEqual([]);
    expect((await notify(intake, { Records: [record] }, basic(secret))).status).toBe(204);
    expect(sink.posted).toHaveLength(1);
    expect(intake.output()).not.toContain(secret);
  });

  it("does not start without a secret that is worth the name, nor without a sink", async () => {
    for (const [environment, says] of [
      [{ K_SINK: "http://127.0.0.1:1/" }, "FAASADE_INTAKE_SECRET"],
      [{ K_SINK: "http://127.0.0.1:1/", FAASADE_INTAKE_SECRET: "short" }, "FAASADE_INTAKE_SECRET"],
      [{ FAASADE_INTAKE_SECRET: secret }, "K_SINK"],
    ] as const) {
      const ended = await start(fixture, { FAASADE_SERVE: "intake", ...environment });
      expect(await ended.ended).toBe(1);
      expect(ended.output()).toContain(says);
    }
  });

  it("passes over what starts no function: other buckets, keys and changes, and the test event", async () => {
    const sink = await openSink();
    const intake = await intakeTo(sink);
    const others = [
      recordOf({ bucket: { name: "others" } }),
      recordOf({ object: { key: "in/notes.txt", sequencer: "1" } }),
      recordOf({ object: { key: "out/a.jpg", sequencer: "1" } }),
      recordOf({ object: { key: "in/.faasade/claims/a.jpg", sequencer: "1" } }),
      recordOf({}, { eventName: "s3:ObjectTagging:Put" }),
    ];
    expect((await notify(intake, { Records: others })).status).toBe(204);
    expect((await notify(intake, { Service: "S3", Event: "s3:TestEvent" })).status).toBe(204);
    expect((await notify(intake, { nothing: "known" })).status).toBe(400);
    expect(sink.posted).toEqual([]);
  });

  it("passes on what others wait for, where its artefact holds one function of the app", async () => {
    const sink = await openSink();
    const waits = JSON.stringify([
      { function: "other", store: "photos", change: "created", filter: { suffix: [".gif"] } },
    ]);
    const intake = await intakeTo(sink, { FAASADE_INTAKE: waits });
    const gif = recordOf({ object: { key: "in/a.gif", sequencer: "1" } });
    expect((await notify(intake, { Records: [record, gif] })).status).toBe(204);
    expect(sink.posted.map((one) => eventOf(one)?.subject)).toEqual(["a.gif"]);
  });

  it("finishes at SIGTERM what it was told", async () => {
    const sink = await openSink();
    const intake = await intakeTo(sink);
    sink.answer = () => new Promise((resolve) => setTimeout(() => resolve(202), 700));
    const begun = notify(intake, { Records: [record] });
    await until(() => sink.posted.length > 0);
    intake.child.kill("SIGTERM");
    expect((await begun).status).toBe(204);
    expect(await intake.ended).toBe(0);
  });
});

const versitygw = findVersitygw();
if (versitygw === undefined) {
  notProved(
    "a real store's notifications through the intake",
    "versitygw is not here",
    "run tools/ci-prepare",
  );
  it("has no store that notifies, which is noted", () => expect(versitygw).toBeUndefined());
} else {
  describe("versitygw, the intake and a function", () => {
    it("come together: what is put and deleted is handled under its own key, whatever that is", {
      timeout: 60_000,
    }, async () => {
      useTestCredentials();
      const sink = await openSink();
      const functions = await startReady(fixture, { FAASADE_SERVE: "events" });
      // As a Broker does with Triggers: by type, to the function that waits for it.
      sink.answer = async ({ headers, body }) => {
        const name = headers["ce-type"] === "dev.faasade.object.created" ? "created" : "removed";
        const path = `${functions.origin}/.faasade/events/${name}`;
        return (await fetch(path, { method: "POST", headers: headers as Record<string, string>, body }))
          .status;
      };
      const intake = await intakeTo(sink, { PHOTOS_URL: "s3://watched/in" });
      const url = `http://store:${secret}@127.0.0.1:${intake.port}/.faasade/intake/s3`;
      const store = await startStrictS3(versitygw, ["--event-webhook-url", url]);
      onTestFinished(() => store.stop());
      await createBucket(store, "watched");
      await createBucket(store, "others");
      const client = open(s3Url(store, "watched/in"));
      const keys = ["a b/ü+.jpg", "100%.jpg", "%41.JPG"];
      for (const key of keys) await client.put(key, Buffer.from("hello"), {});
      await open(s3Url(store, "others/in")).put("not-ours.jpg", Buffer.from("x"), {});
      await client.delete("a b/ü+.jpg");
      const handled = () => saidOf<{ function: string; id: string; data: object }>(functions, "handled");
      await until(() => handled().length >= 4);
      const created = handled().filter((one) => one.function === "created");
      // It sends each notification on its own, in any order.
      expect(created.map(({ data }) => (data as { key: string }).key).sort()).toEqual([...keys].sort());
      const { etag } = (await client.head("100%.jpg")) as { etag: string };
      for (const { data } of created) expect(data).toMatchObject({ store: "photos", size: 5, etag });
      expect(
        handled()
          .filter((one) => one.function === "removed")
          .map(({ data }) => data),
      ).toEqual([{ store: "photos", key: "a b/ü+.jpg" }]);
      expect(new Set(handled().map(({ id }) => id)).size).toBe(4);
    });

    it("does not start while there is no intake", async () => {
      const port = await freePort();
      const webhook = ["--event-webhook-url", `http://127.0.0.1:${port}/.faasade/intake/s3`];
      await expect(startStrictS3(versitygw, webhook)).rejects.toThrow("versitygw ended");
    });
  });
}
