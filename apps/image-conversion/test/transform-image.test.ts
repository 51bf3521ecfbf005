// Images by signed URL: only what was signed, in a format the client takes, made once.
import fc from "fast-check";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { difference, sample, svg } from "./pictures.ts";
import { type Answer, World } from "./world.ts";

const browser = "image/avif,image/webp,image/apng,image/*,*/*;q=0.8";

let world: World;
beforeAll(async () => {
  world = await World.open();
  await world.put("cats/chelsea the cat.jpg", sample("chelsea.jpg"), "image/jpeg");
  await world.put("rocket.jpg", sample("rocket.jpg"), "image/jpeg");
});
afterAll(() => world[Symbol.asyncDispose]());

async function sign(image: Record<string, unknown>, of = world): Promise<string> {
  const reply = await of.request("POST", "/signed-urls", {
    body: JSON.stringify(image),
    headers: { "content-type": "application/json" },
  });
  expect(reply.status, reply.text).toBe(200);
  const { url } = reply.json as { url: string };
  expect(url.startsWith("https://images.example/images/")).toBe(true);
  return url.slice("https://images.example".length);
}

function get(target: string, headers: Record<string, string> = {}, of = world): Promise<Answer> {
  return of.request("GET", target, { headers, signedIn: false });
}

describe("transform-image", () => {
  it("makes what the URL says, for anyone who has it", async () => {
    const target = await sign({
      key: "cats/chelsea the cat.jpg",
      w: 200,
      h: 200,
      fit: "cover",
      format: "png",
    });
    const reply = await get(target);
    expect([reply.status, reply.headers["content-type"]]).toEqual([200, "image/png"]);
    expect(await sharp(reply.bytes).metadata()).toMatchObject({ width: 200, height: 200, format: "png" });
    expect(reply.headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "cache-control": "public, max-age=3600",
    });
    expect((await sharp(reply.bytes).metadata()).exif).toBeUndefined();
  });

  it.each([
    ["inside", { w: 320, h: 320 }, 320, 214],
    ["cover", { w: 320, h: 320 }, 320, 320],
    ["contain", { w: 320, h: 320 }, 320, 320],
    ["fill", { w: 320, h: 100 }, 320, 100],
    ["inside", { w: 320 }, 320, 214],
    ["inside", { h: 100 }, 150, 100],
    ["inside", {}, 640, 427],
    ["inside", { w: 4000 }, 640, 427],
    ["fill", { w: 4000, h: 4000 }, 640, 427],
  ])("fits %s %j", async (fit, box, width, height) => {
    const reply = await get(await sign({ key: "rocket.jpg", fit, format: "webp", ...box }));
    expect(await sharp(reply.bytes).metadata()).toMatchObject({ width, height });
  });

  it.each([
    [browser, "image/avif"],
    ["image/webp,*/*", "image/webp"],
    ["image/avif;q=0.5,image/webp;q=0.9,*/*;q=0.1", "image/webp"],
    ["image/avif;q=0,*/*", "image/jpeg"],
    ["*/*", "image/jpeg"],
    ["", "image/jpeg"],
    ["text/html, image/*;q=0.2", "image/jpeg"],
  ])("chooses the format for Accept: %s", async (accept, type) => {
    const reply = await get(await sign({ key: "rocket.jpg", w: 64 }), { accept });
    expect([reply.status, reply.headers["content-type"], reply.headers["vary"]]).toEqual([
      200,
      type,
      "accept",
    ]);
  });

  it("leaves AVIF out where it would take more memory than MAX_PIXELS allows", async () => {
    await using small = await World.open({ MAX_PIXELS: "1000000" });
    await small.put("rocket.jpg", sample("rocket.jpg"), "image/jpeg");
    for (const [h, type] of [
      [400, "image/avif"],
      [500, "image/webp"],
    ] as const) {
      const reply = await get(
        await sign({ key: "rocket.jpg", w: 500, h }, small),
        { accept: browser },
        small,
      );
      expect([reply.status, reply.headers["content-type"]]).toEqual([200, type]);
    }
  });

  it("falls back to PNG for drawings, and answers 406 to who takes no picture", async () => {
    await world.put("drawing.svg", svg('<rect width="20" height="20" fill="red"/>'), "image/svg+xml");
    const target = await sign({ key: "drawing.svg", w: 20 });
    expect((await get(target)).headers["content-type"]).toBe("image/png");
    expect((await get(target, { accept: "text/html" })).status).toBe(406);
  });

  it("makes an image once, then reads it, and answers 304 to who has it", async () => {
    const target = await sign({ key: "rocket.jpg", w: 123, format: "webp" });
    const first = await get(target);
    const puts: string[] = [];
    world.step = (store, call) => void puts.push(`${store}.${call}`);
    const second = await get(target);
    const third = await get(target, { "if-none-match": `"other", W/${first.headers["etag"]}` });
    world.step = () => {};
    expect(second.bytes.equals(first.bytes)).toBe(true);
    expect(second.headers["etag"]).toBe(first.headers["etag"]);
    expect([third.status, third.bytes.length, third.headers["etag"]]).toEqual([
      304,
      0,
      first.headers["etag"],
    ]);
    expect(puts).toEqual(["photos.head", "renditions.get", "photos.head"]);
  });

  it("gives another ETag for another photo under the same key", async () => {
    await world.put("changing.jpg", sample("coffee.jpg"), "image/jpeg");
    const target = await sign({ key: "changing.jpg", w: 300, format: "webp" });
    const before = await get(target);
    await world.put("changing.jpg", sample("astronaut.jpg"), "image/jpeg");
    const after = await get(target, { "if-none-match": String(before.headers["etag"]) });
    expect(after.status).toBe(200);
    expect(await difference(after.bytes, sample("astronaut.jpg"))).toBeLessThan(6);
  });

  it("stops when its time is over, and is not cached beyond it", async () => {
    const target = await sign({ key: "rocket.jpg", w: 64, expiresInSeconds: 60 });
    expect((await get(target)).headers["cache-control"]).toBe("public, max-age=60");
    const started = world.now;
    world.now += 60_000;
    const late = await get(target);
    world.now = started;
    expect([late.status, late.json.detail]).toEqual([410, "Cannot make the image: the URL has expired."]);
  });

  it("lets no unsigned parameter change an output", async () => {
    const box = fc.option(fc.integer({ min: 1, max: 300 }), { nil: undefined });
    const image = fc.record({
      w: box,
      h: box,
      fit: fc.constantFrom("inside", "cover", "contain", "fill"),
      format: fc.constantFrom("auto", "jpeg", "webp"),
      q: fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }),
    });
    const tampering = fc.oneof(
      fc.record({
        name: fc.constantFrom("w", "h", "q", "expires"),
        value: fc
          .oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 9_999_999_999 }))
          .map(String),
      }),
      fc.record({ name: fc.constant("fit"), value: fc.constantFrom("inside", "cover", "contain", "fill") }),
      fc.record({
        name: fc.constant("format"),
        value: fc.constantFrom("auto", "jpeg", "png", "webp", "avif"),
      }),
      fc.record({ name: fc.constant("signature"), value: fc.base64String({ maxLength: 60 }) }),
      fc.record({ name: fc.string({ minLength: 1, maxLength: 8 }), value: fc.string({ maxLength: 8 }) }),
      fc.record({
        name: fc.constantFrom("__proto__", "constructor", "key", "W", "width", "blur"),
        value: fc.string({ maxLength: 8 }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(image, tampering, fc.boolean(), async (wanted, { name, value }, add) => {
        const target = new URL(await sign({ key: "rocket.jpg", ...wanted }), "https://images.example");
        const before = target.search;
        if (add) target.searchParams.append(name, value);
        else target.searchParams.set(name, value);
        const isSame =
          [...target.searchParams].sort().join() === [...new URLSearchParams(before)].sort().join();
        const reply = await get(target.pathname + target.search);
        if (isSame) expect(reply.status).toBe(200);
        else if (reply.status === 200) {
          // Spelling out a default asks for what was signed.
          expect([name, value]).toEqual(name === "fit" ? ["fit", "inside"] : ["format", "auto"]);
        } else expect([400, 403]).toContain(reply.status);
      }),
      { numRuns: 150 },
    );
  }, 60_000);

  it("refuses another key, any changed, added or left out parameter, and a number spelt otherwise", async () => {
    const target = await sign({ key: "rocket.jpg", w: 64, format: "webp" });
    const wrong = [
      target.replace("rocket.jpg", "cats/chelsea%20the%20cat.jpg"),
      target.replace("w=64&", ""),
      target.replace("w=64", "w=064"),
      target.replace("w=64", "w=6.4e1"),
      target.replace("w=64", "w=64&w=64"),
      target.replace("w=64", "w=64&h="),
      target.replace(/&signature=.*/, ""),
      target.replace(/signature=(.)/, (_, first) => `signature=${first === "A" ? "B" : "A"}`),
      target.replace("w=64", "w=65"),
      target.replace("fit=inside", "fit=cover"),
      target.replace("format=webp", "format=jpeg"),
      `${target}&q=50`,
      `${target}&h=10`,
      target.replace(/expires=(\d+)/, (_, expires) => `expires=${Number(expires) + 1}`),
      "/images/rocket.jpg",
    ];
    for (const one of wrong)
      expect((await get(one)).status, one).toSatisfy((status) => status === 400 || status === 403);
  });

  it("asks no store before the signature is proved", async () => {
    const calls: string[] = [];
    world.step = (store) => void calls.push(store);
    await get("/images/nobody-knows.jpg?w=10&expires=9999999999&signature=x");
    world.step = () => {};
    expect(calls).toEqual([]);
  });

  it("redirects to the stored image when the reply would be too large", async () => {
    await using small = await World.open({ MAX_REPLY_BYTES: "2000" });
    await small.put("rocket.jpg", sample("rocket.jpg"), "image/jpeg");
    const reply = await get(await sign({ key: "rocket.jpg", w: 400, format: "jpeg" }, small), {}, small);
    expect([reply.status, reply.headers["cache-control"], reply.bytes.length]).toEqual([302, "no-store", 0]);
    const location = String(reply.headers["location"]);
    expect(location).toMatch(/^https:\/\/images\.example\/renditions\/[0-9a-f/]+\.jpg$/);
    const stored = await get(new URL(location).pathname, {}, small);
    expect(await sharp(stored.bytes).metadata()).toMatchObject({ width: 400, format: "jpeg" });
    expect(
      (await get(await sign({ key: "rocket.jpg", w: 20, format: "webp" }, small), {}, small)).status,
    ).toBe(200);
  });

  it("answers 404 without a photo, 422 for a broken one, 400 past the largest size", async () => {
    expect((await get(await sign({ key: "none.jpg", w: 10 }))).status).toBe(404);
    await world.put("half.jpg", sample("rocket.jpg").subarray(0, 9000), "image/jpeg");
    const reply = await get(await sign({ key: "half.jpg", w: 600, format: "webp" }));
    expect([reply.status, reply.json.code]).toEqual([422, "unprocessable"]);
    const large = await world.request("POST", "/signed-urls", { body: '{"key":"rocket.jpg","w":5000}' });
    expect([large.status, large.json.detail]).toEqual([
      400,
      "Cannot make the image: MAX_EDGE allows w and h up to 4096.",
    ]);
  });

  it("leaves nothing behind of a photo that is removed while its image is made", async () => {
    await world.put("fleeting.jpg", sample("coffee.jpg"), "image/jpeg");
    world.changes.length = 0;
    const target = await sign({ key: "fleeting.jpg", w: 30, format: "webp" });
    const before = await world.state();
    world.step = async (store, call) => {
      if (store === "renditions" && call === "put") await world.photos.delete("fleeting.jpg");
    };
    const reply = await get(target);
    world.step = () => {};
    expect([reply.status, reply.headers["retry-after"]]).toEqual([503, "1"]);
    expect(await world.state()).toEqual(before);
  });
});

describe("sign-url", () => {
  it("signs for whom the platform lets through, and for no longer than allowed", async () => {
    const body = '{"key":"rocket.jpg"}';
    expect((await world.request("POST", "/signed-urls", { body, signedIn: false })).status).toBe(401);
    const long = await world.request("POST", "/signed-urls", {
      body: '{"key":"rocket.jpg","expiresInSeconds":99999999}',
    });
    expect([long.status, long.json.errors[0].path]).toEqual([400, "expiresInSeconds"]);
    const unknown = await world.request("POST", "/signed-urls", { body: '{"key":"rocket.jpg","blur":1}' });
    expect(unknown.status).toBe(400);
  });
});
