import { createHmac } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { pseudonyms } from "../src/pseudonym.ts";

it("is the HMAC of the value, whatever came before it, and however long key and value are", () => {
  const key = fc.oneof(fc.string(), fc.string({ minLength: 60, maxLength: 70 }));
  const value = fc.oneof(
    fc.string(),
    fc.nat(3000).map((length) => "é€".repeat(length)),
  );
  fc.assert(
    fc.property(key, fc.array(value, { minLength: 1, maxLength: 4 }), (secret, values) => {
      const found = values.map(pseudonyms(secret));
      const expected = values.map((one) => createHmac("sha256", secret).update(one).digest("base64url"));
      expect(found).toEqual(expected);
    }),
  );
});
