// The page, and the data that it draws.
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { sample } from "./pictures.ts";
import { World } from "./world.ts";

describe("show-gallery", () => {
  it("shows the newest photos first, with renditions, progress or the reason of failure", async () => {
    await using world = await World.open();
    await world.convert("oldest.jpg", sample("rocket.jpg"));
    await world.convert("a cat/é.jpg", sample("chelsea.jpg"));
    await world.convert("half.jpg", sample("coffee.jpg").subarray(0, 3000));
    await world.put("new.jpg", sample("coffee.jpg"));
    const { photos } = (await world.request("GET", "/gallery.json")).json;
    expect(photos.map(({ key, state }: { key: string; state: string }) => [key, state])).toEqual([
      ["new.jpg", "converting"],
      ["half.jpg", "failed"],
      ["a cat/é.jpg", "converted"],
      ["oldest.jpg", "converted"],
    ]);
    expect(photos[1].reason).toMatch(/broken/);
    expect(photos[2]).toMatchObject({ url: "photos/a%20cat/%C3%A9.jpg", width: 451, height: 300 });
    for (const { url } of photos[2].renditions) {
      expect((await world.request("GET", `/${url}`, { signedIn: false })).status).toBe(200);
    }
    expect((await world.request("GET", `/${photos[2].url}`)).status).toBe(200);
  });

  it("sends the data again only when something changed", async () => {
    await using world = await World.open();
    await world.put("cat.jpg", sample("chelsea.jpg"));
    const waiting = await world.request("GET", "/gallery.json");
    const headers = { "if-none-match": String(waiting.headers["etag"]) };
    expect((await world.request("GET", "/gallery.json", { headers })).status).toBe(304);
    await world.settle();
    expect((await world.request("GET", "/gallery.json", { headers })).status).toBe(200);
  });

  it("says converting while the manifest is of the former photo", async () => {
    await using world = await World.open();
    await world.convert("cat.jpg", sample("chelsea.jpg"));
    await world.put("cat.jpg", sample("coffee.jpg"));
    expect((await world.request("GET", "/gallery.json")).json.photos[0]).toMatchObject({
      state: "converting",
      renditions: [],
    });
  });

  it("is a page whose policy allows exactly its own style and script", async () => {
    await using world = await World.open();
    const { headers, text, status } = await world.request("GET", "/");
    expect([status, headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
    const policy = String(headers["content-security-policy"]);
    expect(policy).not.toContain("unsafe");
    for (const tag of ["style", "script"]) {
      const [, content = ""] = new RegExp(`<${tag}[^>]*>(.*?)</${tag}>`, "s").exec(text) ?? [];
      expect(policy).toContain(createHash("sha256").update(content).digest("base64"));
    }
    expect(text).not.toMatch(/innerHTML|insertAdjacentHTML|document\.write| on[a-z]+="/);
    expect(text).toMatch(/<html lang="en">.*<label .*role="status"/s);
  });
});
