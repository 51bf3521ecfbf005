// Something a button does that may take a while and may fail: one at a time, and the reader is told.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";

export type Progress<T> =
  | { readonly kind: "idle" | "busy" }
  | { readonly kind: "done"; readonly value: T }
  | { readonly kind: "failed"; readonly message: string };

export interface Action<A extends readonly unknown[], T> {
  readonly progress: Progress<T>;
  readonly run: (...args: A) => Promise<void>;
}

/** Starting it again while it is busy does nothing. */
export function useAction<A extends readonly unknown[], T>(act: (...args: A) => Promise<T>): Action<A, T> {
  const progress = useSignal<Progress<T>>({ kind: "idle" });
  const run = async (...args: A): Promise<void> => {
    if (progress.peek().kind === "busy") return;
    progress.value = { kind: "busy" };
    try {
      progress.value = { kind: "done", value: await act(...args) };
    } catch (error) {
      progress.value = { kind: "failed", message: error instanceof Error ? error.message : String(error) };
    }
  };
  return { progress: progress.value, run };
}

/** Says what went wrong, to the ear as well. */
export function Failure({ of }: { readonly of: Progress<unknown> }) {
  return (
    <div role="alert">
      {of.kind === "failed" && (
        <p class="failure">
          <span aria-hidden="true">✕ </span>
          {of.message}
        </p>
      )}
    </div>
  );
}

interface SubmitProps {
  readonly progress: Progress<unknown>;
  readonly children: ComponentChildren;
}

/** Stays focusable while busy, so that the keyboard is not lost. */
export function Submit({ progress, children }: SubmitProps) {
  const busy = progress.kind === "busy";
  return (
    <button type="submit" class="primary" aria-disabled={busy}>
      {busy ? "Working…" : children}
    </button>
  );
}
