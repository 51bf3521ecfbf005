// An app's stores: how much they hold, and, opened, every object.
import type { AppState } from "@faasade/local/control-api";
import { count, formatBytes } from "../format.ts";
import { qualified } from "../names.ts";
import { Disclosure } from "../parts/disclosure.tsx";
import { UploadForm } from "../try/upload.tsx";
import { Objects } from "./objects.tsx";

export function Stores({ app }: { readonly app: AppState }) {
  if (app.stores.length === 0) return null;
  return (
    <>
      <h3>Stores</h3>
      <ul class="keeps">
        {app.stores.map(({ name, objects, bytes }) => {
          const store = qualified(app.name, name);
          return (
            <li key={name} class="store">
              <h4>{name}</h4>
              <p class="counts">
                {count(objects, "object")} · {formatBytes(bytes)}
              </p>
              <Disclosure
                summary={
                  <>
                    Objects<span class="unseen"> in {name}</span>
                  </>
                }
              >
                {() => (
                  <>
                    <Objects store={store} changes={`${objects}:${bytes}`} />
                    <UploadForm store={store} prefix="" />
                  </>
                )}
              </Disclosure>
            </li>
          );
        })}
      </ul>
    </>
  );
}
