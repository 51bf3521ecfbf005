// Databases: the host's, through its pipe, unless they are on an engine.
import { databaseUrl } from "../../engines/engines.ts";
import type { LocalDriver } from "./local-driver.ts";

export const sql: LocalDriver = ({ qualified }, { pipe, engines }) => ({
  url: databaseUrl(engines, qualified) ?? `pipe:${pipe}?database=${encodeURIComponent(qualified)}`,
  load: async () => ({
    open: async (url) => {
      const module = url.startsWith("postgres")
        ? await import("@faasade/connectors/sql/pg")
        : await import("../../sql/pipe.ts");
      return module.open(url);
    },
  }),
});
