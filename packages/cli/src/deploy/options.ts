// The options that plan, deploy and destroy have in common.
import { type Command, Option } from "commander";
import { parseAmount, parseChoice } from "../parse.ts";

export interface WhereOptions {
  readonly target?: string;
  readonly stage: string;
  readonly place?: Readonly<Record<string, string>>;
  readonly json?: true;
}

export interface WhatOptions extends WhereOptions {
  readonly packaging?: string;
  readonly unit?: "function" | "app";
  readonly driver?: Readonly<Record<string, string>>;
  readonly base?: string;
  readonly set?: Readonly<Record<string, string>>;
  readonly createSecrets?: true;
  /** Dollars. */
  readonly budget?: number;
}

/** What the commands that change a stage end with. */
export const placeCodes =
  "Exits with 1 when the place cannot be asked (no credentials, region,\nproject, cluster or tool) or a step fails.";

export function addWhereOptions(command: Command): Command {
  return command
    .argument("[app]", "which app; may be left out where the checkout has one")
    .option("-t, --target <platform>", "such as aws-lambda or knative; by default where the stage stands")
    .option("--stage <name>", "becomes part of names and labels", "dev")
    .option("--place <name=value>", "where, such as region=eu-central-1; repeatable", parseChoice);
}

export function addWhatOptions(command: Command): Command {
  return addWhereOptions(command)
    .option("--packaging <name>", "one of the platform's; by default as it stands, else its first")
    .addOption(new Option("--unit <unit>", "what is deployed as one").choices(["function", "app"]))
    .option("--driver <resource=driver>", "for a resource, or all of a kind; repeatable", parseChoice)
    .option("--base <image>", "for images: an OCI layout, an archive of one, or a reference")
    .option(
      "--set <VARIABLE=value>",
      "a setting or a resource's URL, a secret one as @file; repeatable",
      parseChoice,
    )
    .option(
      "--budget <dollars>",
      "refuse what costs more for a month with 10,000 uses, by the prices written down here",
      parseAmount,
    )
    .option("--create-secrets", "make random ones for the secrets that are missing and nobody has to know");
}
