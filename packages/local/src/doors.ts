// Where a world is reached: by its apps' processes, by http, by the page and the command.

import { serveCalls } from "./control/call-server.ts";
import { controlRoutes } from "./control/routes.ts";
import { openControl, type Page } from "./control/server.ts";
import { openGateway } from "./gateway/gateway.ts";
import { prepareSockets, removeSockets, socketAddress } from "./home.ts";
import { serveSql } from "./sql/serve.ts";
import type { World } from "./world.ts";

export interface DoorsOptions {
  /** Port of the page; 0 picks a free one. */
  readonly port?: number;
  /** The page that is served beside the control interface; none unless given. */
  readonly page?: () => Promise<Page>;
}

export interface Doors {
  /** With the start's token in its fragment. */
  readonly pageUrl: string;
  readonly gatewayOrigin: string;
  /** Closes each, whatever becomes of the others. @throws {Error} the first reason why one could not be. */
  close(): Promise<void>;
}

const noPage = async (): Promise<Page> => ({ headers: {}, files: new Map() });

/** @throws {Error} when one cannot be opened, such as a port that is taken; none is open then. */
export async function openDoors(world: World, { port = 0, page = noPage }: DoorsOptions): Promise<Doors> {
  const { home, token, pipeToken } = world;
  const opened: (() => Promise<void>)[] = [() => removeSockets(home)];
  const close = (): Promise<void> => closeAll(opened.toReversed());
  try {
    await prepareSockets(home);
    const pipe = await serveSql((name) => world.databases.get(name), socketAddress(home, "sql"), {
      token: pipeToken,
      // What an app sends is written by its own process: whoever waits for it here must look.
      onCommit: (database) => database === "world" && world.queues.wakeAll(),
    });
    opened.push(() => pipe.close());
    opened.push(await serveCalls(world, socketAddress(home, "calls"), pipeToken));
    const gateway = await openGateway(world);
    opened.push(() => gateway.close());
    const control = await openControl(controlRoutes(world), { port, token, page });
    opened.push(() => control.close());
    return { pageUrl: `${control.origin}/#token=${token}`, gatewayOrigin: gateway.origin, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function closeAll(closers: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const close of closers) await close().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}
