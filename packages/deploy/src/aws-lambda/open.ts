// A stage on AWS to work with: its functions by Lambda, its stores by S3, its logs by CloudWatch, its dead letters by SQS.
import { Refusal } from "@faasade/platforms/shared/refusal";
import type { Ledger } from "../ledger.ts";
import { storesOf } from "../shared/open-store.ts";
import type { StageClient } from "../stage.ts";
import type { Place } from "../target.ts";
import { Aws } from "./aws.ts";
import { deadLettersOf, replayLetters } from "./dead-letters.ts";
import { invokeFunction } from "./invoke.ts";
import { logsOf } from "./logs.ts";
import { signedRequest } from "./signed-request.ts";
import { look, type StandingStack } from "./standing.ts";

/** What a stage's parts need to know of it. */
export interface OpenStage {
  readonly aws: Aws;
  readonly ledger: Ledger;
  readonly stack: StandingStack;
}

/** @throws {Refusal} when nothing stands there. */
export async function openStage(remembered: Ledger, place: Place): Promise<StageClient> {
  const { app, stage, platform } = remembered;
  const standing = await look({ app, stage, platform, name: `${app}-${stage}` }, place);
  const { stack } = standing;
  if (stack === undefined || standing.ledger === undefined)
    throw new Refusal(
      `Cannot work with stage ${stage} of ${app}: nothing stands there. Deploy it: npm run faasade -- deploy ${app} --target ${platform} --stage ${stage}`,
    );
  const { ledger } = standing;
  const aws = new Aws(place);
  const open: OpenStage = { aws, ledger, stack };
  const stores = storesOf(ledger);
  return {
    url: ledger.url,
    async authorize(request) {
      const { region } = await aws.account();
      const { credentials } = (await aws.cloudFormation()).config;
      return signedRequest(request, region, credentials);
    },
    invoke: (name, data) => invokeFunction(open, name, data),
    store: stores.store,
    logs: (options) => logsOf(open, options),
    deadLetters: () => deadLettersOf(open),
    replay: (ids) => replayLetters(open, ids),
    async close() {
      await stores.close();
      aws.close();
    },
  };
}

/** The AWS Lambda function that runs a function of the app; undefined where none does. */
export function runnerOf({ stack }: OpenStage, name: string): string | undefined {
  const found = Object.entries(stack.template?.Resources ?? {}).find(([, { Metadata }]) =>
    Metadata?.Faasade?.Functions?.includes(name),
  );
  return stack.resources.find(({ logicalId }) => logicalId === found?.[0])?.physicalId;
}

/** Every function of the app, by what runs it. */
export function functionsOf({ stack }: OpenStage): ReadonlyMap<string, readonly string[]> {
  return new Map(
    Object.entries(stack.template?.Resources ?? {}).flatMap(([id, { Metadata }]) => {
      const runner = stack.resources.find(({ logicalId }) => logicalId === id)?.physicalId;
      const names = Metadata?.Faasade?.Functions;
      return runner === undefined || names === undefined ? [] : [[runner, names] as const];
    }),
  );
}
