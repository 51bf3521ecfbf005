// What every way in for HTTP must do with requests, besides what can be asked from outside: carry them whole, byte for byte.
import { describe, expect, it } from "vitest";
import type { Column, HttpWay } from "./column.ts";
import { client, jsonOf, start } from "./start.ts";

interface Shown {
  readonly params: Record<string, string>;
}

export function requestCases(column: Column, way: HttpWay): void {
  const { differences } = way;
  const open = async () => {
    const app = await start(column);
    return { app, ...client(app, way) };
  };

  describe("requests", () => {
    it("carry encoded paths, so that a parameter is what the client meant", async () => {
      const { send } = await open();
      for (const [path, rest, restWhenDecoded] of [
        ["/show/a%20b", "a b"],
        ["/show/100%25", "100%"],
        ["/show/%2541", "%41"],
        ["/show/%C3%A9%F0%9F%98%80", "é😀"],
        ["/show/a+b@c:d", "a+b@c:d"],
        ["/show/q%3F%23", "q?#"],
        ["/show/a%2Fb", "a/b", "a/b"],
      ] as const) {
        const shown = jsonOf<Shown>(await send({ path }));
        expect(shown.params["rest"], path).toBe(differences.pathIsDecoded ? (restWhenDecoded ?? rest) : rest);
      }
    });
  });

  describe("bytes", () => {
    const octets = [["content-type", "application/octet-stream"]] as const;
    const upTo = differences.maxBodyBytes ?? 3_000_000;
    const large = Buffer.alloc(Math.floor(Math.min(upTo, differences.maxReplyBytes / 2))).map(
      (_, at) => (at * 31) % 256,
    );
    const bodies = {
      "of every value": Uint8Array.from({ length: 256 }, (_, value) => value),
      "that are no text": Uint8Array.of(0xff, 0xfe, 0, 0xc3, 0x28, 0x0d, 0x0a),
      "of none": new Uint8Array(),
      [`of ${large.length}`]: large,
    };
    for (const [title, body] of Object.entries(bodies)) {
      it(`${title} survive both ways`, async () => {
        const { send } = await open();
        const reply = await send({ method: "POST", path: "/echo", headers: octets, body });
        expect(reply.status).toBe(200);
        expect(Buffer.compare(reply.body, body)).toBe(0);
      });
    }

    it("of text come back as they were, byte order mark and all", async () => {
      const { send } = await open();
      const body = Buffer.from("\uFEFFa\u0000é\u2028😀");
      const headers = [["content-type", "text/plain"]] as const;
      const reply = await send({ method: "POST", path: "/echo", headers, body });
      expect(Buffer.compare(reply.body, body)).toBe(0);
    });

    it("that stream arrive whole", async () => {
      const { send } = await open();
      expect([...(await send({ path: "/pieces/whole" })).body]).toEqual([0, 255, 128]);
    });

    it("of a stream that breaks are never taken for whole", async () => {
      const { send } = await open();
      expect((await send({ path: "/pieces/broken" })).status).toBeGreaterThanOrEqual(500);
    });

    it("beyond what a reply may have are refused with a problem that says so", async () => {
      if (differences.maxReplyBytes === Number.POSITIVE_INFINITY) return;
      const { app, send } = await open();
      const reply = await send({ path: `/zeros/${differences.maxReplyBytes}` });
      expect(reply.status).toBe(413);
      expect(jsonOf(reply)["detail"]).toContain("Cannot send the reply");
      expect(app.records.some(({ level, message }) => level === "error" && /Cannot send/.test(message))).toBe(
        true,
      );
    });
  });
}
