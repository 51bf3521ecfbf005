// Topics: of the world's own broker.
import type { LocalDriver } from "./local-driver.ts";

export const topic: LocalDriver = ({ qualified }, { brokerPort }) => {
  const own = `mqtt://127.0.0.1:${brokerPort}/`;
  return {
    url: `${own}${qualified}/%23`,
    load: async () => ({
      open: async (url, options) => {
        const { open } = await import("@faasade/connectors/topic/mqtt");
        return open(url, url.startsWith(own) ? { ...options, configuration: ownCredentials } : options);
      },
    }),
  };
};

function ownCredentials(variable: string): string | undefined {
  return variable.endsWith("_USERNAME") ? "app" : process.env["FAASADE_PIPE_TOKEN"];
}
