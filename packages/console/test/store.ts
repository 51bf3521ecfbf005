// The objects of the double of the host, and how it answers in JSON.
import type { ServerResponse } from "node:http";

interface StoredObject {
  readonly bytes: Buffer;
  readonly contentType: string;
}

export class StoreDouble {
  /** By `app/store/key`. */
  readonly objects = new Map<string, StoredObject>();

  answer(method: string, url: URL, bytes: Buffer, contentType: string, response: ServerResponse): void {
    const name = decodeURIComponent(url.pathname.slice("/control/objects/".length));
    const object = this.objects.get(name);
    if (/^[^/]+\/[^/]+$/.test(name)) json(response, this.#list(name, url.searchParams.get("prefix") ?? ""));
    else if (method === "PUT") {
      this.objects.set(name, { bytes, contentType });
      json(response, {});
    } else if (object === undefined) {
      json(response, { title: "Not found", detail: `Cannot read ${name}: it is not there.` }, 404);
    } else if (method === "DELETE") {
      this.objects.delete(name);
      json(response, {});
    } else response.writeHead(200, { "content-type": object.contentType }).end(object.bytes);
  }

  #list(store: string, prefix: string) {
    const found = [...this.objects].filter(([name]) => name.startsWith(`${store}/${prefix}`)).sort();
    const modifiedAt = new Date().toISOString();
    const objects = found.map(([name, { bytes }]) => {
      return { key: name.slice(store.length + 1), size: bytes.length, etag: `"${name}"`, modifiedAt };
    });
    return { objects };
  }
}

export function json(response: ServerResponse, value: unknown, status = 200): void {
  const contentType = status < 400 ? "application/json" : "application/problem+json";
  response.writeHead(status, { "content-type": contentType }).end(JSON.stringify(value));
}
