import { describe, expect, it } from "vitest";
import { answerChallenge, github, signature } from "../../src/auth/signature.ts";
import { start, startSeconds, testHost } from "./issuer.ts";
import { ask, body, current, flipBit, hmac, previous, refusal, schemes } from "./schemes.ts";

describe("signature, the time window", () => {
  const { auth, sign } = schemes.slack;

  it.each([
    [-300, true],
    [300, true],
    [-301, false],
    [301, false],
    [-86_400, false],
  ])("for a request signed %i s from now says %s", async (offset, accepted) => {
    const asked = ask(auth, body, sign("current key", body, startSeconds + offset));
    if (accepted) expect(await asked).toEqual({ kind: "signature" });
    else await expect(asked).rejects.toMatchObject(refusal);
  });

  it("closes by the host's clock, so that a recorded request cannot be sent again later", async () => {
    const on = testHost({ CURRENT: "current key" });
    const headers = sign("current key", body);
    await ask(auth, body, headers, on);
    on.advance(301);
    await expect(ask(auth, body, headers, on)).rejects.toThrow("more than 300 s off");
  });

  it("refuses every change of the timestamp", async () => {
    const good = sign("current key", body);
    const value = Buffer.from(good["x-slack-request-timestamp"] as string);
    const spellings: (string | string[])[] = [
      [],
      "",
      " ",
      "now",
      `${startSeconds}.0`,
      `+${startSeconds}`,
      `0${startSeconds}`,
      `${start}`,
      "1e9",
      "-1",
      "NaN",
      [String(startSeconds), String(startSeconds)],
    ];
    for (let bit = 0; bit < value.length * 8; bit++)
      spellings.push(Buffer.from(flipBit(value, bit)).toString("latin1"));
    for (const spelling of spellings) {
      await expect(ask(auth, body, { ...good, "x-slack-request-timestamp": spelling })).rejects.toMatchObject(
        refusal,
      );
    }
  });

  it("cannot be declared over a timestamp nobody signs", () => {
    const timestamp = { header: "x-time", toleranceSeconds: 300 };
    expect(() => signature({ secrets: [current], header: "x-sig", encoding: "hex", timestamp })).toThrow(
      TypeError,
    );
    const never = { header: "x-time", toleranceSeconds: 0 };
    expect(() =>
      signature({ secrets: [current], header: "x-sig", encoding: "hex", signed: () => "", timestamp: never }),
    ).toThrow(TypeError);
  });
});

describe("signature, secrets", () => {
  const both = github(current, previous);
  const { sign } = schemes.github;

  it("accepts any of several, so that one can be rotated without losing requests", async () => {
    for (const key of ["current key", "previous key"])
      expect(await ask(both, body, sign(key, body))).toEqual({ kind: "signature" });
    await expect(ask(both, body, sign("older key", body))).rejects.toMatchObject(refusal);
  });

  it("are read at each request", async () => {
    const kept = { CURRENT: "old" };
    const on = testHost(kept);
    await ask(github(current), body, sign("old", body), on);
    kept.CURRENT = "new";
    await ask(github(current), body, sign("new", body), on);
    await expect(ask(github(current), body, sign("old", body), on)).rejects.toMatchObject(refusal);
  });

  it("that cannot be read leave the request undecided, unless another fits", async () => {
    const on = testHost({ CURRENT: "current key" });
    expect(await ask(both, body, sign("current key", body), on)).toEqual({ kind: "signature" });
    await expect(ask(both, body, sign("previous key", body), on)).rejects.toMatchObject({
      code: "unavailable",
    });
  });

  it("that are empty verify nothing: anyone could sign with them", async () => {
    const on = testHost({ CURRENT: "" });
    await expect(ask(github(current), body, sign("", body), on)).rejects.toMatchObject({
      code: "unavailable",
    });
  });

  it("must be named", () => {
    expect(() => signature({ secrets: [], header: "x-sig", encoding: "hex" })).toThrow(TypeError);
  });
});

describe("signature, a scheme of one's own", () => {
  it("signs what it says, in the encoding and header it says", async () => {
    const auth = signature({
      secrets: [current],
      header: "X-Sig",
      encoding: "base64url",
      signed: (request, bytes) => `${request.method} ${request.url} ${Buffer.from(bytes).toString("hex")}`,
    });
    const value = hmac("current key", `POST http://localhost/ ${body.toString("hex")}`).digest("base64url");
    expect(await ask(auth, body, { "x-sig": value })).toEqual({ kind: "signature" });
    await expect(
      ask(auth, body, { "x-sig": hmac("current key", body).digest("base64url") }),
    ).rejects.toMatchObject(refusal);
  });
});

describe("X's challenge", () => {
  it("is answered as X's guide says", () => {
    const expected = `sha256=${hmac("consumer secret", "9b4507b3-9040-4669-9ca3-6b94edb50553").digest("base64")}`;
    expect(answerChallenge("consumer secret", "9b4507b3-9040-4669-9ca3-6b94edb50553")).toEqual({
      response_token: expected,
    });
  });

  it.each([`{"for_user_id":"1"}`, "", "a b", "[1]", `"a"`, "x".repeat(257)])(
    "is refused for %j, whose answer could sign a forged webhook",
    (token) => {
      expect(() => answerChallenge("consumer secret", token)).toThrow(
        expect.objectContaining({ code: "invalid" }),
      );
    },
  );
});
