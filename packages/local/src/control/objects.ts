// Objects of a store, for the page and the command: listed, streamed in, streamed out, deleted.
import { pipeline } from "node:stream/promises";
import { type Ambient, FunctionError } from "@faasade/core";
import { operatorAmbient } from "../data/ambient.ts";
import type { World } from "../world.ts";
import { cappedBody } from "./body.ts";
import { limitOf } from "./given.ts";
import type { ControlCall, ControlRoute } from "./routes.ts";

const maxObjectBytes = 512 << 20;

/** @param maxBytes the largest object that is taken. */
export function objectRoutes(world: World, maxBytes = maxObjectBytes): ControlRoute[] {
  const route = (method: string, handle: ControlRoute["handle"]): ControlRoute => ({
    method,
    path: ["objects"],
    handle,
  });
  return [
    route("GET", (call) => (call.path.length > 2 ? getObject(world, call) : listObjects(world, call))),
    route("PUT", (call) => putObject(world, call, maxBytes)),
    route("DELETE", (call) => deleteObject(world, call)),
  ];
}

async function listObjects(world: World, { path, query }: ControlCall): Promise<unknown> {
  const store = await world.stores.find(path[0] ?? "", path[1] ?? "");
  const after = query.get("after");
  const page = await store.list({
    prefix: query.get("prefix") ?? "",
    limit: limitOf(query, 100, 1000),
    ...(after === null ? {} : { after }),
  });
  return { objects: page.objects, ...(page.next === undefined ? {} : { next: page.next }) };
}

async function getObject(world: World, { path, response }: ControlCall): Promise<undefined> {
  const { store, key } = await locate(world, path);
  const object = await store.get(key);
  if (object === undefined)
    throw new FunctionError("not_found", `Cannot get ${key}: ${path[0]}/${path[1]} holds no such object.`);
  const { contentType, size, etag } = object.info;
  // What an app stored is shown as data: it must never run as a part of this page.
  response.writeHead(200, {
    "content-type": contentType,
    "content-length": size,
    etag: `"${etag}"`,
    "content-security-policy": "sandbox; default-src 'none'",
    "content-disposition": "attachment",
    "x-content-type-options": "nosniff",
  });
  await pipeline(object.stream(), response);
  return undefined;
}

function putObject(world: World, { path, request }: ControlCall, maxBytes: number): Promise<unknown> {
  const contentType = request.headers["content-type"];
  return change(world, path, "put", async ({ store, key }) => {
    const options = contentType === undefined ? {} : { contentType };
    return { key, ...(await store.put(key, cappedBody(request, maxBytes), options)) };
  });
}

function deleteObject(world: World, { path }: ControlCall): Promise<unknown> {
  return change(world, path, "removed", async ({ store, key }) => {
    await store.delete(key);
    return {};
  });
}

interface Located {
  readonly store: Awaited<ReturnType<World["stores"]["find"]>>;
  readonly key: string;
}

/** A change by the operator's hand, which the journal tells as the cause of what comes of it. */
async function change(
  world: World,
  path: readonly string[],
  done: "put" | "removed",
  act: (located: Located) => Promise<unknown>,
): Promise<unknown> {
  const id = crypto.randomUUID();
  const [app = "", name] = path;
  const located = await locate(world, path, operatorAmbient(world.clock, world.causes.open(id)));
  const answer = await act(located);
  world.journal.note({ kind: "operator", id, app, title: `${done} ${app}/${name}/${located.key}` });
  return answer;
}

async function locate(world: World, path: readonly string[], ambient?: Ambient): Promise<Located> {
  const [app = "", name = "", ...rest] = path;
  const key = rest.join("/");
  if (key === "")
    throw new FunctionError("invalid", "Cannot tell which object is meant: the key is missing.");
  return { store: await world.stores.find(app, name, ambient), key };
}
