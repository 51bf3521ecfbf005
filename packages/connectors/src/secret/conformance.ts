// The one suite of the secret port: what every driver promises, registered as vitest tests.
import { describe, expect, it } from "vitest";
import type { SecretSource } from "./index.ts";

export interface SecretHarness {
  open(): SecretSource;
  /** Sets a secret behind the driver's back; undefined removes it. */
  set(name: string, value: string | undefined): void;
}

export function testSecretDriver(title: string, { open, set }: SecretHarness): void {
  describe(title, () => {
    const secrets = open();

    it("are read as they were written", async () => {
      for (const value of ["plain", "pä$$ wörd\t#='\"", "two\nlines"]) {
        set("FAASADE_TEST_SECRET", value);
        expect(await secrets("FAASADE_TEST_SECRET")).toBe(value);
      }
    });

    it("are read at each call, because they rotate", async () => {
      set("FAASADE_TEST_SECRET", "old");
      expect(await secrets("FAASADE_TEST_SECRET")).toBe("old");
      set("FAASADE_TEST_SECRET", "new");
      expect(await secrets("FAASADE_TEST_SECRET")).toBe("new");
    });

    it("are unavailable, by name, when they are not there or empty", async () => {
      for (const value of [undefined, ""]) {
        set("FAASADE_TEST_SECRET", value);
        await expect(secrets("FAASADE_TEST_SECRET")).rejects.toMatchObject({
          code: "unavailable",
          message: expect.stringContaining("FAASADE_TEST_SECRET"),
        });
      }
    });

    it("have no name that could lead elsewhere", async () => {
      for (const name of ["../PASSWORD", "/etc/passwd", "a", "A/B", "..", "A\0B", "A.B", "", "__proto__"]) {
        await expect(secrets(name), name).rejects.toMatchObject({ code: "unavailable" });
      }
    });
  });
}
