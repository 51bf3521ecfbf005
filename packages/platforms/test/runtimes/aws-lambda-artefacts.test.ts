// Needs apps/hello and apps/image-conversion.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { scheduleInput } from "../../src/aws-lambda/scheduled.ts";
import type { ClientReply, ClientRequest, HttpWay } from "../conformance/column.ts";
import { objectWays } from "../conformance/columns/aws-lambda/events.ts";
import { httpWays } from "../conformance/columns/aws-lambda/http.ts";
import { killAfterwards } from "./afterwards.ts";
import { type Lambda, startLambda } from "./aws-lambda.ts";
import { type Built, buildZips } from "./built.ts";
import { describeInside } from "./installed.ts";
import { until } from "./program.ts";
import { type S3, startS3 } from "./s3.ts";

const caller = "arn:aws:iam::1:user/operator";
const origin = "https://pictures.example.org";
const signingKey = "a key of more than thirty-two characters";
const sample = (name: string) =>
  readFile(fileURLToPath(new URL(`../../../../apps/image-conversion/samples/${name}`, import.meta.url)));

async function ask(lambda: Lambda, way: HttpWay, request: ClientRequest): Promise<ClientReply> {
  const { status, payload, error } = await lambda.invoke(way.encode(request));
  return way.decode(status === "succeeded" ? { value: JSON.parse(String(payload)) } : { thrown: error });
}

describeInside("pictures as one zip, inside aws-lambda-ric", ["npm"], () => {
  let built: Built;
  let folder: string;
  let s3: S3;
  let lambda: Lambda;
  const start = (photos: string) =>
    startLambda({
      folder,
      handler: "index.handler",
      timeoutSeconds: 60,
      environment: {
        PHOTOS_URL: s3.url(photos),
        RENDITIONS_URL: s3.url("renditions"),
        PUBLIC_URL: origin,
        IMAGE_SIGNING_KEY: signingKey,
      },
    });
  const put = async (to: Lambda, way: HttpWay, path: string, body: Buffer): Promise<ClientReply> =>
    ask(to, way, { method: "PUT", path, caller, body, headers: [["content-type", "image/jpeg"]] });
  beforeAll(async () => {
    s3 = await startS3("photos-bucket", "renditions");
    built = await buildZips("image-conversion", "aws-lambda", "app");
    folder = await built.artefact("image-conversion");
    lambda = await start("photos-bucket");
  }, 180_000);
  afterAll(async () => {
    await lambda.stop("SIGKILL");
    await built.remove();
    await s3.stop();
  });

  it.each(httpWays.map((way) => [way.title, way] as const))(
    "takes a photo by %s, byte for byte, and gives it back",
    async (title, way) => {
      const photo = await sample("coffee.jpg");
      const path = `/photos/${encodeURIComponent(title)}.jpg`;
      const { status } = await put(lambda, way, path, photo);
      if (way.differences.noCaller) return expect(status).toBe(401);
      expect(status).toBe(201);
      expect(photo.equals(await s3.get("photos-bucket", `${title}.jpg`))).toBe(true);
      const got = await ask(lambda, way, { method: "GET", path, caller });
      expect(got.status).toBe(200);
      expect(photo.equals(got.body)).toBe(true);
    },
    60_000,
  );

  it.each(objectWays.map((way) => [way.title, way] as const))(
    "makes the renditions when the photo's event comes %s, and takes them away with it",
    async (_, way) => {
      const place = way.url.replace(/^s3:\/\/|\?.*$/g, "");
      const [key, prefix] = ["a b/ü+.jpg", place.slice("photos-bucket/".length)];
      const own = killAfterwards(await start(place));
      const photo = await sample("astronaut.jpg");
      const reply = await put(own, httpWays[0] as HttpWay, "/photos/a%20b/%C3%BC%2B.jpg", photo);
      expect(reply.status).toBe(201);
      const { renditions } = JSON.parse(Buffer.from(reply.body).toString()) as {
        renditions: { url: string }[];
      };
      const wanted = renditions.map(({ url }) => decodeURIComponent(url.split("/renditions/")[1] ?? ""));
      const said = { key, size: photo.length, etag: "e", version: "1", time: "2026-01-01T00:00:00.000Z" };
      expect(await own.invoke(way.encode({ ...said, change: "created" }))).toMatchObject({
        status: "succeeded",
      });
      expect(await s3.keys("renditions")).toEqual(expect.arrayContaining(wanted));
      await s3.remove("photos-bucket", prefix === "" ? key : `${prefix}/${key}`);
      expect(await own.invoke(way.encode({ ...said, change: "removed" }))).toMatchObject({
        status: "succeeded",
      });
      expect(await s3.keys("renditions")).not.toEqual(expect.arrayContaining(wanted.slice(0, 1)));
    },
    120_000,
  );

  it("hands an event that cannot be handled back to Lambda, with the reason", async () => {
    const bucket = {
      version: "0",
      "detail-type": "Object Created",
      source: "aws.s3",
      time: "2026-01-01T00:00:00Z",
    };
    const strange = { ...bucket, detail: { bucket: { name: "elsewhere" }, object: { key: "a", etag: "e" } } };
    const { status, error } = await lambda.invoke(strange);
    expect(status).toBe("failed");
    expect(error).toMatchObject({ errorType: "not_found" });
    expect(error?.errorMessage).toContain("s3://elsewhere/a");
  });
});

describeInside("pictures per function, inside aws-lambda-ric", ["npm"], () => {
  it("sign the URL of an image, which another zip answers", async () => {
    const built = await buildZips("image-conversion", "aws-lambda", "function");
    const environment = { PUBLIC_URL: origin, IMAGE_SIGNING_KEY: signingKey };
    const folder = await built.artefact("sign-url");
    const lambda = await startLambda({ folder, handler: "index.handler", environment });
    try {
      const reply = await ask(lambda, httpWays[0] as HttpWay, {
        method: "POST",
        path: "/signed-urls",
        caller,
        headers: [["content-type", "application/json"]],
        body: Buffer.from(JSON.stringify({ key: "a b.jpg", w: 100 })),
      });
      const { url } = JSON.parse(Buffer.from(reply.body).toString()) as { url: string };
      expect([reply.status, url.startsWith(`${origin}/images/a%20b.jpg?`)]).toEqual([200, true]);
    } finally {
      await Promise.all([lambda.stop("SIGKILL"), built.remove()]);
    }
  }, 120_000);
});

describeInside("hello per function, inside aws-lambda-ric", ["npm"], () => {
  it("answers and ticks, each from a zip of its own", async () => {
    const built = await buildZips("hello", "aws-lambda", "function");
    const start = async (name: string) =>
      startLambda({ folder: await built.artefact(name), handler: "index.handler" });
    const [greet, tick] = await Promise.all([start("greet"), start("tick")]);
    try {
      const reply = await ask(greet, httpWays[0] as HttpWay, { method: "GET", path: "/world" });
      expect(reply.status).toBe(200);
      expect(Buffer.from(reply.body).toString()).toContain("Hello, world!");
      const input = scheduleInput("hello", "tick").replace(
        "<aws.scheduler.scheduled-time>",
        "2026-01-01T06:00:00Z",
      );
      const ticked = await tick.invoke(JSON.parse(input.replace("<aws.scheduler.attempt-number>", "1")));
      expect(ticked).toMatchObject({ status: "succeeded" });
      await until(() => tick.logs().includes('"message":"tick"') || undefined);
      // It holds one function: the other's event is not lost in it.
      expect(await greet.invoke(JSON.parse(input))).toMatchObject({ status: "failed" });
    } finally {
      await Promise.all([greet.stop("SIGKILL"), tick.stop("SIGKILL"), built.remove()]);
    }
  }, 120_000);
});
