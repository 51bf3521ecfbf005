// Where a world is reached: by its apps' processes, by http, by the page and the command.

import { openWorldBroker } from "./broker/open.ts";
import { serveCalls } from "./control/call-server.ts";
import { controlRoutes } from "./control/routes.ts";
import { openControl, type Page } from "./control/server.ts";
import { readState, writeState } from "./data/state.ts";
import { openGateway } from "./gateway/gateway.ts";
import { prepareSockets, removeSockets, socketAddress } from "./home.ts";
import { openCatcher } from "./mail/catcher.ts";
import { serveSql } from "./sql/serve.ts";
import type { World } from "./world.ts";

export interface DoorsOptions {
  /** Port of the page; 0 picks a free one. */
  readonly port?: number;
  /** The page that is served beside the control interface; none unless given. */
  readonly page?: () => Promise<Page>;
  /** What the operator should see as it happens, one line each. */
  readonly onProgress?: (line: string) => void;
}

export interface Doors {
  /** With the start's token in its fragment. */
  readonly pageUrl: string;
  readonly gatewayOrigin: string;
  /** Where apps send mails. */
  readonly mailPort: number;
  /** Where topics are reached by MQTT. */
  readonly brokerPort: number;
  /** Closes each, whatever becomes of the others. @throws {Error} the first reason why one could not be. */
  close(): Promise<void>;
}

/** Remembered, so that an address which somebody wrote down is right after the next start too. */
const gatewayPort = "gateway-port";

const noPage = async (): Promise<Page> => ({ headers: {}, files: new Map() });

/** @throws {Error} when one cannot be opened, such as a port that is taken; none is open then. */
export async function openDoors(world: World, options: DoorsOptions): Promise<Doors> {
  const { port = 0, page = noPage, onProgress = () => {} } = options;
  const { home, token, pipeToken } = world;
  const opened: (() => Promise<void>)[] = [() => removeSockets(home)];
  const close = (): Promise<void> => closeAll(opened.toReversed());
  try {
    await prepareSockets(home);
    const pipe = await serveSql((name) => world.databases.serve(name), socketAddress(home, "sql"), {
      token: pipeToken,
      // What an app sends is written by its own process: whoever waits for it here must look.
      onCommit: (database) => database === "world" && world.queues.wakeAll(),
    });
    opened.push(() => pipe.close());
    opened.push(await serveCalls(world, socketAddress(home, "calls"), pipeToken));
    const catcher = await openCatcher({
      token: pipeToken,
      onMail: (origin, bytes) => world.takeMail(origin, bytes),
    });
    opened.push(() => catcher.close());
    const broker = await openWorldBroker(world);
    opened.push(() => broker.close());
    const former = await readState<number>(world.sql, gatewayPort);
    const gateway = await openGateway(world, former);
    opened.push(() => gateway.close());
    if (former !== undefined && former !== gateway.port)
      onProgress(`the apps answer at ${gateway.origin} now: another program listens on port ${former}`);
    await writeState(world.sql, gatewayPort, gateway.port);
    const control = await openControl(controlRoutes(world), { port, token, page });
    opened.push(() => control.close());
    return {
      pageUrl: `${control.origin}/#token=${token}`,
      gatewayOrigin: gateway.origin,
      mailPort: catcher.port,
      brokerPort: broker.port,
      close,
    };
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
