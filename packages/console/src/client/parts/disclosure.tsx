// Something to open, whose inside is made when it is first opened.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";

interface DisclosureProps {
  readonly summary: ComponentChildren;
  readonly class?: string;
  readonly children: () => ComponentChildren;
}

export function Disclosure({ summary, class: name = "", children }: DisclosureProps) {
  const opened = useSignal(false);
  const toggled = (event: Event): void => {
    if ((event.currentTarget as HTMLDetailsElement).open) opened.value = true;
  };
  return (
    <details class={name} onToggle={toggled}>
      <summary>{summary}</summary>
      {opened.value && children()}
    </details>
  );
}
