// Buttons with a second face: one that copies, one that asks again.
import { useSignal } from "@preact/signals";

/** @param what names the text for those who do not see it beside the button. */
export function CopyButton({ text, what }: { readonly text: string; readonly what: string }) {
  const said = useSignal("Copy");
  const copy = async (): Promise<void> => {
    said.value = await navigator.clipboard.writeText(text).then(
      () => "Copied",
      () => "Copy by hand",
    );
    setTimeout(() => {
      said.value = "Copy";
    }, 2000);
  };
  return (
    <button type="button" class="small" onClick={copy}>
      <span aria-live="polite">{said}</span>
      <span class="unseen"> {what}</span>
    </button>
  );
}

interface ConfirmProps {
  readonly label: string;
  /** What exactly, for those who do not see it beside the button. */
  readonly what: string;
  readonly onConfirm: () => void;
}

/** The first press asks, the second does; going away takes the question back. */
export function ConfirmButton({ label, what, onConfirm }: ConfirmProps) {
  const asking = useSignal(false);
  const press = (): void => {
    if (asking.value) onConfirm();
    asking.value = !asking.value;
  };
  return (
    <button
      type="button"
      class={asking.value ? "small danger" : "small"}
      onClick={press}
      onBlur={() => {
        asking.value = false;
      }}
    >
      <span aria-live="polite">{asking.value ? `Really ${label.toLowerCase()}?` : label}</span>
      <span class="unseen"> {what}</span>
    </button>
  );
}
