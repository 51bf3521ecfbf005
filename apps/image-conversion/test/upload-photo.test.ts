// Uploading, looking at what was uploaded, and taking it away again.
import type { HttpDelivery } from "@faasade/core/adapter";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bomb, input, sample, svg } from "./pictures.ts";
import { World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await World.open();
});
afterAll(() => world[Symbol.asyncDispose]());

describe("upload-photo", () => {
  it("stores a photo under its key and says where its renditions will be", async () => {
    const reply = await world.request("PUT", "/photos/pets/my%20cat.jpg", { body: sample("chelsea.jpg") });
    expect([reply.status, reply.headers["location"]]).toEqual([
      201,
      "https://images.example/photos/pets/my%20cat.jpg",
    ]);
    expect(reply.json).toMatchObject({
      key: "pets/my cat.jpg",
      photo: { type: "image/jpeg", width: 451, height: 300 },
    });
    const [change] = world.changes;
    expect(change).toMatchObject({ functionName: "make-renditions", key: "pets/my cat.jpg" });
    expect(await world.settle()).toEqual([undefined]);
    expect(reply.json.renditions).toHaveLength(5);
    for (const { url, format } of reply.json.renditions) {
      const made = await world.request("GET", new URL(url).pathname, { signedIn: false });
      expect([made.status, made.headers["content-type"]]).toEqual([200, `image/${format}`]);
    }
  });

  it("gives every posted photo a key of its own", async () => {
    const options = { body: sample("coffee.jpg"), headers: { "content-type": "image/jpeg" } };
    const one = await world.request("POST", "/photos?name=..%2F..%5Ccoffee.jpg", options);
    const two = await world.request("POST", "/photos?name=coffee.jpg", options);
    expect([one.json.key, two.json.key]).toEqual([
      expect.stringMatching(/^[0-9a-z]{26}-coffee\.jpg$/),
      expect.stringMatching(/^[0-9a-z]{26}-coffee\.jpg$/),
    ]);
    expect(one.json.key).not.toBe(two.json.key);
  });

  it.each([
    ["HEIC", "phone.heic", () => input("hopper.heif"), {}, 415, /HEIC is not supported/],
    [
      "a type that the header lies about",
      "a",
      () => sample("coffee.jpg"),
      { "content-type": "image/png" },
      415,
      /said to be image\/png/,
    ],
    [
      "a type that the name lies about",
      "a.png",
      () => sample("coffee.jpg"),
      {},
      415,
      /said to be image\/png/,
    ],
    ["text", "a.txt", () => Buffer.from("hello"), { "content-type": "text/plain" }, 415, /none of JPEG/],
    ["nothing", "a.jpg", () => Buffer.alloc(0), {}, 415, /none of JPEG/],
    ["a pixel bomb", "a.png", () => bomb(9000, 9000), {}, 413, /81000000 pixels/],
    ["an SVG with a script", "a.svg", () => svg("<script/>"), {}, 422, /holds <script>/],
    ["too many bytes", "a.jpg", () => Buffer.alloc(26 * 1024 * 1024), {}, 413, /larger than/],
    ["a key that leaves the store", "..%2Fa.jpg", () => sample("coffee.jpg"), {}, 400, /segment/],
  ])("refuses %s before anything is stored", async (_, key, body, headers, status, reason) => {
    const before = await world.photos.list({ prefix: "", limit: 1000 });
    const reply = await world.request("PUT", `/photos/${key}`, { body: await body(), headers });
    expect([reply.status, reply.json.detail]).toEqual([status, expect.stringMatching(reason)]);
    expect(await world.photos.list({ prefix: "", limit: 1000 })).toEqual(before);
  });

  it("refuses what is larger than MAX_PHOTO_BYTES, though the route would take it", async () => {
    const body = sample("coffee.jpg");
    await using strict = await World.open({ MAX_PHOTO_BYTES: String(body.length - 1) });
    const reply = await strict.request("PUT", "/photos/a.jpg", { body });
    expect([reply.status, reply.json.detail]).toEqual([413, expect.stringMatching(/MAX_PHOTO_BYTES allows/)]);
    expect((await strict.photos.list({ prefix: "", limit: 1 })).objects).toEqual([]);
  });

  it("has no more photos in memory than two of the greatest size", async () => {
    const body = sample("coffee.jpg");
    await using busy = await World.open({ MAX_PHOTO_BYTES: String(body.length) });
    const calls = busy.holdUp("photos", "put", 2);
    const headers = { "content-length": String(body.length) };
    const waiting = Array.from({ length: 6 }, (_, index) =>
      busy.request("PUT", `/photos/${index}.jpg`, { body, headers }),
    );
    expect(await calls).toHaveLength(2);
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual(Array(6).fill(201));
  });

  it.each(["jpeg", "png", "webp", "avif", "gif"] as const)(
    "refuses a %s that was cut off",
    async (format) => {
      const whole = await sharp(sample("coffee.jpg")).toFormat(format).toBuffer();
      const put = (body: Uint8Array) => world.request("PUT", `/photos/whole.${format}`, { body });
      expect((await put(whole)).status).toBe(201);
      expect((await put(Buffer.concat([whole, Buffer.from("a maker's own notes")]))).status).toBe(201);
      for (const length of [whole.length >> 1, whole.length - 14]) {
        const reply = await put(whole.subarray(0, length));
        expect([reply.status, reply.json.detail]).toEqual([422, expect.stringMatching(/broken/)]);
      }
    },
  );

  it("looks past the end of a photo's own preview", async () => {
    const preview = await sharp(sample("coffee.jpg")).resize(60).jpeg().toBuffer();
    const segment = Buffer.alloc(4);
    segment.writeUInt16BE(0xffe2);
    segment.writeUInt16BE(preview.length + 2, 2);
    const photo = sample("coffee.jpg");
    const body = Buffer.concat([photo.subarray(0, 2), segment, preview, photo.subarray(2)]);
    expect((await world.request("PUT", "/photos/a.jpg", { body })).status).toBe(201);
    const half = body.subarray(0, body.length >> 1);
    expect((await world.request("PUT", "/photos/a.jpg", { body: half })).status).toBe(422);
  });

  it("passes over types that claim nothing", async () => {
    for (const type of [
      "application/octet-stream",
      "application/x-www-form-urlencoded",
      "image/jpg; charset=binary",
    ]) {
      const reply = await world.request("PUT", "/photos/plain.jpg", {
        body: sample("coffee.jpg"),
        headers: { "content-type": type },
      });
      expect(reply.status, type).toBe(201);
    }
  });

  it("takes photos, shows originals and removes them only for whom the platform lets through", async () => {
    await world.put("secret.jpg", sample("chelsea.jpg"), "image/jpeg");
    for (const [method, target] of [
      ["PUT", "/photos/x.jpg"],
      ["GET", "/photos/secret.jpg"],
      ["DELETE", "/photos/secret.jpg"],
      ["GET", "/"],
      ["GET", "/gallery.json"],
    ] as const) {
      expect((await world.request(method, target, { signedIn: false })).status, `${method} ${target}`).toBe(
        401,
      );
    }
  });
});

describe("serve-photo", () => {
  it("serves the bytes as they are, under the type they have", async () => {
    await world.put("liar.html", sample("coffee.jpg"), "text/html");
    const reply = await world.request("GET", "/photos/liar.html");
    expect(reply.bytes.equals(sample("coffee.jpg"))).toBe(true);
    expect(reply.headers).toMatchObject({
      "content-type": "image/jpeg",
      "x-content-type-options": "nosniff",
      "content-disposition": "inline",
      "cross-origin-resource-policy": "same-origin",
    });
    const again = await world.request("GET", "/photos/liar.html", {
      headers: { "if-none-match": String(reply.headers["etag"]) },
    });
    expect(again.status).toBe(304);
    expect((await world.request("GET", "/photos/none.jpg")).status).toBe(404);
  });

  it.each([
    ["page.jpg", Buffer.from("<!doctype html><script>alert(1)</script>"), "application/octet-stream"],
    ["drawing.svg", svg("<script>alert(1)</script>"), "image/svg+xml"],
    ["short.jpg", Buffer.from("x"), "application/octet-stream"],
    ["empty.jpg", Buffer.alloc(0), "application/octet-stream"],
  ])("lets nothing run that came as %s", async (key, bytes, type) => {
    await world.put(key, bytes);
    const { headers } = await world.request("GET", `/photos/${key}`);
    expect([headers["content-type"], headers["content-disposition"]]).toEqual([type, "attachment"]);
    expect(headers["content-security-policy"]).toMatch(/default-src 'none'.*sandbox/);
  });
});

describe("serve-rendition", () => {
  it("serves what never changes, whole, in part, or not again", async () => {
    const { renditions } = await world.convert("rocket.jpg", sample("rocket.jpg"), "image/jpeg");
    const { key, bytes } = renditions[0]!;
    const target = `/renditions/${key}`;
    const get = (headers = {}) => world.request("GET", target, { headers, signedIn: false });
    const whole = await get();
    expect(whole.headers).toMatchObject({
      "cache-control": "public, max-age=31536000, immutable",
      "content-length": String(bytes),
      "x-content-type-options": "nosniff",
    });
    const part = await get({ range: "bytes=10-19" });
    expect([part.status, part.headers["content-range"], part.headers["content-length"]]).toEqual([
      206,
      `bytes 10-19/${bytes}`,
      "10",
    ]);
    expect(part.bytes.equals(whole.bytes.subarray(10, 20))).toBe(true);
    expect((await get({ range: "bytes=-5" })).bytes.equals(whole.bytes.subarray(-5))).toBe(true);
    expect((await get({ range: `bytes=${bytes - 2}-` })).bytes.equals(whole.bytes.subarray(-2))).toBe(true);
    expect((await get({ range: "bytes=0-1,4-5" })).status).toBe(200);
    const head = await world.request("HEAD", target, { headers: { range: "bytes=1-2" } });
    expect([head.status, head.bytes.length, head.headers]).toEqual([200, 0, whole.headers]);
    expect((await get({ range: `bytes=${bytes}-` })).status).toBe(416);
    expect((await get({ "if-none-match": String(whole.headers["etag"]) })).status).toBe(304);
  });

  it("serves nothing but renditions", async () => {
    const [manifest] = Object.keys(await world.state()).filter((key) => key.startsWith("manifests/"));
    for (const key of [manifest, "x", `${"0".repeat(32)}/${"0".repeat(16)}/${"0".repeat(40)}.webp`]) {
      expect((await world.request("GET", `/renditions/${key}`)).status).toBe(404);
    }
  });
});

describe("remove-photo", () => {
  it("removes the original, and its renditions after it", async () => {
    await world.convert("gone.jpg", sample("coffee.jpg"), "image/jpeg");
    expect((await world.request("DELETE", "/photos/gone.jpg")).status).toBe(204);
    expect(world.changes.map(({ functionName }) => functionName)).toEqual(["remove-renditions"]);
    await world.settle();
    expect(await world.manifest("gone.jpg")).toBeUndefined();
  });

  it("holds up no conversion, however slowly photos are sent, and takes them in their order", async () => {
    let send = () => {};
    const sent = new Promise<void>((resolve) => {
      send = resolve;
    });
    const photo = sample("coffee.jpg");
    async function* slowly() {
      yield photo.subarray(0, 1000);
      await sent;
      yield photo.subarray(1000);
    }
    const uploads = ["one", "two", "three"].map((name) => upload(name, slowly()));
    await world.put("fast.jpg", sample("chelsea.jpg"), "image/jpeg");
    expect(await world.settle()).toEqual([undefined]);
    expect((await world.manifest("fast.jpg"))?.renditions).toHaveLength(5);
    send();
    expect((await Promise.all(uploads)).map(({ status }) => status)).toEqual([201, 201, 201]);
  });

  it("gives the place of a photo that did not come in time to the next", async () => {
    let isClosed = false;
    async function* never() {
      yield sample("coffee.jpg").subarray(0, 1000);
      while (!isClosed) await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const stuck = ["one", "two"].map((name) => upload(name, never(), { deadline: world.now + 500 }));
    expect((await upload("three", sample("coffee.jpg"))).status).toBe(201);
    expect((await Promise.all(stuck)).map(({ status }) => status)).toEqual([504, 504]);
    isClosed = true;
  });
});

function upload(name: string, body: NonNullable<HttpDelivery["body"]>, options: Partial<HttpDelivery> = {}) {
  return world.app.http({
    method: "PUT",
    target: `/photos/slow/${name}.jpg`,
    origin: "https://images.example",
    headers: { "content-length": String(25 * 1024 * 1024) },
    body,
    principal: { kind: "platform", subject: "operator" },
    ...options,
  });
}
