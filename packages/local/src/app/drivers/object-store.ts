// Object stores: a folder each, below the world's data.
import { pathToFileURL } from "node:url";
import type { LocalDriver } from "./local-driver.ts";

export const objectStore: LocalDriver = ({ owner, local }, { storesFolder }) => ({
  url: pathToFileURL(`${storesFolder}/${owner}/${local}`).href,
  load: async () => ({
    open: async (url, options) => {
      const module = url.startsWith("s3:")
        ? await import("@faasade/connectors/object-store/s3")
        : await import("@faasade/connectors/object-store/file");
      return module.open(url, options);
    },
  }),
});
