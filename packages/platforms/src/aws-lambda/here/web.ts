// A web function on this machine: a process that is told where to listen, as Lambda does it.
import type { Here, HereOptions } from "../../shared/here.ts";
import { startProcessHere } from "../../shared/here-process.ts";

/** @throws {Error} with what it said, when it does not start. */
export async function startWebHere(options: HereOptions): Promise<Here> {
  const listen = (port: number) => ({ AWS_LAMBDA_HTTP_ENDPOINT: `127.0.0.1:${port}` });
  return startProcessHere(options, { file: "index.js", listen });
}
