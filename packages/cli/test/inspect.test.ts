import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asked } from "./faasade.ts";
import { type Fixture, makeFixture } from "./fixture.ts";
import { askedWithin, within } from "./within.ts";

interface Inspected {
  readonly bundle: { bytes: number; gzipBytes: number; externals: string[] };
  readonly load: { milliseconds: number; cpuMilliseconds: number; builtins: string[]; modules: string[] };
}

let place: Fixture;
let photo: Inspected;
beforeAll(async () => {
  place = makeFixture();
  photo = await asked<Inspected>(place, ["inspect", "shop/take-photo", "--json"]);
});
afterAll(() => place.dispose());

describe("inspect", () => {
  it("tells what a function is, may touch and can be told", () => {
    expect(photo).toMatchObject({
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
    const hello = await askedWithin<Inspected>(place, ["inspect", "hello", "--json"]);
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
    const draw = await askedWithin<Inspected>(place, ["inspect", "draw", "--json"]);
    expect(draw.bundle.externals).toEqual(["sharp"]);
    expect(draw.bundle.bytes).toBeLessThan(20_000);
    expect(draw.load.modules.some((module) => /node_modules\/sharp/.test(module))).toBe(false);
  });

  it("says why a function does not load, with 1, and what there is for an unknown one, with 3", async () => {
    place.write("apps/shop/src/functions/odd.ts", `import "./nowhere.ts";\nexport default 1;\n`);
    const odd = await within(place, ["inspect", "odd"]);
    expect(odd).toMatchObject({ code: 1, stdout: "" });
    expect(odd.stderr).toContain("nowhere.ts");
    place.write("apps/shop/src/functions/slip.ts", `export default {\n  name "slip" };\n`);
    const slip = await within(place, ["inspect", "slip"]);
    expect(slip).toMatchObject({ code: 1, stdout: "" });
    expect(slip.stderr).toMatch(
      /does not load\. \S*slip\.ts:2\n.*\n *name "slip".*\n *\^+\n\nSyntaxError.*: Unexpected token .*\n$/,
    );
    expect(slip.stderr).not.toMatch(/^ +at |Node\.js v/m);
    const unknown = await within(place, ["inspect", "nothing"]);
    expect(unknown).toMatchObject({ code: 3, stdout: "" });
    expect(unknown.stderr).toContain("shop/hello");
  });
});
