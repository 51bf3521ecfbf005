// What a consumer needs of a queue's or topic's driver, and how it opens the one that the artefact carries.
import { type FunctionEntry, type Host, urlVariable } from "@faasade/core/adapter";
import type { Artefact } from "../artefact.ts";

/** The part of the queue and topic ports that takes messages. */
export interface Queue {
  receive(options: {
    readonly max: number;
    readonly visibilitySeconds: number;
    readonly waitSeconds: number;
    readonly signal: AbortSignal;
  }): Promise<readonly HeldMessage[]>;
  acknowledge(receipts: readonly string[]): Promise<unknown>;
  release(receipt: string, delaySeconds: number): Promise<boolean>;
  bury(receipt: string, reason: string): Promise<boolean>;
  close(): Promise<void>;
}

interface Topic {
  subscribe(subscriber: string): Queue;
}

export interface HeldMessage {
  readonly receipt: string;
  readonly id: string;
  readonly body: Uint8Array;
  readonly contentType: string | undefined;
  /** The key it was sent with, where a topic has them. */
  readonly subject?: string;
  /** 1 on the first delivery. */
  readonly attempt: number;
  /** Epoch milliseconds. */
  readonly sentAt: number;
}

/** Opens the queue or topic of a name. */
export type OpenNamed = (name: string) => Promise<unknown>;

/** A topic gives every function a copy of its own. @throws {Error} when the artefact carries no driver for it, nothing says where it is, or it cannot be opened. */
export async function openQueue(
  artefact: Artefact,
  { name, trigger }: FunctionEntry,
  host: Pick<Host, "clock" | "configuration">,
): Promise<Queue> {
  const source = trigger.kind === "message" ? trigger.source.name : "";
  const open = openNamed(artefact, source, host, `Cannot take messages of ${source} for ${name}`);
  const driver = await open(source);
  if (trigger.kind !== "message" || trigger.source.kind === "queue") return driver as Queue;
  return (driver as Topic).subscribe(`${artefact.app}/${name}`);
}

/** What a function's deliveries are kept in, where a platform keeps them in a queue: the same in each artefact of the app. */
export function deliveriesName({ app }: Pick<Artefact, "app">, functionName: string): string {
  return `${app}/${functionName}`;
}

/** @throws {Error} at once, when the artefact carries no driver for the resource or nothing says where it is. */
export function openNamed(
  { drivers }: Pick<Artefact, "drivers">,
  resource: string,
  { clock, configuration }: Pick<Host, "clock" | "configuration">,
  cannot: string,
): OpenNamed {
  const entry = drivers[resource];
  const variable = urlVariable(resource);
  const url = configuration(variable) ?? entry?.url;
  if (entry === undefined || url === undefined) {
    const why = entry === undefined ? "this artefact carries no driver for it" : `${variable} is not set`;
    throw new Error(`${cannot}: ${why}.`);
  }
  return async (name) => (await entry.load()).open(url, { name, clock, configuration });
}
