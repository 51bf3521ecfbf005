// Outbound HTTP as a host gives it to its functions; what it takes is loaded with the first request.
import type { OutboundHttp } from "../context.ts";
import type { Lookup } from "./outbound-exchange.ts";

export { parseAllowedPrivate } from "./allowed-private.ts";

export interface OutboundOptions {
  /** Private addresses, CIDR ranges and host names that may be reached all the same. Default: none. */
  readonly allowPrivate?: readonly string[];
  /** Resolves host names. Default: as the operating system does. */
  readonly lookup?: Lookup;
}

export function createOutboundHttp(options: OutboundOptions = {}): OutboundHttp {
  let loading: Promise<OutboundHttp> | undefined;
  return {
    async fetch(target, request) {
      loading ??= import("./outbound-client.ts").then(({ createClient }) => createClient(options));
      return (await loading).fetch(target, request);
    },
  };
}
