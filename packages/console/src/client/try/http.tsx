// Sends an HTTP request to a function: by one of its routes, filled in with an example.
import type { AppState, FunctionState } from "@faasade/local/control-api";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { listObjects } from "../control.ts";
import { qualified } from "../names.ts";
import { exampleParameters, exampleText, storeToRead } from "./examples.ts";
import { parametersOf } from "./route.ts";
import { RouteForm } from "./route-form.tsx";

type HttpRoute = Extract<FunctionState["trigger"], { kind: "http" }>["routes"][number];

interface HttpFormProps {
  readonly app: AppState;
  readonly fn: FunctionState;
  readonly routes: readonly HttpRoute[];
}

export function HttpForm({ app, fn, routes }: HttpFormProps) {
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
      <FilledForm key={chosen.value} app={app} fn={fn} route={route} />
    </>
  );
}

interface FilledFormProps {
  readonly app: AppState;
  readonly fn: FunctionState;
  readonly route: HttpRoute;
}

/** Comes when it is known which object there is to ask for. */
function FilledForm({ app, fn, route }: FilledFormProps) {
  const { method, path } = route;
  const store = storeToRead({ name: app.name, grants: fn.grants }, route);
  const key = useFirstKey(store);
  if (key === "looked for") return <p class="quiet">Looking for an example…</p>;
  const parameters = exampleParameters(path, app);
  const rest = parametersOf(path).find((parameter) => parameter.rest)?.name;
  return (
    <RouteForm
      name={qualified(app.name, fn.name)}
      url={app.url}
      route={route}
      parameters={key === undefined || rest === undefined ? parameters : { ...parameters, [rest]: key.found }}
      body={exampleText(fn, `${method} ${path}`)}
    />
  );
}

/** The key of a store's first object; undefined where there is none, or no store. */
function useFirstKey(store: string | undefined): { readonly found: string } | undefined | "looked for" {
  const key = useSignal<ReturnType<typeof useFirstKey>>(store === undefined ? undefined : "looked for");
  useEffect(() => {
    if (store === undefined) return;
    const look = async (): Promise<void> => {
      const [object] = (await listObjects(store, "")).objects;
      key.value = object === undefined ? undefined : { found: object.key };
    };
    look().catch(() => {
      key.value = undefined;
    });
  }, [store]);
  return key.value;
}
