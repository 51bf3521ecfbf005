// The whole page as a place to drop files on: it says where they would go, and never lets the browser open them.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type DropTarget, drop, targets, wordsOf } from "./targets.ts";

export function DropArea() {
  /** The id of a target, empty beside all of them, undefined while no file is over the page. */
  const over = useSignal<string | undefined>(undefined);
  useEffect(() => {
    const stop = new AbortController();
    const listen = <K extends keyof DocumentEventMap>(
      type: K,
      act: (event: DocumentEventMap[K]) => void,
    ): void => document.addEventListener(type, act, { signal: stop.signal });
    const away = (): void => {
      over.value = undefined;
    };

    const drag = (event: DragEvent): void => {
      if (takesItself(event)) {
        away();
        return;
      }
      event.preventDefault();
      const target = targetOf(event);
      if (event.dataTransfer !== null) event.dataTransfer.dropEffect = target === undefined ? "none" : "copy";
      over.value = holdsFiles(event) ? (target?.id ?? "") : undefined;
    };
    listen("dragenter", drag);
    listen("dragover", drag);
    listen("dragleave", ({ relatedTarget }) => {
      if (relatedTarget === null) away();
    });
    listen("drop", (event) => {
      away();
      if (takesItself(event)) return;
      event.preventDefault();
      const target = targetOf(event);
      const files = [...(event.dataTransfer?.files ?? [])];
      if (target !== undefined && files.length > 0) drop(target, files);
    });
    // Neither comes during a drag: one that ended outside the page, unseen, leaves nothing behind.
    listen("pointermove", away);
    listen("keydown", away);
    return () => stop.abort();
  }, []);
  return (
    <div class="drop-area" role="status">
      {over.value !== undefined && <Invitation over={over.value} />}
    </div>
  );
}

function Invitation({ over }: { readonly over: string }) {
  const all = targets.value;
  return (
    <div class="drop-invitation">
      <p class="drop-title">{titleFor(all.length)}</p>
      <ul>
        {all.map((target) => (
          <li
            key={target.id}
            class={target.id === over ? "drop-target over" : "drop-target"}
            data-drop={target.id}
          >
            {wordsOf(target)}
          </li>
        ))}
      </ul>
      <p class="quiet">Without a mouse: every such function has a file input under Try it.</p>
    </div>
  );
}

function titleFor(count: number): string {
  if (count === 0) return "No function here is started by a file.";
  return count === 1 ? "Drop anywhere to upload" : "Drop on the store to upload to";
}

/** With one target it is the whole page. */
function targetOf(event: DragEvent): DropTarget | undefined {
  if (!holdsFiles(event)) return undefined;
  const [first, ...others] = targets.peek();
  if (others.length === 0) return first;
  const marked = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-drop]") : null;
  return targets.peek().find(({ id }) => id === marked?.dataset["drop"]);
}

/** File inputs take files, fields take text. */
function takesItself(event: DragEvent): boolean {
  const { target } = event;
  if (target instanceof HTMLInputElement) return (target.type === "file") === holdsFiles(event);
  return target instanceof HTMLTextAreaElement && !holdsFiles(event);
}

function holdsFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes("Files") ?? false;
}
