// Whether what stands under a stage's name is the stage's: an app and a stage may read as another app and another stage.
import { Refusal } from "@faasade/platforms/shared/refusal";
import type { StageId, Standing, Target } from "./target.ts";

/**
 * What stands there. It is asked by name and label, so a name that is no label, which could ask for more, is not asked.
 * @param unasked whether a place that cannot be asked is `unknown`; otherwise that is an error, and no refusal: whatever
 * the place lacks, nothing is wrong with what was wanted of it.
 * @throws {Refusal} for such a name, and for one that another app's stage has taken: `shop` on `eu-demo`, `shop-eu` on `demo`.
 */
export async function lookAtOwn(
  target: Target,
  id: StageId,
  place: Readonly<Record<string, string>>,
  unasked = false,
): Promise<Standing> {
  for (const value of [id.stage, id.name])
    if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(value))
      throw new Refusal(
        `Cannot work with stage ${JSON.stringify(id.stage)} of ${id.app}: a stage is a-z, 0-9 and "-", with the app's name at most 63 characters. Choose a shorter or plainer name.`,
      );
  const standing = await ask(target, id, place, unasked);
  const { app, stage } = standing.ledger ?? id;
  if (app === id.app && stage === id.stage) return standing;
  throw new Refusal(
    `Cannot work with stage ${id.stage} of ${id.app}: ${id.name} is what stage ${stage} of ${app} is called, and that stands. Choose another name for the stage.`,
  );
}

async function ask(
  target: Target,
  id: StageId,
  place: Readonly<Record<string, string>>,
  unasked: boolean,
): Promise<Standing> {
  try {
    return await target.look(id, place);
  } catch (cause) {
    const { message } = cause as Error;
    if (unasked) return { state: "unknown", detail: message, resources: [] };
    throw cause instanceof Refusal ? new Error(message, { cause }) : cause;
  }
}
