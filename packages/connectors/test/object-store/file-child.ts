// Run by itself: the other process of the file driver's tests. Says what was acknowledged, a line each.
import { writeSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { clientOf, inChunks, mustGet, patterned } from "../../src/object-store/conformance/harness.ts";
import { open, watchChanges } from "../../src/object-store/file/index.ts";

const [task = "", folder = "", ...values] = process.argv.slice(2);
const numbers = values.map(Number);
const mebibyte = 1024 * 1024;

/** Written at once, so that it is out before anything can kill this process. */
function say(line: unknown): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

async function openClient() {
  return clientOf(await open(pathToFileURL(folder).href, { clock: { now: () => Date.now() } }));
}

const tasks: Readonly<Record<string, () => Promise<void>>> = {
  /** Puts and deletes without end, from the number given. */
  async write() {
    const client = await openClient();
    for (let number = numbers[0] ?? 0; ; number += 1) {
      const key = `key-${number % 3}`;
      if (number % 7 === 6) {
        await client.delete(key);
        say({ number, key });
      } else {
        const body = inChunks(patterned((number * 7919) % 200_000, number + 1), 30_000);
        const { etag } = await client.put(key, body, { metadata: { number: String(number) } });
        say({ number, key, etag });
      }
    }
  },

  /** Puts a body that never ends. */
  async hang() {
    async function* body() {
      yield patterned(mebibyte);
      await new Promise((resolve) => setTimeout(resolve, 120_000));
    }
    await (await openClient()).put("hanging", body());
  },

  /** Says each change before it is forgotten. */
  async watch() {
    const onChange = async ({ key, version }: { key: string; version: string }) => say({ key, version });
    await watchChanges(folder, { signal: new AbortController().signal, onChange });
  },

  /** Replaces one object so many times, with as many bytes of the round's number as the round says. */
  async overwrite() {
    const client = await openClient();
    for (let round = 1; round <= (numbers[0] ?? 0); round += 1)
      await client.put("busy", new Uint8Array(round).fill(round));
  },

  /** Adds one to a counter so many times, under whatever others do. */
  async count() {
    const client = await openClient();
    for (let left = numbers[0] ?? 0; left > 0; ) {
      const object = await client.get("counter");
      const seen = object === undefined ? 0 : Number(await object.text());
      const condition =
        object === undefined ? ({ ifNoneMatch: "*" } as const) : { ifMatch: object.info.etag };
      const lost = await client.put("counter", String(seen + 1), condition).then(
        () => false,
        (error: { code?: string }) => {
          if (error.code !== "precondition_failed") throw error;
          return true;
        },
      );
      if (!lost) left -= 1;
    }
  },

  /** Streams so many MiB in and out, and says by how many bytes the process grew. */
  async stream() {
    const client = await openClient();
    const chunk = patterned(mebibyte);
    async function* body(chunks: number) {
      for (let index = 0; index < chunks; index += 1) yield chunk;
    }
    const pass = async (chunks: number) => {
      await client.put("large", body(chunks));
      let size = 0;
      for await (const piece of (await mustGet(client, "large")).stream()) {
        size += piece.length;
        peak = Math.max(peak, process.memoryUsage.rss());
      }
      if (size !== chunks * mebibyte) throw new Error(`${size} bytes came back`);
    };
    let peak = 0;
    await pass(4);
    const before = process.memoryUsage.rss();
    const timer = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage.rss());
    }, 5);
    await pass(numbers[0] ?? 0);
    clearInterval(timer);
    say(peak - before);
  },
};

process.stdin.on("close", () => process.exit(1)).resume();
await tasks[task]?.();
process.exit(0);
