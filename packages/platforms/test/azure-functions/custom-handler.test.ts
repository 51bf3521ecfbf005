// What is a custom handler's own: who may send what, and the process that the host starts.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { http, text } from "@faasade/core";
import { describe, expect, it, onTestFinished } from "vitest";
import { exchange } from "../../src/azure-functions/here/wire.ts";
import { freePort } from "../../src/shared/here-process.ts";
import { received } from "../aws-lambda/triggers.ts";
import { customHost } from "./custom-host.ts";
import { tryAzure } from "./fixture.ts";

const host = ["host", "127.0.0.1"] as const;

describe("a custom handler", () => {
  it("takes no event from outside: what the front end passes on is under /api", async () => {
    const handled: unknown[] = [];
    const { serve, artefact } = await tryAzure(
      {
        take: [received("orders"), (event: { data: unknown }) => void handled.push(event.data)],
        page: [http("* /{rest+}", { auth: "public" }), () => text("page")],
      },
      { orders: "storage-queue://acme/orders" },
    );
    const { deliver } = customHost(await serve(), artefact);
    const body = Buffer.from(JSON.stringify({ Data: { event: "aGk=" }, Metadata: { Id: '"1"' } }));
    for (const path of ["/take", "/../take", "/%2e%2e/take", "//take"]) {
      const request = {
        method: "POST",
        path,
        body,
        headers: [["content-type", "application/json"]] as const,
      };
      await deliver({ kind: "request", request });
    }
    expect(handled).toEqual([]);
  });

  it("reads bytes that look like numbers or lists as the bytes they are", async () => {
    const handled: unknown[] = [];
    const take = (event: { data: unknown }) => void handled.push(Buffer.from(event.data as string));
    const { serve, artefact } = await tryAzure(
      { take: [received("orders"), take] },
      { orders: "storage-queue://acme/orders" },
    );
    const { deliver } = customHost(await serve(), artefact);
    const bodies = ["1234", "null", "true"].map((base64) => Buffer.from(base64, "base64"));
    const messages = bodies.map((body, at) => ({
      id: `${at}`,
      body,
      time: "2026-03-29T01:00:00Z",
      attempt: 1,
    }));
    await deliver({ kind: "messages", service: "storage-queue", source: "orders", messages });
    expect(handled.sort()).toEqual(bodies.sort());
  });

  it("answers when the host asks whether it is there", async () => {
    const { serve } = await tryAzure({});
    const reply = await exchange(await serve(), { method: "GET", target: "/", headers: [host] });
    expect(reply.status).toBe(204);
  });

  it("is a failed invocation for a function that is not there", async () => {
    const { serve, records } = await tryAzure({});
    const sent = { method: "POST", target: "/absent", headers: [host], body: Buffer.from("{}") };
    expect((await exchange(await serve(), sent)).status).toBe(404);
    expect(records.map(({ message }) => message).join()).toContain("Cannot deliver");
  });

  it("listens on the port that the host says, and finishes what it began when it is told to go", {
    timeout: 60_000,
  }, async () => {
    const port = await freePort();
    const child = spawn(process.execPath, [join(import.meta.dirname, "process.ts")], {
      env: { ...process.env, FUNCTIONS_CUSTOMHANDLER_PORT: String(port) },
      stdio: ["ignore", "inherit", "inherit"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    const ask = (target: string) => exchange(port, { method: "GET", target, headers: [host] });
    await expect
      .poll(() => ask("/").catch(() => undefined), { timeout: 30_000 })
      .toMatchObject({ status: 204 });
    const slow = ask("/api/slow");
    await ask("/api/begun");
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    expect((await slow).status).toBe(200);
    expect(await ended).toEqual([0, null]);
  });

  it("says what is missing without that port", { timeout: 60_000 }, async () => {
    const { FUNCTIONS_CUSTOMHANDLER_PORT: _, ...env } = process.env;
    const child = spawn(process.execPath, [join(import.meta.dirname, "process.ts")], { env });
    let printed = "";
    child.stderr.on("data", (piece: Buffer) => {
      printed += piece;
    });
    await once(child, "close");
    expect([child.exitCode, printed]).toEqual([1, expect.stringContaining("FUNCTIONS_CUSTOMHANDLER_PORT")]);
  });
});
