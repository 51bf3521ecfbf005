// What Azure gave up: blobs that Event Grid and the function app left in its own storage account, and poison queues.
import type { StageDeadLetter } from "../stage.ts";
import type { Az } from "./az.ts";
import type { AzureStanding } from "./look.ts";

const container = "dead-letters";
const poison = "-poison";
const mostBlobs = 100;
/** The most that a queue shows at once. */
const mostMessages = 32;

interface Blob {
  readonly name: string;
  readonly properties?: { readonly lastModified?: string };
}

interface Message {
  readonly id: string;
  readonly content: string;
  readonly insertionTime?: string;
}

export async function deadLettersOf(
  az: Az,
  { resources }: AzureStanding,
): Promise<readonly StageDeadLetter[]> {
  const accounts = resources.filter(({ type }) => type === "Microsoft.Storage/storageAccounts");
  const letters = await Promise.all(
    accounts.map(({ name, holdsData }) => (holdsData ? poisoned(az, name) : givenUp(az, name))),
  );
  return letters.flat();
}

async function givenUp(az: Az, account: string): Promise<StageDeadLetter[]> {
  const to = "look at the dead letters";
  const where = ["--account-name", account, "--auth-mode", "login"];
  const blobs = await az.json<readonly Blob[]>(
    ["storage", "blob", "list", "--container-name", container, "--num-results", String(mostBlobs), ...where],
    { to },
  );
  return Promise.all(
    blobs.map(async ({ name, properties }) => {
      const args = [
        "storage",
        "blob",
        "download",
        "--container-name",
        container,
        "--name",
        name,
        "--no-progress",
      ];
      const body = await az.run([...args, ...where, "--output", "none", "--file", "/dev/stdout"], { to });
      return { id: name, at: properties?.lastModified ?? "", reason: reasonIn(body), body };
    }),
  );
}

/** https://learn.microsoft.com/azure/event-grid/manage-event-delivery#message-schemas */
function reasonIn(body: string): string {
  try {
    const [first] = [JSON.parse(body)].flat() as {
      readonly deadletterreason?: string;
      readonly deadLetterReason?: string;
      readonly reason?: string;
    }[];
    return first?.reason ?? first?.deadletterreason ?? first?.deadLetterReason ?? "given up";
  } catch {
    return "given up";
  }
}

async function poisoned(az: Az, account: string): Promise<StageDeadLetter[]> {
  const to = "look at the poison queues";
  const where = ["--account-name", account, "--auth-mode", "login"];
  const queues = await az.json<readonly { readonly name: string }[]>(["storage", "queue", "list", ...where], {
    to,
  });
  const all = queues
    .filter(({ name }) => name.endsWith(poison))
    .map(async ({ name }) => {
      const args = [
        "storage",
        "message",
        "peek",
        "--queue-name",
        name,
        "--num-messages",
        String(mostMessages),
      ];
      const messages = await az.json<readonly Message[]>([...args, ...where], { to });
      return messages.map(
        ({ id, content, insertionTime = "" }): StageDeadLetter => ({
          id,
          at: insertionTime,
          reason: `given up from the queue ${name.slice(0, -poison.length)}; its function's log says why`,
          body: Buffer.from(content, "base64").toString("utf8"),
        }),
      );
    });
  return (await Promise.all(all)).flat();
}
