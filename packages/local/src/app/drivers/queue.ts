// Queues: tables of the world's own database, through the host's pipe.
import type { LocalDriver } from "./local-driver.ts";

export const queue: LocalDriver = ({ qualified }, { pipe }) => ({
  url: `pipe:${pipe}?database=world`,
  load: async () => ({
    open: async (url, options) => {
      const [{ sqlQueueModule }, pipeDriver] = await Promise.all([
        import("@faasade/connectors/queue/sql"),
        import("../../sql/pipe.ts"),
      ]);
      return sqlQueueModule(pipeDriver).open(url, { ...options, name: qualified });
    },
  }),
});
