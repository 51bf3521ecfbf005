// A process of the Node worker of ours: loads an app, tells its host what it registered, and does what the host says.
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Handed, HostFunction, HostRequest, Native, Outputs } from "./host.ts";
import { startWorker } from "./node-worker.ts";
import type { WireReply } from "./wire.ts";

export type Work =
  | { readonly name: string; readonly handed: Handed }
  | { readonly name: string; readonly native: Native }
  | { readonly request: HostRequest };

export interface ToWorker {
  readonly id: number;
  readonly work: Work;
}

export type FromWorker = { readonly functions: readonly HostFunction[] } | ({ readonly id: number } & Done);

type Done = { readonly outputs: Outputs } | { readonly reply: WireReply } | { readonly error: string };

const [main = "", host = ""] = process.argv.slice(2);
const url = pathToFileURL(resolve(main)).href;
const worker = await startWorker(() => import(url), { front: { host, protocol: "http" } });

process.on("message", async ({ id, work }: ToWorker) => {
  tell({ id, ...(await done(work).catch((error: Error): Done => ({ error: error.message }))) });
});
process.on("disconnect", () => process.exit());
tell({ functions: worker.functions });

async function done(work: Work): Promise<Done> {
  if ("request" in work) return { reply: await worker.request(work.request) };
  if ("native" in work) return { outputs: await worker.invoke(work.name, work.native) };
  return { outputs: await worker.handOver(work.name, work.handed) };
}

function tell(message: FromWorker): void {
  process.send?.(message);
}
