// What stands before an app on Azure: the front end for clients, and the door by which a function is run by hand.
import type { IncomingMessage, ServerResponse } from "node:http";
import { givenByHand, handedByHand } from "./by-hand.ts";
import type { FunctionsHost, HostFunction } from "./host.ts";
import { pairsOf, type WireReply } from "./wire.ts";

/** The host's own path: https://learn.microsoft.com/azure/azure-functions/functions-manually-run-non-http */
export const adminPath = "/admin/functions/";

/** Who reaches this machine's own address is its operator, whom App Service would have let in. */
const caller = "operator";
/** About the connection, which ends here, or the front's own to say. */
const connection =
  /^(connection|content-length|expect|host|keep-alive|transfer-encoding|upgrade|x-forwarded-.*)$/;

export async function answer(
  host: FunctionsHost,
  routePrefix: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const { method = "GET", url = "/" } = request;
  const [path = "/", query] = url.split(/\?(.*)/s, 2);
  if (path.startsWith(adminPath)) {
    if (method !== "POST") return send(response, json(405, { message: "Run a function by POST." }));
    return send(response, await runByHand(host, path.slice(adminPath.length), body.toString("utf8")));
  }
  const prefix = routePrefix === "" ? "" : `/${routePrefix}`;
  if (path !== prefix && !path.startsWith(`${prefix}/`)) return send(response, json(404, {}));
  const headers = pairsOf(request.rawHeaders).filter(([name]) => !connection.test(name));
  const sent = { method, path, headers, caller, ...(query === undefined ? {} : { query }) };
  send(response, await host.request(body.length === 0 ? sent : { ...sent, body }));
}

/** Azure answers at once that it took it; here the answer is what came of it. */
async function runByHand(host: FunctionsHost, name: string, text: string): Promise<WireReply> {
  const functions = host.functions.filter(({ trigger }) => !String(trigger["route"]).includes("{"));
  const found = functions.find((one) => one.name === name);
  if (found === undefined) {
    const names = functions.map((one) => one.name).join(", ") || "none";
    return json(404, {
      message: `Nothing but requests starts a function ${name}. What can be run by hand: ${names}.`,
    });
  }
  let given: ReturnType<typeof givenByHand>;
  try {
    given = givenByHand(text, host.payload);
  } catch (error) {
    return json(400, { message: (error as Error).message });
  }
  try {
    if ("native" in given) return json(200, { outputs: await host.invoke(name, given.native) });
    if (found.trigger.type === "httpTrigger") return await callByHand(host, found, given.input);
    const handed = handedByHand(found, given.input, new Date().toISOString());
    return json(200, { outputs: await host.handOver(name, handed) });
  } catch (error) {
    return json(500, { message: (error as Error).message });
  }
}

function callByHand(host: FunctionsHost, { trigger }: HostFunction, input: unknown): Promise<WireReply> {
  const path = `/${String(trigger["route"])}`;
  const body = Buffer.from(typeof input === "string" ? input : JSON.stringify(input));
  const headers = [["content-type", "application/cloudevents+json"]] as const;
  return host.request({ method: "POST", path, headers, body, caller });
}

function json(status: number, value: unknown): WireReply {
  return {
    status,
    headers: [["content-type", "application/json"]],
    body: Buffer.from(JSON.stringify(value)),
  };
}

function send(response: ServerResponse, { status, headers, body }: WireReply): void {
  response.writeHead(
    status,
    headers.filter(([name]) => !/^(connection|keep-alive|transfer-encoding)$/.test(name)).flat(),
  );
  response.end(body);
}
