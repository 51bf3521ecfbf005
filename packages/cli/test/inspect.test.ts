import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asked, faasade } from "./faasade.ts";
import { type Fixture, makeFixture } from "./fixture.ts";

interface Inspected {
  readonly bundle: { bytes: number; gzipBytes: number; externals: string[] };
  readonly load: { milliseconds: number; cpuMilliseconds: number; builtins: string[]; modules: string[] };
}

let place: Fixture;
beforeAll(() => {
  place = makeFixture();
});
afterAll(() => place.dispose());

describe("inspect", () => {
  it("tells what a function is, may touch and can be told", async () => {
    const inspected = await asked(place, ["inspect", "take-photo", "--json"]);
    expect(inspected).toMatchObject({
      app: "shop",
      name: "take-photo",
      file: "apps/shop/src/functions/take-photo.ts",
      trigger: { kind: "object", store: "photos", change: "created", suffix: [".jpg"] },
      timeoutSeconds: 7,
      grants: [
        { kind: "object-store", name: "photos", access: "trigger" },
        { kind: "object-store", name: "photos", access: "read" },
      ],
      settings: [{ variable: "MAX_BYTES", default: 1000, description: "Bytes a photo may have." }],
    });
  });

  it("lists what is loaded and what is not, and weighs it", async () => {
    const hello = await asked<Inspected>(place, ["inspect", "shop/hello", "--json"]);
    const photo = await asked<Inspected>(place, ["inspect", "shop/take-photo", "--json"]);
    expect(photo.load.modules).toContain("apps/shop/src/functions/take-photo.ts");
    expect(photo.load.modules).toContain("apps/shop/src/resources/photos.ts");
    expect(photo.load.modules.some((module) => /valibot/.test(module))).toBe(true);
    expect(hello.load.modules.some((module) => /valibot|photos/.test(module))).toBe(false);
    expect(photo.bundle.bytes).toBeGreaterThan(hello.bundle.bytes);
    expect(hello.bundle.bytes).toBeGreaterThan(hello.bundle.gzipBytes);
    expect(Math.min(hello.load.milliseconds, hello.load.cpuMilliseconds)).toBeGreaterThan(0);
  });

  it("leaves packages with native parts beside the bundle", async () => {
    place.write(
      "apps/shop/src/functions/draw.ts",
      `import { defineFunction, http, text } from "@faasade/core";
export default defineFunction({
  name: "draw",
  trigger: http("GET /draw", { auth: "public" }),
  async handle() {
    const { default: sharp } = await import("sharp");
    return text(String(sharp.versions.sharp));
  },
});
`,
    );
    const draw = await asked<Inspected>(place, ["inspect", "draw", "--json"]);
    expect(draw.bundle.externals).toEqual(["sharp"]);
    expect(draw.bundle.bytes).toBeLessThan(20_000);
    expect(draw.load.modules.some((module) => /node_modules\/sharp/.test(module))).toBe(false);
  });

  it("says why a function does not load, with 1, and what there is for an unknown one, with 3", async () => {
    place.write("apps/shop/src/functions/odd.ts", `import "./nowhere.ts";\nexport default 1;\n`);
    const odd = await faasade(place, ["inspect", "odd"]);
    expect(odd).toMatchObject({ code: 1, stdout: "" });
    expect(odd.stderr).toContain("nowhere.ts");
    const unknown = await faasade(place, ["inspect", "nothing"]);
    expect(unknown).toMatchObject({ code: 3, stdout: "" });
    expect(unknown.stderr).toContain("shop/hello");
  });
});
