// Needs apps/image-conversion.
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Built, buildFolders } from "./built.ts";
import { describeInside } from "./installed.ts";
import { freePort, type Program, startProgram, until } from "./program.ts";
import { type QueueProxy, startQueueProxy } from "./queue-proxy.ts";
import { type S3, startS3 } from "./s3.ts";

const sample = (name: string) =>
  readFile(fileURLToPath(new URL(`../../../../apps/image-conversion/samples/${name}`, import.meta.url)));
const gatewaySecret = "said by the gateway to vouch";

/** A pod of Knative: the container as its image starts it, and the proxy that Serving puts before it. */
async function startPod(folder: string, environment: Record<string, string>) {
  const port = await freePort();
  const container = startProgram(process.execPath, ["index.mjs"], {
    cwd: folder,
    environment: { PORT: String(port), FAASADE_GATEWAY_SECRET: gatewaySecret, ...environment },
  });
  await until(async () => {
    const reply = await fetch(`http://127.0.0.1:${port}/.faasade/health`).catch(() => undefined);
    return reply?.ok === true ? true : undefined;
  });
  const proxy = await startQueueProxy({ userPort: port, timeoutSeconds: 60 });
  return { container, proxy };
}

describeInside("pictures behind Knative's queue-proxy", ["go"], () => {
  let built: Built;
  let s3: S3;
  let environment: Record<string, string>;
  let pod: { container: Program; proxy: QueueProxy };
  beforeAll(async () => {
    s3 = await startS3("photos", "renditions");
    built = await buildFolders("image-conversion", "knative", "image");
    environment = {
      PHOTOS_URL: s3.url("photos"),
      RENDITIONS_URL: s3.url("renditions"),
      PUBLIC_URL: "https://pictures.example.org",
      IMAGE_SIGNING_KEY: "a key of more than thirty-two characters",
      AWS_ACCESS_KEY_ID: "none",
      AWS_SECRET_ACCESS_KEY: "none",
    };
    pod = await startPod(await built.artefact("image-conversion"), environment);
  }, 180_000);
  afterAll(async () => {
    await Promise.all([pod.proxy.stop("SIGKILL"), pod.container.stop("SIGKILL")]);
    await built.remove();
    await s3.stop();
  });

  it("takes a photo, byte for byte, and gives it back", async () => {
    const photo = await sample("coffee.jpg");
    const url = `${pod.proxy.url}/photos/a%20b/%C3%BC%2B.jpg`;
    const headers = { "content-type": "image/jpeg", "x-faasade-gateway": gatewaySecret };
    const put = await fetch(url, { method: "PUT", headers, body: photo });
    expect(put.status).toBe(201);
    expect(photo.equals(await s3.get("photos", "a b/ü+.jpg"))).toBe(true);
    const got = await fetch(url, { headers });
    expect(photo.equals(Buffer.from(await got.arrayBuffer()))).toBe(true);
    expect((await fetch(url)).status).toBe(401);
  });

  it("makes renditions of what a Broker posts, and nothing for anybody where it serves requests", async () => {
    const event = JSON.stringify({
      specversion: "1.0",
      id: "1",
      source: "/image-conversion/photos",
      type: "dev.faasade.object.created",
      datacontenttype: "application/json",
      data: { store: "photos", key: "a b/ü+.jpg" },
    });
    const post = (to: string) =>
      fetch(`${to}/.faasade/events/make-renditions`, {
        method: "POST",
        headers: { "content-type": "application/cloudevents+json" },
        body: event,
      });
    expect((await post(pod.proxy.url)).status).toBe(404);
    await pod.proxy.stop("SIGKILL");
    const events = await startPod(await built.artefact("image-conversion"), {
      ...environment,
      FAASADE_SERVE: "events",
    });
    try {
      expect((await post(events.proxy.url)).status).toBe(204);
      expect((await s3.keys("renditions")).filter((key) => key.startsWith("manifests/"))).toHaveLength(1);
    } finally {
      await Promise.all([events.proxy.stop("SIGKILL"), events.container.stop("SIGKILL")]);
    }
  }, 60_000);

  it("finishes what it has begun when its pod is ended", async () => {
    const { container, proxy } = await startPod(await built.artefact("image-conversion"), environment);
    try {
      const photo = await sample("astronaut.jpg");
      const headers = { "content-type": "image/jpeg", "x-faasade-gateway": gatewaySecret };
      const body = new ReadableStream({
        async start(controller) {
          controller.enqueue(photo.subarray(0, 1000));
          // The request has come as far as the function, and the rest of it comes after SIGTERM.
          await new Promise((resolve) => setTimeout(resolve, 300));
          container.child.kill("SIGTERM");
          await new Promise((resolve) => setTimeout(resolve, 300));
          controller.enqueue(photo.subarray(1000));
          controller.close();
        },
      });
      const init = { method: "PUT", headers, body, duplex: "half" } as RequestInit;
      expect((await fetch(`${proxy.url}/photos/late.jpg`, init)).status).toBe(201);
      expect(photo.equals(await s3.get("photos", "late.jpg"))).toBe(true);
      if (container.child.exitCode === null) await once(container.child, "exit");
      expect(container.child.exitCode).toBe(0);
    } finally {
      await Promise.all([proxy.stop("SIGKILL"), container.stop("SIGKILL")]);
    }
  }, 60_000);
});
