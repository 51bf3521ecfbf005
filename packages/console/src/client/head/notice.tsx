// What stands instead of the page when it may not ask the host: why, and how to get the address.
import { CopyButton } from "../parts/buttons.tsx";

const command = "npm run faasade -- status";

export function Notice({ refused }: { readonly refused: boolean }) {
  return (
    <main class="notice">
      <h1>
        {refused ? "This address belongs to an earlier start" : "This page needs its address, token included"}
      </h1>
      <p role="status">
        {refused
          ? "The host did not accept the token: every start makes a new one."
          : "Each start of the local world makes a token, and the page's address carries it."}
      </p>
      <p>Get the address in the project's folder, and open it in this tab:</p>
      <p class="command">
        <code>{command}</code> <CopyButton text={command} what="the command" />
      </p>
      <p class="quiet">
        When nothing runs, <code>npm start</code> starts the world and prints the address.
      </p>
    </main>
  );
}
