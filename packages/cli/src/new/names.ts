// Names and triggers as people type them, checked before anything is written.
import { http } from "@faasade/core";
import { checkName } from "@faasade/core/adapter";
import { parseCron } from "@faasade/schedules";
import { CommandFailure, exitCodes } from "../exit-code.ts";

export type FunctionStart =
  | { readonly kind: "http"; readonly route: string }
  | { readonly kind: "schedule"; readonly cron: string }
  | { readonly kind: "object"; readonly store: string }
  | { readonly kind: "message"; readonly queue: string };

/** Folders and databases of these names belong to the repository and to the world itself. */
const takenAppNames = new Set(["tools", "world"]);

export function checkAppName(name: string): string {
  checkOwnName("app", name);
  if (takenAppNames.has(name)) throw usage(`Cannot name an app ${name}: the name is taken.`);
  return name;
}

/** A name without the app before it. @throws {CommandFailure} for anything but kebab case. */
export function checkOwnName(kind: string, name: string): string {
  const what = `${kind === "app" ? "an" : "a"} ${kind} ${JSON.stringify(name)}`;
  if (name.includes("/")) throw usage(`Cannot name ${what}: leave out the "/".`);
  try {
    return checkName(kind, name);
  } catch {
    throw usage(
      `Cannot name ${what}: names are kebab case, such as "make-renditions", of 100 letters at most.`,
    );
  }
}

/** @throws {CommandFailure} for a route, cron expression or resource name that the function would refuse. */
export function checkStart(start: FunctionStart): void {
  inUsage(() => {
    if (start.kind === "http") http(start.route, { auth: "public" });
    else if (start.kind === "schedule") parseCron(start.cron);
    else if (start.kind === "object") checkName("store", start.store);
    else checkName("queue", start.queue);
  });
}

/** `make-renditions` → `makeRenditions`; a word that code cannot use, or uses already, gets the kind behind it. */
export function identifierOf(name: string, kind: string): string {
  const words = name.slice(name.lastIndexOf("/") + 1).split("-");
  const camel = words.map((word, index) => (index === 0 ? word : capital(word))).join("");
  return reserved.has(camel) ? `${camel}${capital(kind)}` : camel;
}

const reserved = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends " +
    "false finally for function if implements import in instanceof interface let new null package private protected " +
    "public return static super switch this throw true try typeof undefined var void while with yield " +
    "appOf defineFunction describe expect http it json messageReceived objectCreated objectStore queue schedule v"
  ).split(" "),
);

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

function inUsage<Value>(check: () => Value): Value {
  try {
    return check();
  } catch (error) {
    throw usage((error as Error).message);
  }
}

function usage(message: string): CommandFailure {
  return new CommandFailure(exitCodes.usage, message);
}
