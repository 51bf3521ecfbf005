// The dead letters of a deployed app, as its platform keeps them.
import type { StageDeadLetter } from "@faasade/deploy";
import type { Letter, Letters } from "../dead-letters/letters.ts";
import { openStage } from "./open-stage.ts";
import type { StageOptions } from "./options.ts";

export async function openStageLetters(options: StageOptions): Promise<Letters> {
  const { ledger, client } = await openStage(options);
  const toLetter = ({ id, function: name, queue: own, at, reason, body }: StageDeadLetter): Letter => {
    const named = own ?? name;
    const queue = named === undefined ? ledger.app : `${ledger.app}/${named}`;
    return { queue, id, reason, deadAt: at, body };
  };
  const all = async (queue: string | undefined): Promise<Letter[]> => {
    const letters = (await client.deadLetters()).map(toLetter);
    const meant = letters.filter((one) => queue === undefined || isMeant(one, queue));
    return meant.sort((one, other) => (one.deadAt < other.deadAt ? 1 : -1));
  };
  return {
    list: async ({ queue, limit }) => (await all(queue)).slice(0, limit),
    async replay({ queue, ids }) {
      return client.replay(ids ?? (await all(queue)).map(({ id }) => id));
    },
    close: () => client.close(),
  };
}

function isMeant({ queue }: Letter, named: string): boolean {
  return queue === named || queue.endsWith(`/${named}`);
}
