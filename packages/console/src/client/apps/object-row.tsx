// One object: its name and size, its picture when it is one, and what can be done with it.
import { useSignal } from "@preact/signals";
import { deleteObject, type ListedObject, readObject } from "../control.ts";
import { formatDateTime } from "../format.ts";
import { Failure, useAction } from "../parts/action.tsx";
import { ConfirmButton } from "../parts/buttons.tsx";
import { looksLikePicture, Picture } from "../parts/picture.tsx";

interface ObjectRowProps {
  readonly store: string;
  readonly object: ListedObject;
  readonly size: string;
  readonly changed: () => Promise<void>;
}

export function ObjectRow({ store, object, size, changed }: ObjectRowProps) {
  const { key, etag, modifiedAt } = object;
  const looking = useSignal(false);
  const { progress, run } = useAction((act: () => Promise<void>) => act());
  const remove = () => run(() => deleteObject(store, key).then(changed));
  return (
    <li>
      <span class="key">{key}</span>
      <span class="quiet">
        {size} ·{" "}
        <time dateTime={modifiedAt} title={modifiedAt}>
          {formatDateTime(modifiedAt)}
        </time>
      </span>
      <span class="row">
        {looksLikePicture(key) && (
          <button
            type="button"
            class="small"
            aria-expanded={looking.value}
            onClick={() => (looking.value = !looking.value)}
          >
            {looking.value ? "Hide" : "Show"}
            <span class="unseen"> {key}</span>
          </button>
        )}
        <button type="button" class="small" onClick={() => run(() => download(store, key))}>
          Download<span class="unseen"> {key}</span>
        </button>
        <ConfirmButton label="Delete" what={key} onConfirm={remove} />
      </span>
      <Failure of={progress} />
      {looking.value && <Picture key={etag} name={key} read={() => readObject(store, key)} />}
    </li>
  );
}

/** Saved, never opened: what an app stored must not run as part of this page. */
async function download(store: string, key: string): Promise<void> {
  const bytes = await readObject(store, key);
  const url = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  const link = Object.assign(document.createElement("a"), {
    href: url,
    download: key.split("/").at(-1) ?? key,
  });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
