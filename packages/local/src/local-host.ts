// Whether a request was meant for this machine: a name that merely resolves here may belong to somebody's page.

/** True for `127.0.0.1` and `localhost` with the listener's own port. */
export function isLocalHost(host: string | undefined, port: number): boolean {
  return host === `127.0.0.1:${port}` || host === `localhost:${port}`;
}
