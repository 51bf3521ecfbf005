// A server that listens on this machine alone.
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** @param port 0 picks a free one. @returns the port. @throws {Error} when it is taken. */
export function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
