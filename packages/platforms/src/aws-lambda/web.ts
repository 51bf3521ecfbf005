// Lambda Web Functions at run time: a plain HTTP server, where Lambda wants it to listen.
import type { Artefact } from "../shared/artefact.ts";
import { type ProcessPlatform, runProcess } from "../shared/process/index.ts";
import { iamEndpoint } from "./iam-endpoint.ts";

/**
 * Lambda takes headers that begin with `lambda-web-` from everybody and sets this one itself, so it says truly which
 * endpoint a request came in by. It sends no `X-Forwarded-Host` of its own: those are the client's.
 * https://docs.aws.amazon.com/lambda/latest/dg/web-functions-http.html
 */
export const webFunctions = {
  listen: () => readEndpoint(process.env["AWS_LAMBDA_HTTP_ENDPOINT"]),
  platformAuthenticates: (headers) => headers["lambda-web-endpoint-name"] === iamEndpoint,
  trustForwarded: "host",
  /** Requests are let finish before SIGTERM; from then on there is a second. */
  drainSeconds: 0.8,
} as const satisfies ProcessPlatform;

/**
 * Serves the app until SIGTERM.
 * @throws {Error} when it cannot listen where `AWS_LAMBDA_HTTP_ENDPOINT` says.
 */
export function serveWeb(artefact: Artefact): Promise<void> {
  return runProcess(artefact, webFunctions);
}

/**
 * `host:port`, a host of IPv6 in brackets. Every interface is not named: Node then binds it the same, without loading
 * what resolves names, which takes 4 ms of CPU.
 * @throws {Error} for anything else.
 */
export function readEndpoint(value: string | undefined): { readonly port: number; readonly host?: string } {
  const [, host = "", digits] = /^([\w.-]+|\[[\da-fA-F:.]+\]):(\d{1,5})$/.exec(value ?? "") ?? [];
  const port = Number(digits);
  if (port < 65_536) return host === "0.0.0.0" ? { port } : { port, host: host.replace(/^\[|\]$/g, "") };
  const found = value === undefined ? "is not set" : `is ${JSON.stringify(value)}`;
  throw new Error(
    `Cannot listen: AWS_LAMBDA_HTTP_ENDPOINT ${found}. Lambda Web Functions set it to host:port; elsewhere set it yourself, such as 127.0.0.1:3000.`,
  );
}
