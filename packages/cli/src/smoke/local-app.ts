// An app of the local world, as a story works with it.
import type { StoryApp } from "@faasade/core/story";
import { ControlError, type WorldClient } from "@faasade/local/control";
import { refused } from "../exit-code.ts";
import { eventually } from "./eventually.ts";
import { request } from "./request.ts";

/** @throws {CommandFailure} when the world has no such app. */
export async function localApp(client: WorldClient, app: string, unique: string): Promise<StoryApp> {
  const { gateway, apps } = await client.status();
  if (!Object.hasOwn(apps, app))
    throw refused(
      `Cannot tell the story of ${app}: the world does not run it. It runs: ${Object.keys(apps).join(", ") || "none"}.`,
    );
  const url = `${gateway}/${app}`;
  return {
    url,
    unique,
    fetch: (target, asked) => fetch(request(url, target, asked)),
    async invoke(name, data) {
      const { ok, reply, error } = await client.invoke({
        function: `${app}/${name}`,
        ...(data === undefined ? {} : { data }),
      });
      if (!ok) throw new Error(`${name} failed: ${error?.message ?? "it gave no reason"}`);
      return reply;
    },
    objects: (store) => ({
      async put(key, content) {
        await client.putObject(`${app}/${store}`, key, pieces(content));
      },
      async get(key) {
        try {
          const chunks: Uint8Array[] = [];
          for await (const chunk of await client.getObject(`${app}/${store}`, key)) chunks.push(chunk);
          return Buffer.concat(chunks);
        } catch (error) {
          if (error instanceof ControlError && error.status === 404) return undefined;
          throw error;
        }
      },
      delete: (key) => client.removeObject(`${app}/${store}`, key),
    }),
    deadLetters: async () =>
      (await client.deadLetters({ limit: 1000 })).filter(({ queue }) => queue.startsWith(`${app}/`)),
    eventually,
  };
}

async function* pieces(content: string | Uint8Array): AsyncGenerator<Uint8Array> {
  yield Buffer.from(content as string);
}
