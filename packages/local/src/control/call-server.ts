// The socket on which apps' processes call functions of other files and apps.
import { timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { FunctionError } from "@faasade/core";
import { problem, toFunctionError } from "@faasade/core/adapter";
import type { World } from "../world.ts";
import { readBody } from "./body.ts";
import { forwardCall } from "./invoke.ts";

const maxBodyBytes = 16 << 20;

/** @returns a function that stops listening. */
export async function serveCalls(world: World, socket: string, token: string): Promise<() => Promise<void>> {
  const server = createServer(async (request, response) => {
    try {
      const given = Buffer.from(request.headers.authorization ?? "");
      const wanted = Buffer.from(`Bearer ${token}`);
      if (given.length !== wanted.length || !timingSafeEqual(given, wanted))
        throw new FunctionError("unauthenticated", "Cannot call: wrong token.");
      const body = await readBody(request, maxBodyBytes);
      const name = (request.url ?? "").replace(/^\/call\//, "");
      const reply = await forwardCall(
        world,
        name,
        body.toString("utf8"),
        request.headers["traceparent"]?.toString() ?? "",
      );
      response.writeHead(reply.status, { "content-type": "application/json" }).end(reply.body);
    } catch (thrown) {
      const error = toFunctionError(thrown);
      const reply = problem(error);
      response
        .writeHead(reply.status, reply.headers as Record<string, string>)
        .end(JSON.stringify({ code: error.code, detail: error.message }));
    }
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(socket, resolve));
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
}
