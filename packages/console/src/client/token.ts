// The start's token: it comes in the fragment of the page's URL, which browsers keep to themselves.
import { refused, token } from "./state.ts";

const slot = "faasade-token";

/** Takes the token out of the address bar into this tab's storage, now and whenever another URL is opened in it. */
export function takeToken(): void {
  read();
  addEventListener("hashchange", read);
}

export function dropToken(): void {
  sessionStorage.removeItem(slot);
  refused.value = true;
  token.value = undefined;
}

function read(): void {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given) {
    sessionStorage.setItem(slot, given);
    history.replaceState(null, "", location.pathname + location.search);
    refused.value = false;
  }
  token.value = given || (sessionStorage.getItem(slot) ?? undefined);
}
