// Asks a URL whether it is well: a reply in time and with a status of 2xx.
import type { JobKind } from "./index.ts";

export const probeUptime: JobKind = {
  usage: "probe-uptime <url>|/<path of this app> [--within <seconds>s]",
  read([target = "", option, within = "", ...rest]) {
    const isPath = target.startsWith("/") && !target.startsWith("//");
    if (!isPath && !/^https?:$/.test(URL.parse(target)?.protocol ?? ""))
      throw new Error(`"${target}" is neither a URL of the web nor a path`);
    const [, seconds = ""] = /^([1-9]\d?)s$/.exec(within) ?? [];
    if ((option !== undefined && (option !== "--within" || seconds === "")) || rest.length > 0)
      throw new Error("nothing but --within, with 1s to 99s, may follow");
    const timeoutSeconds = seconds === "" ? 10 : Number(seconds);
    return async ({ http, origin, clock, print }) => {
      const url = isPath ? `${origin()}${target}` : target;
      const startedAt = clock.now();
      const reply = await http.fetch(url, { timeoutSeconds, maxReplyBytes: 1 << 20 });
      print(`${url} answered ${reply.status} in ${clock.now() - startedAt} ms`);
      if (!reply.ok) throw new Error(`${url} answered ${reply.status}`);
    };
  },
};
