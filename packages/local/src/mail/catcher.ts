// Takes the mails of the world's apps: a real SMTP server on this machine that delivers nothing.
import { hash, timingSafeEqual } from "node:crypto";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import type { SMTPServer } from "smtp-server";
import type { MailOrigin } from "./mails.ts";

export interface CatcherOptions {
  /** What apps sign in with, beside their resource's name: any program may knock. */
  readonly token: string;
  /** A mail is taken over when this has resolved. */
  readonly onMail: (origin: MailOrigin, bytes: Uint8Array) => Promise<void>;
}

export interface Catcher {
  readonly port: number;
  close(): Promise<void>;
}

const maxBytes = 25 << 20;

/** Listens at once; the library behind it is loaded with the first mail. */
export async function openCatcher(options: CatcherOptions): Promise<Catcher> {
  let loading: Promise<SMTPServer> | undefined;
  const sockets = new Set<Socket>();
  const door = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => {});
    loading ??= makeServer(options);
    loading.then(
      (server) => server.server.emit("connection", socket),
      () => socket.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => door.once("error", reject).listen(0, "127.0.0.1", resolve));
  return {
    port: (door.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        door.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function makeServer({ token, onMail }: CatcherOptions): Promise<SMTPServer> {
  const { SMTPServer } = await import("smtp-server");
  const server = new SMTPServer({
    banner: "faasade keeps what it gets and delivers nothing",
    logger: false,
    disabledCommands: ["STARTTLS"],
    authMethods: ["PLAIN"],
    allowInsecureAuth: true,
    size: maxBytes,
    disableReverseLookup: true,
    onAuth({ username, password }, _session, done) {
      if (originOf(username ?? "") !== undefined && isSame(password ?? "", token))
        done(null, { user: username ?? "" });
      else done(refusal(535, "Only this world's apps may send here"));
    },
    onRcptTo({ address }, _session, done) {
      // RFC 2606: nobody ever has such an address, so a bounce can be seen here too.
      if (address.endsWith(".invalid")) done(refusal(550, "Nobody can have an address in .invalid"));
      else done();
    },
    onData(stream, { user }, done) {
      const origin = originOf(typeof user === "string" ? user : "");
      const taking = async (): Promise<void> => {
        const bytes = await buffer(stream);
        if (stream.sizeExceeded) throw refusal(552, `A mail has at most ${maxBytes} bytes`);
        if (origin === undefined) throw refusal(530, "Sign in first");
        await onMail(origin, bytes).catch((error: Error) => {
          throw refusal(451, error.message);
        });
      };
      taking().then(() => done(), done);
    },
  });
  server.on("error", () => {});
  return server;
}

/** `shop/reports`; part of a file's name later, so nothing else will do. */
function originOf(user: string): MailOrigin | undefined {
  const [, app, resource] = /^([a-z][a-z0-9-]*)\/([a-z][a-z0-9-]*)$/.exec(user) ?? [];
  return app === undefined || resource === undefined ? undefined : { app, resource };
}

function isSame(given: string, wanted: string): boolean {
  return timingSafeEqual(hash("sha256", given, "buffer"), hash("sha256", wanted, "buffer"));
}

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
