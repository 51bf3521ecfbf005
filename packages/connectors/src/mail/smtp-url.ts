// Reads where mails go: `smtps://user:password@host?from=Reports <reports@example.org>`.
import { isAddress } from "./check.ts";

export interface SmtpTarget {
  readonly host: string;
  readonly port: number;
  /** `start`: TLS from the first byte; `upgrade`: STARTTLS or nothing; `none`: on this machine alone, or asked for. */
  readonly tls: "start" | "upgrade" | "none";
  readonly from: string;
  readonly credentials?: { readonly user: string; readonly pass: string };
}

const usualPorts = { "smtps:": 465, "smtp:": 587 } as const;
const loopback = /^(127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/;

/** @throws {Error} saying what is wrong, and nothing that the URL holds: it has a password in it. */
export function readSmtpUrl(text: string): SmtpTarget {
  const url = URL.parse(text);
  const protocol = url?.protocol;
  if (url === null || (protocol !== "smtp:" && protocol !== "smtps:") || url.hostname === "")
    throw wrong("it is no such URL");
  const unknown = [...url.searchParams.keys()].filter((name) => name !== "from" && name !== "tls");
  if (unknown.length > 0) throw wrong("it has parameters besides from and tls");
  const from = url.searchParams.get("from") ?? "";
  if (!isAddress(from)) throw wrong("its parameter from is no address");
  const asked = url.searchParams.get("tls") ?? "on";
  if (asked !== "on" && asked !== "off") throw wrong("its parameter tls is neither on nor off");
  if (protocol === "smtps:" && asked === "off") throw wrong("smtps: is never without TLS");
  const user = decodeURIComponent(url.username);
  const pass = decodeURIComponent(url.password);
  const isHere = loopback.test(url.hostname);
  if (user !== "" && asked === "off" && !isHere)
    throw wrong("its password would go over the network in the clear. Leave out tls=off");
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: url.port === "" ? usualPorts[protocol] : Number(url.port),
    tls: protocol === "smtps:" ? "start" : asked === "off" || isHere ? "none" : "upgrade",
    from,
    ...(user === "" ? {} : { credentials: { user, pass } }),
  };
}

function wrong(why: string): Error {
  return new Error(
    `${why}. Write smtps://<user>:<password>@<host>?from=<address>, or smtp: for a server that upgrades to TLS.`,
  );
}
