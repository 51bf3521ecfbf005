// Sends an HTTP request to a function: a route, its parameters, and what else a request has.

import type { FunctionState, InvokeReply } from "@faasade/local/control-api";
import { useSignal } from "@preact/signals";
import { invoke } from "../control.ts";
import { Failure, Submit, useAction } from "../parts/action.tsx";
import { WebLink } from "../parts/text.tsx";
import { Reply } from "./reply.tsx";
import { fillRoute, parametersOf, readHeaders } from "./route.ts";

type Routes = Extract<FunctionState["trigger"], { kind: "http" }>["routes"];
type HttpRoute = Routes[number];

interface HttpFormProps {
  readonly name: string;
  /** Where the app answers. */
  readonly url: string;
  readonly routes: Routes;
}

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

export function HttpForm({ name, url, routes }: HttpFormProps) {
  const chosen = useSignal(0);
  const route = routes[chosen.value] ?? routes[0];
  if (route === undefined) return <p>It has no route.</p>;
  return (
    <>
      {routes.length > 1 && (
        <label>
          Route
          <select
            value={chosen.value}
            onChange={(event) => (chosen.value = Number(event.currentTarget.value))}
          >
            {routes.map(({ method, path }, index) => (
              <option key={`${method} ${path}`} value={index}>
                {method} {path}
              </option>
            ))}
          </select>
        </label>
      )}
      <RouteForm key={chosen.value} name={name} url={url} route={route} />
    </>
  );
}

interface Answer {
  readonly method: string;
  readonly path: string;
  readonly reply: InvokeReply;
}

function RouteForm({
  name,
  url,
  route,
}: {
  readonly name: string;
  readonly url: string;
  readonly route: HttpRoute;
}) {
  const method = useSignal(route.method === "*" ? "GET" : route.method);
  const { progress, run } = useAction((form: FormData) => request(name, method.peek(), route, form));
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void run(new FormData(event.currentTarget as HTMLFormElement));
  };
  return (
    <form onSubmit={submit}>
      {route.method === "*" && (
        <label>
          Method
          <select value={method.value} onChange={(event) => (method.value = event.currentTarget.value)}>
            {methods.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
      )}
      {parametersOf(route.path).map(({ name: parameter, rest }) => (
        <label key={parameter}>
          {parameter}
          {rest && <span class="quiet"> (may have slashes)</span>}
          <input name={`path:${parameter}`} required spellcheck={false} autocomplete="off" />
        </label>
      ))}
      <label>
        Query <span class="quiet">(optional, such as x=1&y=2)</span>
        <input name="query" spellcheck={false} autocomplete="off" />
      </label>
      {!["GET", "HEAD"].includes(method.value) && (
        <label>
          Body
          <textarea name="body" rows={4} spellcheck={false} />
        </label>
      )}
      <details>
        <summary>Headers</summary>
        <label>
          One on a line, such as accept: image/webp
          <textarea name="headers" rows={2} spellcheck={false} />
        </label>
      </details>
      <Submit progress={progress}>Send {method}</Submit>
      <Failure of={progress} />
      {progress.kind === "done" && <Answered url={url} {...progress.value} />}
    </form>
  );
}

function Answered({ url, method, path, reply }: Answer & { readonly url: string }) {
  const asked = `${method} ${url}${path}`;
  return (
    <>
      <p>
        <code>{method === "GET" ? <WebLink to={url + path}>{asked}</WebLink> : asked}</code>
      </p>
      <Reply of={reply} />
    </>
  );
}

async function request(name: string, method: string, route: HttpRoute, form: FormData): Promise<Answer> {
  const text = (field: string): string => String(form.get(field) ?? "");
  const query = text("query").replace(/^\?/, "");
  const path =
    fillRoute(route.path, (parameter) => text(`path:${parameter}`)) + (query === "" ? "" : `?${query}`);
  const body = text("body");
  const headers = readHeaders(text("headers"));
  if (body !== "" && !("content-type" in headers)) headers["content-type"] = contentTypeOf(body);
  const reply = await invoke({
    function: name,
    request: { method, path, headers, ...(body === "" ? {} : { body }) },
  });
  return { method, path, reply };
}

function contentTypeOf(body: string): string {
  try {
    JSON.parse(body);
    return "application/json";
  } catch {
    return "text/plain; charset=utf-8";
  }
}
