// What a person does on the page: opens a card or a store, uploads, waits until a picture is drawn.
import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { patience } from "../../../tools/chromium.ts";

/** The function's card, its form open. */
export async function tryIt(page: Page, name: string): Promise<Locator> {
  const card = page.locator(".card", { has: page.getByRole("heading", { name, exact: true }) });
  await card.getByText("Try it").click();
  return card;
}

export async function openStore(page: Page, name: string): Promise<Locator> {
  const store = page.locator(".store", { has: page.getByRole("heading", { name, exact: true }) });
  await store.locator("summary").click();
  return store;
}

export async function upload(card: Locator, name: string, buffer: Buffer): Promise<void> {
  await card.getByLabel(/Choose files/).setInputFiles({ name, mimeType: "image/jpeg", buffer });
  await card.getByRole("button", { name: "Upload" }).click();
}

/** Both pictures of a photo's card in the gallery are drawn. */
export async function untilConverted(gallery: Page, name: string | RegExp): Promise<void> {
  const card = gallery.getByRole("listitem").filter({ has: gallery.getByRole("heading", { name }) });
  for (const when of ["Before:", "After:"]) {
    const picture = card.locator("figure", { hasText: when }).getByRole("img");
    await picture.scrollIntoViewIfNeeded();
    await untilDrawn(picture);
  }
}

export async function untilDrawn(picture: Locator): Promise<void> {
  const width = () => picture.evaluate((image: { naturalWidth: number }) => image.naturalWidth);
  await expect.poll(width, patience).toBeGreaterThan(0);
}
