// A request made of a form: the route's path with its parameters, and the body as text or as a file.
import type { InvokeReply, InvokeRequest } from "@faasade/local/control-api";
import { invoke } from "../control.ts";
import { fillRoute, readHeaders } from "./route.ts";

export interface Answer {
  readonly method: string;
  readonly path: string;
  readonly reply: InvokeReply;
}

type Body = Pick<NonNullable<InvokeRequest["request"]>, "body" | "encoding"> & { readonly type?: string };

/** @param name qualified name of the function. */
export async function sendRequest(
  name: string,
  method: string,
  routePath: string,
  form: FormData,
): Promise<Answer> {
  const text = (field: string): string => String(form.get(field) ?? "");
  const query = text("query").replace(/^\?/, "");
  const filled = fillRoute(routePath, (parameter) => text(`path:${parameter}`));
  const path = filled + (query === "" ? "" : `?${query}`);
  const { type, ...body } = await bodyOf(form);
  const headers = {
    ...(type === undefined ? {} : { "content-type": type }),
    ...readHeaders(text("headers")),
  };
  const reply = await invoke({ function: name, request: { method, path, headers, ...body } });
  return { method, path, reply };
}

async function bodyOf(form: FormData): Promise<Body> {
  const file = form.get("file");
  if (file instanceof File && file.name !== "")
    return {
      body: await toBase64(file),
      encoding: "base64",
      type: file.type || "application/octet-stream",
    };
  const text = String(form.get("body") ?? "");
  return text === "" ? {} : { body: text, type: typeOf(text) };
}

function typeOf(body: string): string {
  try {
    JSON.parse(body);
    return "application/json";
  } catch {
    return "text/plain; charset=utf-8";
  }
}

function toBase64(file: File): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const reader = new FileReader();
  reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,?/, ""));
  reader.onerror = () =>
    reject(new Error(`Cannot read ${file.name}: ${reader.error?.message ?? "no reason"}.`));
  reader.readAsDataURL(file);
  return promise;
}
