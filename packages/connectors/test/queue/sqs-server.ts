// fauxqs, an emulator of SQS, in this process: its time is that of a test's clock.
import type { Clock } from "@faasade/core";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { vi } from "vitest";
import type { QueueWorld } from "../../src/queue/conformance.ts";
import { open } from "../../src/queue/sqs/index.ts";

export const region = "eu-central-1";

export interface SqsServer {
  readonly server: FauxqsServer;
  readonly endpoint: string;
  /** A queue and its dead letters. @returns its URL */
  create(name: string, attributes?: Readonly<Record<string, string>>): string;
}

export async function startSqs(): Promise<SqsServer> {
  process.env["AWS_ACCESS_KEY_ID"] = process.env["AWS_SECRET_ACCESS_KEY"] = "none";
  process.env["AWS_EC2_METADATA_DISABLED"] = "true";
  const server = await startFauxqs({ port: 0, host: "127.0.0.1", logger: false, defaultRegion: region });
  const endpoint = `http://127.0.0.1:${server.port}`;
  return {
    server,
    endpoint,
    create(name, attributes = {}) {
      const fifo: Record<string, string> = name.endsWith(".fifo") ? { FifoQueue: "true" } : {};
      const { queueArn } = server.createQueue(name.replace(/(\.fifo)?$/, "-dead$1"), {
        region,
        attributes: fifo,
      });
      const redrive = JSON.stringify({ deadLetterTargetArn: queueArn, maxReceiveCount: 100 });
      server.createQueue(name, { region, attributes: { ...fifo, RedrivePolicy: redrive, ...attributes } });
      return `sqs://${name}?region=${region}&endpoint=${encodeURIComponent(endpoint)}`;
    },
  };
}

/** fauxqs asks `Date.now` for the time, and nothing else in these tests does. */
export function setServerClock(clock: Clock): void {
  vi.spyOn(Date, "now").mockImplementation(() => clock.now());
}

/** @param ending of the queues' names, such as `.fifo` */
export async function openSqsWorld(ending = "", parameters = ""): Promise<QueueWorld> {
  const { server, create } = await startSqs();
  const urls = new Map<string, string>();
  return {
    setClock: setServerClock,
    queue(name, clock) {
      const url = urls.get(name) ?? create(name + ending) + parameters;
      urls.set(name, url);
      return open(url, { clock });
    },
    async close() {
      vi.restoreAllMocks();
      await server.stop();
    },
  };
}
