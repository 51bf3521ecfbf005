// The objects of one store, a page at a time: look, download, delete.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type ListedObject, listObjects } from "../control.ts";
import { formatBytes } from "../format.ts";
import { Failure, useAction } from "../parts/action.tsx";
import { Empty } from "../parts/text.tsx";
import { ObjectRow } from "./object-row.tsx";

interface ObjectsProps {
  /** Qualified: `app/store`. */
  readonly store: string;
  /** Differs whenever the store's content did, as far as the host's counts tell. */
  readonly changes: string;
}

/** How long typing and uploads may go on before the list is read again. */
const settleMilliseconds = 150;

export function Objects({ store, changes }: ObjectsProps) {
  const listed = useSignal<readonly ListedObject[] | undefined>(undefined);
  const next = useSignal<string | undefined>(undefined);
  const prefix = useSignal("");
  const reading = useSignal(0);
  const { progress, run } = useAction(async (after?: string) => {
    let from = after;
    let number: number;
    do {
      number = reading.peek();
      const page = await listObjects(store, prefix.peek(), from);
      listed.value = from === undefined ? page.objects : [...(listed.peek() ?? []), ...page.objects];
      next.value = page.next;
      from = undefined;
    } while (number !== reading.peek());
  });
  const reload = async (): Promise<void> => {
    reading.value += 1;
    await run();
  };
  useEffect(() => {
    const timer = setTimeout(reload, settleMilliseconds);
    return () => clearTimeout(timer);
  }, [store, changes, prefix.value]);

  const shown = listed.value;
  return (
    <div class="objects">
      <label>
        Key begins with
        <input
          type="search"
          value={prefix.value}
          onInput={(event) => (prefix.value = event.currentTarget.value)}
          spellcheck={false}
        />
      </label>
      <Failure of={progress} />
      {shown?.length === 0 && <Empty>No object here. Upload one below.</Empty>}
      <ul>
        {shown?.map((object) => (
          <ObjectRow
            key={object.key}
            store={store}
            object={object}
            size={formatBytes(object.size)}
            changed={reload}
          />
        ))}
      </ul>
      {next.value !== undefined && (
        <button type="button" onClick={() => run(next.value)}>
          Show more
        </button>
      )}
    </div>
  );
}
