// Whether a process that is silent is busy with something else, or hangs.
import type { ChildProcess } from "node:child_process";
import type { AppMessage, HostMessage } from "./protocol.ts";

const patienceMilliseconds = 2000;

/** Whether the process answers a question in 2 s, which one in an endless loop does not. */
export async function isAlive(child: ChildProcess): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const hear = (message: AppMessage): unknown => message?.type === "alive" && resolve(true);
  const timer = setTimeout(() => resolve(false), patienceMilliseconds);
  child.on("message", hear);
  if (child.connected) child.send({ type: "ask" } satisfies HostMessage, () => {});
  const answered = await promise;
  child.off("message", hear);
  clearTimeout(timer);
  return answered;
}
