// What verify writes down: nothing that tells whose account it was, and no proof that a double gave.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BuildResult, buildApp } from "@faasade/build";
import { platforms } from "@faasade/platforms";
import { cellsOf } from "@faasade/platforms/shared/proof";
import { type ProbeRecord, proofsIn } from "@faasade/platforms/shared/recorded";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recordedProofs } from "../src/matrix/recorded.ts";
import { nativesOf } from "../src/verify/natives.ts";
import { makeProbe } from "../src/verify/probe.ts";
import { toRecord, writeRecord } from "../src/verify/record.ts";
import { redact } from "../src/verify/redact.ts";
import { repository } from "./fixture.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "faasade-record-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJtZSJ9.c2lnbmF0dXJl";

describe("what is recorded", () => {
  /** Each with what must not be read in it any more. */
  const told: Readonly<Record<string, readonly [value: unknown, secret: string]>> = {
    "an account id": [{ accountId: "493817264051" }, "493817264051"],
    "an ARN's account": ["arn:aws:sqs:eu-central-1:493817264051:q", "493817264051"],
    "a bearer's token": [[["Authorization", `Bearer ${token}`]], "eyJ"],
    "a token anywhere": [{ deep: [`x ${token}`] }, "eyJ"],
    "a field of a header table": [{ headers: { Authorization: "Basic bWU6aXQ=" } }, "bWU6aXQ="],
    "a session's token": [{ "X-Amz-Security-Token": "IQoJb3JpZ2luX2VjE" }, "IQoJ"],
    "a function's key": [[["x-functions-key", "abc123def456=="]], "abc123"],
    "a key in a query": ["https://h/api?code=s3cr3t%3D&x=1", "s3cr3t"],
    "a shared access signature": ["https://a.blob/c?sv=1&sig=AbC%2B", "AbC%2B"],
    "a signed URL": ["https://b.s3/x?X-Amz-Signature=0f3a&X-Amz-Credential=AKIA%2F", "0f3a"],
    "an access key": ["AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE"],
    "a receipt": [{ receiptHandle: "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a" }, "AQEB"],
    "a caller's address": [{ sourceIp: "203.0.113.77" }, "203.0.113.77"],
    "a caller's address of version 6": ["from 2001:db8:85a3:0:0:8a2e:370:7334", "85a3"],
    "a forwarded address": [[["X-Forwarded-For", "198.51.100.7"]], "198.51"],
    "a person": [{ principal: "jane.doe@corp.example.com" }, "jane.doe"],
    "a subscription": ["/subscriptions/0b1f6471-1bf0-4dda-aec3-111122223333/resourceGroups/x", "0b1f6471"],
    "a password in a URL": ["postgres://me:hunter2@db/x", "hunter2"],
    "the project": [{ topic: "projects/acme-prod-7/topics/t" }, "acme-prod-7"],
    "the project as a key": [{ "acme-prod-7": 1 }, "acme-prod-7"],
  };
  it.each(Object.entries(told))("does not tell %s", (_, [value, secret]) => {
    expect(JSON.stringify(value)).toContain(secret);
    expect(JSON.stringify(redact(value, { "acme-prod-7": "project" }))).not.toContain(secret);
  });

  it("keeps what a sample is for", () => {
    const sample = {
      time: "2026-12-01T04:37:01.664Z",
      timeEpoch: 1796099821807,
      attributes: { SentTimestamp: "1796099821807", ApproximateReceiveCount: "2" },
      headers: [["cookie", "a=1; b=2"]],
      body: "grüß 😀 2001 10:20:30",
      id: "747faeef-673f-402c-b46c-e1be4c73c076",
      etag: "d41d8cd98f00b204e9800998ecf8427e",
      version: "1.2.3",
    };
    expect(redact(sample, {})).toEqual(sample);
  });
});

const build = {
  platform: "aws-lambda",
  packaging: "zip",
  resources: [{ kind: "object-store", name: "probe-inbox", driver: "s3" }],
} as unknown as BuildResult;
const held = (kind: "http" | "object", mark: string, ok = true) =>
  ({ kind, title: `${kind} ${mark}`, ok, milliseconds: 1, mark }) as const;
const evidence = {
  build,
  place: { region: "eu-central-1", profile: "acme-admin" },
  url: "https://a1b2c3d4.execute-api.eu-central-1.amazonaws.com",
  cases: [held("http", "request-1"), held("object", "plain-1"), held("object", "again-1", false)],
  natives: new Map<string, unknown>([
    [
      "request-1",
      {
        requestContext: { apiId: "a1b2c3d4", domainName: "a1b2c3d4.execute-api.eu-central-1.amazonaws.com" },
      },
    ],
  ]),
  values: { MAIL_URL: "smtp://someone-else:pw@mail.corp" },
} as const;
const today = new Date("2026-12-01T05:00:00Z");

describe("a record", () => {
  it("of an account is a proof of the cells that hold, which the matrix shows with its date", async () => {
    const record = toRecord({ ...evidence, witness: { proof: "cloud" } }, today);
    expect(JSON.stringify(record)).not.toMatch(/a1b2c3d4|acme-admin|mail\.corp/);
    await writeRecord(folder, undefined, record);
    const aws = await (platforms["aws-lambda"] as NonNullable<(typeof platforms)[string]>)();
    const recorded = await recordedProofs(folder, [aws]);
    const cells = cellsOf(aws, recorded.get("aws-lambda"));
    const of = (trigger: string) =>
      cells.find((cell) => cell.packaging === "zip" && cell.trigger === trigger);
    expect(of("http")).toMatchObject({
      proof: "cloud",
      by: "faasade verify, in eu-central-1",
      date: "2026-12-01",
    });
    expect(of("object")).toMatchObject({ driver: "s3", proof: "real-runtime" });
  });

  it("of a double is no proof, wherever it was put", async () => {
    const why = "the endpoint is overridden: Lambda is asked at moto.local";
    const record = toRecord({ ...evidence, witness: { proof: "double", why } }, today);
    expect(record).toMatchObject({ proof: "double", standIn: why });
    await expect(writeRecord(folder, undefined, record)).rejects.toThrow(`in this checkout: ${why}`);
    const root = join(folder, "by-hand");
    const recorded = join(root, "packages/platforms/src/aws-lambda/recorded");
    mkdirSync(recorded, { recursive: true });
    await writeRecord(root, join(recorded, "zip.json"), record);
    const read = () => recordedProofs(root, [{ name: "aws-lambda" }]);
    await expect(read()).rejects.toThrow(why);
    const claimed: ProbeRecord = { ...record, proof: "cloud" };
    expect(() => proofsIn(claimed)).toThrow("Record it at the platform itself.");
    writeFileSync(join(recorded, "zip.json"), JSON.stringify(claimed));
    await expect(read()).rejects.toThrow(why);
  });
});

describe("what came natively", () => {
  it("is found in the log by its mark, though lines were cut and others stand between", async () => {
    const lines = [
      '{"level":"info","message":"faasade"}',
      'START faasade-recorded {"headers":[["x-probe-mark","request-1"]]}',
      'faasade-recorded {"headers":[["x-probe-mark","request-2"]',
    ];
    const client = {
      async *logs() {
        for (const text of lines) yield { at: "", source: "show", text };
      },
    };
    const natives = await nativesOf(client, today, ["request-1", "request-2"], 0);
    expect([...natives]).toEqual([["request-1", { headers: [["x-probe-mark", "request-1"]] }]]);
  });

  it("is recorded by the probe's builds, and by no other build", async () => {
    const probe = makeProbe(repository);
    const codeOf = async (recording: boolean): Promise<string> => {
      const outFolder = join(folder, `recording-${recording}`);
      const { folder: built } = await buildApp({
        ...{ root: probe.root, app: "probe", platform: "node", stage: "verify", only: ["answer"], outFolder },
        ...(recording ? { recording } : {}),
      });
      return readFileSync(join(built, "probe/index.mjs"), "utf8");
    };
    expect(await codeOf(true)).toContain("http.server.request.start");
    expect(await codeOf(false)).not.toContain("http.server.request.start");
    probe.dispose();
  }, 30_000);
});
