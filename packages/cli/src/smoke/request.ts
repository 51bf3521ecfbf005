// What a story asks for, as a request.
import type { StoryRequest } from "@faasade/core/story";

/** Redirects are followed, as a browser does it. */
export function request(
  origin: string,
  target: string,
  { method = "GET", headers = {}, body }: StoryRequest = {},
): Request {
  return new Request(isWhole(target) ? target : origin + target, {
    method,
    headers: { ...headers },
    ...(body === undefined ? {} : { body: body as NonNullable<RequestInit["body"]> }),
  });
}

/** Whether it is a whole URL, which is asked for as anybody. */
export function isWhole(target: string): boolean {
  return /^https?:\/\//.test(target);
}
