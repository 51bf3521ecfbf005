// What a function may touch: inert names, declared by the developer and provided by the operator.
import type { Ambient } from "../context.ts";

/** How a function touches a resource; it narrows the client's type and becomes the role in every manifest. */
export type Access = "read" | "write" | "readWrite" | "send" | "call";

declare const clients: unique symbol;
declare const message: unique symbol;

/**
 * A named thing outside the function. `Clients` maps each access the resource allows to the client a handler gets.
 * The name is local to its app (`photos`) or qualified by another's (`ticketing/sales`).
 */
export interface Resource<
  Kind extends string = string,
  Clients extends Partial<Record<Access, unknown>> = Partial<Record<Access, unknown>>,
  Message = unknown,
> {
  readonly kind: Kind;
  readonly name: string;
  /** The client a handler gets for one invocation; `driver` is what the artefact's driver opened, once. */
  connect(driver: unknown, access: Access, ambient: Ambient): unknown;
  readonly [clients]?: Clients;
  readonly [message]?: Message;
}

/** A resource together with the access a function asks for. */
export interface Use<R extends Resource = Resource, A extends Access = Access> {
  readonly resource: R;
  readonly access: A;
}

export type ClientsOf<R> = R extends { readonly [clients]?: infer C } ? NonNullable<C> : never;
/** What travels through a queue or topic. */
export type MessageOf<R> = R extends { readonly [message]?: infer M } ? M : never;

type Allowing<A extends Access> = Resource & { readonly [clients]?: { readonly [K in A]: unknown } };

export function read<R extends Allowing<"read">>(resource: R): Use<R, "read"> {
  return { resource, access: "read" };
}

export function write<R extends Allowing<"write">>(resource: R): Use<R, "write"> {
  return { resource, access: "write" };
}

export function readWrite<R extends Allowing<"readWrite">>(resource: R): Use<R, "readWrite"> {
  return { resource, access: "readWrite" };
}

export function send<R extends Allowing<"send">>(resource: R): Use<R, "send"> {
  return { resource, access: "send" };
}

export function call<R extends Allowing<"call">>(resource: R): Use<R, "call"> {
  return { resource, access: "call" };
}

/**
 * A name for a function, an app or a resource: kebab case, optionally qualified by its app.
 * @throws {TypeError} for anything else; names become paths, environment variables and cloud resources.
 */
export function checkName(kind: string, name: string): string {
  if (/^([a-z][a-z0-9]*(-[a-z0-9]+)*\/)?[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) && name.length <= 100)
    return name;
  throw new TypeError(
    `Cannot name a ${kind} ${JSON.stringify(name)}: names are kebab case, such as "make-renditions" or "ticketing/sales".`,
  );
}

/** The environment variable that says where a resource is: `photos` → `PHOTOS_URL`. */
export function urlVariable(name: string): string {
  return `${toVariable(name)}_URL`;
}

/** `max-pixels`, `maxPixels` and `ticketing/sales` as environment variables spell them. */
export function toVariable(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .toUpperCase();
}
