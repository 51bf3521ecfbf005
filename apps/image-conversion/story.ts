// The story of image-conversion: photos in, renditions out, and what becomes of half a photo.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import type { Story, StoryApp } from "@faasade/core/story";

const coffee = (): Promise<Uint8Array> => readFile(new URL("samples/coffee.jpg", import.meta.url));

interface Photo {
  readonly key: string;
  readonly state: string;
  readonly reason?: string;
  readonly renditions: readonly { readonly url: string }[];
}

async function shown({ fetch }: StoryApp, key: string): Promise<Photo | undefined> {
  const reply = await fetch("/gallery.json");
  assert.equal(reply.status, 200);
  const { photos } = (await reply.json()) as { photos: readonly Photo[] };
  return photos.find((photo) => photo.key === key && photo.state !== "converting");
}

async function signedUrl({ fetch, unique }: StoryApp): Promise<string> {
  const body = JSON.stringify({ key: `${unique}.jpg`, w: 300, format: "auto" });
  const headers = { "content-type": "application/json" };
  const reply = await fetch("/signed-urls", { method: "POST", headers, body });
  assert.equal(reply.status, 200);
  return ((await reply.json()) as { url: string }).url;
}

const story: Story = [
  {
    title: "a photo is uploaded",
    async run({ fetch, unique }) {
      const reply = await fetch(`/photos/${unique}.jpg`, { method: "PUT", body: await coffee() });
      assert.equal(reply.status, 201, await reply.text());
    },
  },
  {
    title: "the gallery shows its renditions, which anybody may fetch",
    async run(app) {
      const photo = await app.eventually("the photo is converted", () => shown(app, `${app.unique}.jpg`));
      assert.equal(photo.state, "converted", photo.reason);
      const [rendition] = photo.renditions;
      const reply = await app.fetch(`${app.url}/${rendition?.url}`);
      assert.equal(reply.status, 200);
      assert.match(reply.headers.get("content-type") ?? "", /^image\//);
    },
  },
  {
    title: "a signed URL answers anyone, in the format that the Accept header asks for",
    async run(app) {
      const url = await signedUrl(app);
      for (const accept of ["image/webp", "image/jpeg"]) {
        const reply = await app.fetch(url, { headers: { accept } });
        assert.equal(reply.status, 200);
        assert.equal(reply.headers.get("content-type"), accept);
      }
    },
  },
  {
    title: "a signed URL with another size is refused",
    async run(app) {
      const url = await signedUrl(app);
      const { status } = await app.fetch(url.replace("w=300", "w=301"));
      assert.ok([400, 403].includes(status), `It answered ${status}.`);
    },
  },
  {
    title: "half a photo has a reason in place of renditions, and its event is a dead letter",
    async run(app) {
      const key = `${app.unique}-half.jpg`;
      await app.objects("photos").put(key, (await coffee()).subarray(0, 5000));
      const photo = await app.eventually("the half photo is refused", () => shown(app, key));
      assert.equal(photo.state, "failed");
      assert.ok(photo.reason, "It has no reason.");
      await app.eventually("a dead letter names the half photo", async () =>
        (await app.deadLetters()).find(({ body }) => body.includes(key)),
      );
    },
  },
  {
    title: "photos that are removed take their renditions along",
    async run(app) {
      const rendition = (await shown(app, `${app.unique}.jpg`))?.renditions[0]?.url;
      for (const key of [`${app.unique}.jpg`, `${app.unique}-half.jpg`]) {
        const reply = await app.fetch(`/photos/${key}`, { method: "DELETE" });
        assert.ok(reply.ok, `It answered ${reply.status}.`);
      }
      await app.eventually("the rendition is gone", async () => {
        const { status } = await app.fetch(`${app.url}/${rendition}`, {
          headers: { "cache-control": "no-cache" },
        });
        return status === 404 ? true : undefined;
      });
    },
  },
];

export default story;
