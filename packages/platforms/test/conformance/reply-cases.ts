// What every way in for HTTP must do with replies: answer whatever happens, whole, and each asker his own.
import { describe, expect, it } from "vitest";
import type { Column, HttpWay } from "./column.ts";
import { client, jsonOf, start, textOf, valuesOf } from "./start.ts";

export function replyCases(column: Column, way: HttpWay): void {
  const { differences } = way;
  const open = async () => {
    const app = await start(column);
    return { app, ...client(app, way) };
  };

  describe("replies", () => {
    it("carry status, headers and cookies apart", async () => {
      const { app, send } = await open();
      const reply = await send({ path: "/dress" });
      if (differences.oneCookie === true) {
        expect(reply.status).toBe(500);
        expect(app.records.map(({ message }) => message).join()).toContain("cookies");
        return;
      }
      expect(reply.status).toBe(203);
      expect(textOf(reply)).toBe("dressed");
      const cookies = reply.headers.filter(([name]) => name === "set-cookie").map(([, value]) => value);
      expect(cookies).toEqual(["a=1; Path=/; HttpOnly", "b=2, x"]);
      expect(valuesOf(reply, "x-many")).toEqual(["1", "2"]);
      expect(valuesOf(reply, "x-odd")).toEqual(["ÿ ~"]);
    });

    it("without a body have none", async () => {
      const { send } = await open();
      for (const status of [204, 304]) {
        const reply = await send({ path: `/bare/${status}` });
        expect([reply.status, reply.body.length, valuesOf(reply, "x-kept")]).toEqual([status, 0, ["1"]]);
      }
      const head = await send({ method: "HEAD", path: "/bare/200" });
      expect([head.status, head.body.length, valuesOf(head, "x-kept")]).toEqual([200, 0, ["1"]]);
    });

    it("of no valid status are a 500", async () => {
      const { send } = await open();
      for (const status of [99, 600, 1]) expect((await send({ path: `/bare/${status}` })).status).toBe(500);
    });

    it("tell failures by their status, and keep the reasons of a 5xx", async () => {
      const { send } = await open();
      const expected = {
        throw: 500,
        reject: 500,
        null: 500,
        retryable: 503,
        permanent: 422,
        hang: 504,
        late: 504,
      };
      for (const [how, status] of Object.entries(expected)) {
        const reply = await send({ path: `/fail/${how}` });
        expect([how, reply.status]).toEqual([how, status]);
        expect(valuesOf(reply, "content-type")).toEqual(["application/problem+json"]);
        expect(textOf(reply)).not.toContain("secret reason");
      }
      expect(valuesOf(await send({ path: "/fail/retryable" }), "retry-after")).toEqual(["7"]);
    });
  });

  describe("routes", () => {
    it("that nobody declared, and preflights, load nothing", async () => {
      const { app, send } = await open();
      expect((await send({ path: "/nowhere" })).status).toBe(404);
      const wrong = await send({ method: "DELETE", path: "/shared" });
      expect([wrong.status, valuesOf(wrong, "allow").includes("PUT")]).toEqual([405, true]);
      const headers = [
        ["origin", "https://a.example"],
        ["access-control-request-method", "PUT"],
      ] as const;
      const preflight = await send({ method: "OPTIONS", path: "/shared", headers });
      expect(preflight.status).toBe(204);
      expect(valuesOf(preflight, "access-control-allow-origin")).toEqual(["https://a.example"]);
      expect([...app.loads]).toEqual([]);
    });

    it("that platforms like to keep for themselves are the app's", async () => {
      const { send } = await open();
      for (const path of ["/favicon.ico", "/robots.txt"])
        expect(valuesOf(await send({ path }), "content-type"), path).toEqual(["application/problem+json"]);
    });

    it("load their own function only, once", async () => {
      const { app, send } = await open();
      await Promise.all(Array.from({ length: 5 }, () => send({ path: "/dress" })));
      expect([...app.loads]).toEqual([["dress", 1]]);
    });

    it("for callers of the platform let nobody else in", async () => {
      const { send } = await open();
      const forged = [
        ["x-amzn-oidc-identity", "me"],
        ["authorization", "AWS4-HMAC-SHA256 forged"],
      ] as const;
      expect((await send({ path: "/private", headers: forged })).status).toBe(401);
      const reply = await send({ path: "/private", caller: "arn:aws:iam::123456789012:user/alice" });
      if (differences.noCaller === true) return expect(reply.status).toBe(401);
      expect([reply.status, jsonOf(reply)]).toEqual([
        200,
        { kind: "platform", subject: "arn:aws:iam::123456789012:user/alice" },
      ]);
    });
  });

  it("50 requests at once are answered each with its own reply, on drivers opened once", async () => {
    const { app, send } = await open();
    const names = Array.from({ length: 50 }, (_, at) => `n${at}`);
    const shown = await Promise.all(
      names.map(async (name, at) => {
        if (at % 2 === 0) return send({ path: "/count" }).then(textOf);
        return jsonOf<{ params: Record<string, string> }>(await send({ path: `/show/${name}` })).params[
          "rest"
        ];
      }),
    );
    expect(shown.filter((_, at) => at % 2 === 1)).toEqual(names.filter((_, at) => at % 2 === 1));
    expect(new Set(shown.filter((_, at) => at % 2 === 0)).size).toBe(25);
    expect(app.opened()).toBe(1);
  });
}
