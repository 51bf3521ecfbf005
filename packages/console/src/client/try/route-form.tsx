// The form of one route: its parameters, filled with an example, and what else a request has.
import { useSignal } from "@preact/signals";
import { Failure, Submit, useAction } from "../parts/action.tsx";
import { WebLink } from "../parts/text.tsx";
import { Reply } from "./reply.tsx";
import { type Answer, sendRequest } from "./request.ts";
import { parametersOf } from "./route.ts";

interface RouteFormProps {
  /** Qualified name of the function. */
  readonly name: string;
  /** Where the app answers. */
  readonly url: string;
  readonly route: { readonly method: string; readonly path: string };
  /** By name. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

export function RouteForm({ name, url, route, parameters, body }: RouteFormProps) {
  const method = useSignal(route.method === "*" ? "GET" : route.method);
  const { progress, run } = useAction((form: FormData) => sendRequest(name, method.peek(), route.path, form));
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void run(new FormData(event.currentTarget as HTMLFormElement));
  };
  const asked = parametersOf(route.path);
  const takesBody = !["GET", "HEAD"].includes(method.value);
  const isFilled = asked.length > 0 || (takesBody && body !== undefined);
  const hint = `example-${name}-${route.method}-${route.path}`;
  return (
    <form onSubmit={submit} {...(isFilled ? { "aria-describedby": hint } : {})}>
      {isFilled && (
        <p class="quiet" id={hint}>
          Filled in with an example: send it as it is, or change it.
        </p>
      )}
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
      {asked.map(({ name: parameter, rest }) => (
        <label key={parameter}>
          {parameter}
          {rest && <span class="quiet"> (may have slashes)</span>}
          <input
            name={`path:${parameter}`}
            defaultValue={parameters[parameter] ?? ""}
            required
            spellcheck={false}
            autocomplete="off"
          />
        </label>
      ))}
      <label>
        Query <span class="quiet">(optional, such as x=1&y=2)</span>
        <input name="query" spellcheck={false} autocomplete="off" />
      </label>
      {takesBody && <BodyFields body={body} />}
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

/** Text, or a file in its place: what is not sent cannot be written into. */
function BodyFields({ body = "" }: { readonly body: string | undefined }) {
  const chosen = useSignal(false);
  const choose = (event: Event): void => {
    chosen.value = ((event.currentTarget as HTMLInputElement).files?.length ?? 0) > 0;
  };
  return (
    <>
      <label>
        Body
        <textarea name="body" rows={4} spellcheck={false} defaultValue={body} disabled={chosen.value} />
      </label>
      <label>
        File <span class="quiet">(in place of the text above)</span>
        <input name="file" type="file" onChange={choose} />
      </label>
    </>
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
