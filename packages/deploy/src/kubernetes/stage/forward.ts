// Ports of a cluster on this machine, by kubectl port-forward, for as long as a stage is worked with.
import type { ChildProcess } from "node:child_process";
import { explain } from "../errors.ts";
import type { Kubectl } from "../kubectl.ts";

export interface Forwards {
  /** A port of 127.0.0.1. The same place is forwarded once. @param to such as `service/shop`. */
  open(namespace: string, to: string, port: number): Promise<number>;
  close(): Promise<void>;
}

const longestSeconds = 30;

/** Of a host that is a Service's name, `<service>[.<namespace>[.svc…]]`; undefined for one that has a name elsewhere. */
export async function portOf(
  hostname: string,
  port: number,
  namespace: string,
  forwards: Forwards,
): Promise<number | undefined> {
  const [service = "", where = namespace] = hostname.split(".");
  const isWithin = !hostname.includes(".") || /^[^.]+\.[^.]+(\.svc(\.cluster\.local)?)?$/.test(hostname);
  if (!isWithin || hostname === "localhost") return undefined;
  return forwards.open(where, `service/${service}`, port);
}

export function forwardsBy(kubectl: Kubectl): Forwards {
  const opened = new Map<string, Promise<number>>();
  const children = new Set<ChildProcess>();
  return {
    open(namespace, to, port) {
      const key = `${namespace} ${to} ${port}`;
      const known = opened.get(key) ?? start(namespace, to, port);
      opened.set(key, known);
      known.catch(() => opened.delete(key));
      return known;
    },
    async close() {
      const ended = [...children].map((child) => new Promise((resolve) => child.once("close", resolve)));
      for (const child of children) child.kill();
      await Promise.all(ended);
    },
  };

  function start(namespace: string, to: string, port: number): Promise<number> {
    const child = kubectl.start([
      "port-forward",
      to,
      `:${port}`,
      `--namespace=${namespace}`,
      "--address=127.0.0.1",
    ]);
    children.add(child);
    let said = "";
    return new Promise<number>((resolve, reject) => {
      const limit = setTimeout(() => child.kill(), longestSeconds * 1000);
      const read = (chunk: string): void => {
        said += chunk;
        const found = /Forwarding from 127\.0\.0\.1:(\d+)/.exec(said)?.[1];
        if (found === undefined) return;
        clearTimeout(limit);
        resolve(Number(found));
      };
      for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", read);
      child.once("error", ({ message }) => (said += message));
      child.once("close", () => {
        clearTimeout(limit);
        children.delete(child);
        opened.delete(`${namespace} ${to} ${port}`);
        reject(explain(`reach ${to} in ${namespace}`, said));
      });
    });
  }
}
