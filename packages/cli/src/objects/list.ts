// Lists a store, page by page.
import type { ObjectEntry, WorldClient } from "@faasade/local/control";
import { runningWorld } from "../here.ts";
import { columns, formatBytes, oneLine, print, printJson } from "../output.ts";
import { findStore } from "./store.ts";

export interface ListOptions {
  readonly prefix: string;
  readonly limit?: number;
  readonly json?: true;
}

const pageSize = 1000;

export async function listObjects(name: string, { prefix, limit, json }: ListOptions): Promise<void> {
  const client = await runningWorld();
  const store = await findStore(client, name);
  const all: ObjectEntry[] = [];
  for await (const page of pages(client, store, { prefix, limit: limit ?? Number.POSITIVE_INFINITY })) {
    if (json) all.push(...page);
    else if (page.length > 0)
      print(
        columns(
          page.map(({ key, size, modifiedAt }) => [
            new Date(modifiedAt).toISOString(),
            formatBytes(size).padStart(9),
            oneLine(key, 1024),
          ]),
        ),
      );
  }
  if (json) printJson({ objects: all });
}

async function* pages(
  client: WorldClient,
  store: string,
  { prefix, limit }: { readonly prefix: string; readonly limit: number },
): AsyncGenerator<readonly ObjectEntry[]> {
  let after: string | undefined;
  let left = limit;
  do {
    const from = after === undefined ? {} : { after };
    const page = await client.listObjects(store, { prefix, limit: Math.min(left, pageSize), ...from });
    yield page.objects;
    left -= page.objects.length;
    after = page.next;
  } while (after !== undefined && left > 0);
}
