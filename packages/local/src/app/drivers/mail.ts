// Mail: to the host, which keeps it and delivers nothing.
import type { LocalDriver } from "./local-driver.ts";

export const mail: LocalDriver = ({ owner, local, qualified }, { mailPort }) => {
  const here = `smtp://127.0.0.1:${mailPort}?from=${local}@${owner}.localhost`;
  return {
    url: here,
    load: async () => ({
      open: async (text) => {
        const { open } = await import("@faasade/connectors/mail/smtp");
        if (text !== here) return open(text);
        const url = new URL(here);
        url.username = encodeURIComponent(qualified);
        url.password = process.env["FAASADE_PIPE_TOKEN"] ?? "";
        return open(url.href);
      },
    }),
  };
};
