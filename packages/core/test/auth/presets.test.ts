import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { authorize } from "../../src/auth/authorize.ts";
import { github, slack } from "../../src/auth/signature.ts";
import { startSeconds, testHost } from "./issuer.ts";
import { ask, body, current, flipBit, host, names, posted, refusal, schemes } from "./schemes.ts";

describe("signature, published examples", () => {
  it("accepts GitHub's own", async () => {
    const on = testHost({ CURRENT: "It's a Secret to Everybody" });
    const headers = {
      "X-Hub-Signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
    };
    expect(await ask(github(current), Buffer.from("Hello, World!"), headers, on)).toEqual({
      kind: "signature",
    });
    await expect(ask(github(current), Buffer.from("Hello, World?"), headers, on)).rejects.toMatchObject(
      refusal,
    );
  });

  it("accepts Slack's own", async () => {
    const on = testHost({ CURRENT: "8f742231b10e8888abcd99yyyzzz85a5" });
    on.advance(1531420618 - startSeconds);
    const text =
      "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V" +
      "&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=" +
      "&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN" +
      "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    const headers = {
      "X-Slack-Request-Timestamp": "1531420618",
      "X-Slack-Signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
    };
    expect(await ask(slack(current), Buffer.from(text), headers, on)).toEqual({ kind: "signature" });
  });
});

describe.each(names)("signature, %s", (name) => {
  const { auth, sign } = schemes[name];
  const header = auth.header;

  it("accepts what the secret signed, also bytes that are no text and no bytes at all", async () => {
    for (const bytes of [body, Buffer.alloc(0)]) {
      expect(await ask(auth, bytes, sign("current key", bytes))).toEqual({ kind: "signature" });
    }
    expect(await ask(auth, undefined, sign("current key", Buffer.alloc(0)))).toEqual({ kind: "signature" });
  });

  it("refuses another secret, an empty one, a missing, repeated, bare or reshaped signature", async () => {
    const good = sign("current key", body);
    const value = good[header] as string;
    await expect(ask(auth, body, sign("wrong", body))).rejects.toMatchObject(refusal);
    await expect(ask(auth, body, sign("", body))).rejects.toMatchObject(refusal);
    await expect(ask(auth, body, { ...good, [header]: [] })).rejects.toMatchObject(refusal);
    const bare = value.slice(auth.prefix.length);
    const spellings = [
      [value, value],
      `${value}, ${value}`,
      bare,
      auth.prefix,
      "",
      `${value} `,
      ` ${value}`,
      value.toUpperCase(),
      `${value}=`,
      `${value}00`,
      value.slice(0, -1),
      `é${value.slice(1)}`,
      "x".repeat(100_000),
    ];
    for (const spelling of spellings)
      await expect(ask(auth, body, { ...good, [header]: spelling })).rejects.toMatchObject(refusal);
  });

  it("refuses every single-bit change of the body", () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.nat(), async (bytes, at) => {
        const headers = sign("current key", bytes);
        await ask(auth, bytes, headers);
        await expect(ask(auth, flipBit(bytes, at % (bytes.length * 8)), headers)).rejects.toMatchObject(
          refusal,
        );
      }),
    ));

  it("refuses every single-bit change of the signature, spare bits of its encoding included", async () => {
    const good = sign("current key", body);
    const value = Buffer.from(good[header] as string, "latin1");
    for (let bit = 0; bit < value.length * 8; bit++) {
      const changed = Buffer.from(flipBit(value, bit)).toString("latin1");
      await expect(ask(auth, body, { ...good, [header]: changed })).rejects.toMatchObject(refusal);
    }
  });

  it("leaves the body to the handler, streamed or not", async () => {
    const text = Buffer.from(`{"n":1}`);
    async function* pieces(): AsyncGenerator<Uint8Array> {
      yield text.subarray(0, 3);
      yield text.subarray(3);
    }
    for (const source of [text, pieces()]) {
      const request = posted(source, sign("current key", text));
      await authorize(auth, request, host);
      expect(Buffer.compare(await request.bytes(), text)).toBe(0);
      expect(await request.text()).toBe(`{"n":1}`);
      expect(await request.json()).toEqual({ n: 1 });
    }
    const request = posted(pieces(), sign("current key", text));
    await authorize(auth, request, host);
    const streamed: Uint8Array[] = [];
    for await (const piece of request.stream()) streamed.push(piece);
    expect(Buffer.concat(streamed).toString()).toBe(`{"n":1}`);
  });
});
