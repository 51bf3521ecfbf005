// Google Cloud at run time: our own server in a container of Cloud Run.
import type { Artefact } from "../shared/artefact.ts";
import { endWhenTold } from "../shared/process/until-told.ts";
import { type RunningServer, type ServeOptions, serveApp } from "../shared/server/index.ts";
import { type GoogleOptions, openGoogleApp } from "./app.ts";
import { platformAuthenticates, servedOf } from "./environment.ts";

/** Cloud Run ends a container ten seconds after SIGTERM. */
const drainSeconds = 9;

/**
 * Serves until SIGTERM, on `PORT`. `FAASADE_SERVE` says what: `http`, which is the default, or `events`, only in a
 * service that nobody but Google's own senders may call, `http,events` on a machine of one's own. `FAASADE_CALLERS`
 * says who sees to callers: `iam` where Cloud Run lets nobody else through, `identity-tokens` where it lets in everybody.
 * @throws {Error} when it cannot listen, or the environment asks for what there is not.
 */
export async function serve(artefact: Artefact, options: GoogleOptions = {}): Promise<void> {
  const server = await startServer(artefact, {
    ...options,
    ...servedOf(process.env),
    listen: listenOnPort(),
  });
  endWhenTold(() => server.drain(drainSeconds));
}

/** The server alone: who starts it ends it. */
export async function startServer(
  artefact: Artefact,
  options: GoogleOptions & Pick<ServeOptions, "listen" | "http" | "events">,
): Promise<RunningServer> {
  const { log, identityKeysUrl, ...how } = options;
  const google = openGoogleApp(artefact, {
    ...(log === undefined ? {} : { log }),
    ...(identityKeysUrl === undefined ? {} : { identityKeysUrl }),
  });
  const authenticates = platformAuthenticates(process.env);
  if (how.events !== true) return serveApp(google.app, { ...how, ...authenticates });
  const { decoderOf } = await import("./events.ts");
  return serveApp(google.app, { ...how, ...authenticates, decodeEvents: decoderOf(google) });
}

/** Without a host Node binds every interface at once. */
function listenOnPort(): { readonly port: number } {
  const value = process.env["PORT"] ?? "8080";
  if (/^\d{1,5}$/.test(value) && Number(value) < 65_536) return { port: Number(value) };
  throw new Error(`Cannot listen: PORT is "${value}". Set a number from 0 to 65535.`);
}
