// Lists a store, page by page.
import type { ObjectEntry } from "@faasade/local/control";
import { columns, formatBytes, oneLine, print, printJson } from "../output.ts";
import type { StageOptions } from "../stage/options.ts";
import { type OpenStore, withStore } from "./store.ts";

export interface ListOptions extends StageOptions {
  readonly prefix: string;
  readonly limit?: number;
  readonly json?: true;
}

const pageSize = 1000;

export function listObjects(name: string, options: ListOptions): Promise<void> {
  return withStore(name, options, (store) => list(store, options));
}

async function list(store: OpenStore, { prefix, limit, json }: ListOptions): Promise<void> {
  const all: ObjectEntry[] = [];
  for await (const page of pages(store, { prefix, limit: limit ?? Number.POSITIVE_INFINITY })) {
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
  store: OpenStore,
  { prefix, limit }: { readonly prefix: string; readonly limit: number },
): AsyncGenerator<readonly ObjectEntry[]> {
  let after: string | undefined;
  let left = limit;
  do {
    const from = after === undefined ? {} : { after };
    const page = await store.list({ prefix, limit: Math.min(left, pageSize), ...from });
    yield page.objects;
    left -= page.objects.length;
    after = page.next;
  } while (after !== undefined && left > 0);
}
