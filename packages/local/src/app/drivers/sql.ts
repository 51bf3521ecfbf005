// Databases: the host's, through its pipe.
import type { LocalDriver } from "./local-driver.ts";

export const sql: LocalDriver = ({ qualified }, { pipe }) => ({
  url: `pipe:${pipe}?database=${encodeURIComponent(qualified)}`,
  load: async () => ({
    open: async (url) => {
      const module = url.startsWith("postgres")
        ? await import("@faasade/connectors/sql/pg")
        : await import("../../sql/pipe.ts");
      return module.open(url);
    },
  }),
});
