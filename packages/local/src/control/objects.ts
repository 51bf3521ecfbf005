// Objects of a store, for the page and the command: listed, streamed in, streamed out, deleted.
import { pipeline } from "node:stream/promises";
import { FunctionError } from "@faasade/core";
import type { World } from "../world.ts";
import type { ControlCall, ControlRoute } from "./routes.ts";

export function objectRoutes(world: World): ControlRoute[] {
  const route = (method: string, handle: ControlRoute["handle"]): ControlRoute => ({
    method,
    path: ["objects"],
    handle,
  });
  return [
    route("GET", (call) => (call.path.length > 2 ? getObject(world, call) : listObjects(world, call))),
    route("PUT", (call) => putObject(world, call)),
    route("DELETE", (call) => deleteObject(world, call)),
  ];
}

async function listObjects(world: World, { path, query }: ControlCall): Promise<unknown> {
  const store = await world.stores.find(path[0] ?? "", path[1] ?? "");
  const after = query.get("after");
  const limit = Math.min(1000, Number(query.get("limit") ?? 100));
  const page = await store.list({
    prefix: query.get("prefix") ?? "",
    limit,
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

async function putObject(world: World, { path, request }: ControlCall): Promise<unknown> {
  const { store, key } = await locate(world, path);
  const contentType = request.headers["content-type"];
  const result = await store.put(
    key,
    request as AsyncIterable<Uint8Array>,
    contentType === undefined ? {} : { contentType },
  );
  world.journal.note({
    kind: "operator",
    id: key,
    app: path[0] ?? "",
    title: `put ${path.slice(0, 2).join("/")}/${key}`,
  });
  return { key, ...result };
}

async function deleteObject(world: World, { path }: ControlCall): Promise<unknown> {
  const { store, key } = await locate(world, path);
  await store.delete(key);
  world.journal.note({
    kind: "operator",
    id: key,
    app: path[0] ?? "",
    title: `removed ${path.slice(0, 2).join("/")}/${key}`,
  });
  return {};
}

async function locate(
  world: World,
  path: readonly string[],
): Promise<{ store: Awaited<ReturnType<World["stores"]["find"]>>; key: string }> {
  const [app = "", name = "", ...rest] = path;
  const key = rest.join("/");
  if (key === "")
    throw new FunctionError("invalid", "Cannot tell which object is meant: the key is missing.");
  return { store: await world.stores.find(app, name), key };
}
