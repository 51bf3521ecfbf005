// Listens where it is told, an IPv4 address at once: Node takes 3 ms of CPU to find out that there is no name to resolve.
import type { Server } from "node:http";

/** A port (0 picks a free one) on `host`, every interface unless given, or the path of a unix socket or named pipe. */
export type Listen = { readonly port: number; readonly host?: string } | { readonly path: string };

/**
 * What `listen` of node:net itself calls once it has an address; exported, but not documented, so that it may be gone
 * one day. A number is the error that it met.
 */
type CreateServerHandle = (address: string, port: number, family: 4) => object | number;

/** @throws {Error} what `listen` of node:net says when the port is taken or may not be used. */
export async function listen(server: Server, where: Listen): Promise<void> {
  const handle = bound(where);
  // What went wrong is said best by Node's own way.
  if (handle !== undefined && (await begin(server, handle)) === undefined) return;
  const error = await begin(server, { ...where });
  if (error !== undefined) throw error;
}

function bound(where: Listen): object | undefined {
  if (!("host" in where) || !/^[\d.]+$/.test(where.host ?? "")) return undefined;
  const net: object = process.getBuiltinModule("node:net");
  const { _createServerHandle: create } = net as { readonly _createServerHandle?: CreateServerHandle };
  const handle = create?.(where.host ?? "", where.port, 4);
  return typeof handle === "object" ? handle : undefined;
}

function begin(server: Server, where: object): Promise<Error | undefined> {
  return new Promise((resolve) => {
    server.once("error", resolve);
    server.listen(where, () => {
      server.off("error", resolve);
      resolve(undefined);
    });
  });
}
