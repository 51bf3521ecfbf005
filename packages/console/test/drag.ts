// Files dragged over a page, and dropped on it.
import type { Page } from "playwright-core";

/** A drag of PNG files that hold their own names, or of a link when there are none. */
export function drag(page: Page, type: string, selector: string, names: readonly string[]) {
  return page
    .locator(selector)
    .first()
    .evaluate(
      (element, { type, names }) => {
        const dataTransfer = new DataTransfer();
        for (const name of names) dataTransfer.items.add(new File([name], name, { type: "image/png" }));
        if (names.length === 0) dataTransfer.setData("text/uri-list", "http://127.0.0.1/");
        const event = new DragEvent(type, { bubbles: true, cancelable: true, composed: true, dataTransfer });
        element.dispatchEvent(event);
        return { prevented: event.defaultPrevented };
      },
      { type, names },
    );
}
