// AWS Lambda functions: code, environment, log, role, and what becomes of events that fail.
import { urlVariable } from "@faasade/core/adapter";
import { publicUrl } from "./http.ts";
import { mostAsynchronousAttempts } from "./limits.ts";
import { entryName } from "./names.ts";
import { placeOf } from "./places.ts";
import { deadLettersId, type Plan, startedBy, type Unit } from "./plan.ts";
import { addRole, hasDeadLetters, isAsynchronous } from "./policies.ts";
import { refused } from "./refusal.ts";
import { settingValue } from "./settings.ts";
import { attribute, type Json, type Properties, ref, substitute } from "./values.ts";

const runtime = "nodejs24.x";
/** A whole vCPU comes with 1,769 MB; this is more than half of one. */
const defaultMegabytes = 1024;
const defaultRetentionDays = 30;
/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const retentionDays = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653];
const architectures = { x64: "x86_64", arm64: "arm64" } as const;
const sixHours = 6 * 3600;

export function addFunctions(plan: Plan): void {
  const { template } = plan;
  template.parameter("MemoryMegabytes", {
    Type: "Number",
    Description: "Memory of each function, in MB; CPU grows with it.",
    Default: defaultMegabytes,
    MinValue: 128,
    MaxValue: 10240,
  });
  for (const unit of plan.units) addFunction(plan, unit);
}

/** Returns the log group's ARN. */
export function addLogs({ template }: Plan, id: string, name: string): Json {
  template.parameter("LogRetentionDays", {
    Type: "Number",
    Description: "How long logs are kept, in days.",
    Default: defaultRetentionDays,
    AllowedValues: retentionDays,
  });
  template.resource(id, "AWS::Logs::LogGroup", {
    LogGroupName: name,
    RetentionInDays: ref("LogRetentionDays"),
  });
  return attribute(id, "Arn");
}

function addFunction(plan: Plan, unit: Unit): void {
  const { template, deployment } = plan;
  const logGroup = `${unit.id}Logs`;
  const role = `${unit.id}Role`;
  addRole(plan, unit, role, addLogs(plan, logGroup, `/aws/lambda/${unit.name}`));
  const properties = {
    FunctionName: unit.name,
    Description: `${unit.functions.map(({ name }) => name).join(", ")} of ${deployment.app}`.slice(0, 256),
    ...codeOf(plan, unit),
    Architectures: [architectures[deployment.system.cpu]],
    MemorySize: ref("MemoryMegabytes"),
    Timeout: unit.timeoutSeconds,
    Role: attribute(role, "Arn"),
    LoggingConfig: { LogFormat: "JSON", LogGroup: ref(logGroup) },
    Environment: { Variables: environmentOf(plan, unit, publicUrl) },
    ...(hasDeadLetters(unit) ? { EventInvokeConfig: invokeConfigOf(plan, unit) } : {}),
  };
  const Faasade = {
    Functions: unit.functions.map(({ name }) => name),
    Grants:
      unit.functions.length > 1
        ? "The union of what these functions may touch: one role serves them all."
        : "What this function may touch.",
  };
  template.resource(unit.id, "AWS::Serverless::Function", properties, { Metadata: { Faasade } });
}

function codeOf({ template, packaging }: Plan, { artefact }: Unit): Properties {
  if (packaging.form !== "image") {
    const handler = `${packaging.file.replace(/\.[^.]*$/, "")}.handler`;
    return { PackageType: "Zip", CodeUri: artefact.path, Runtime: runtime, Handler: handler };
  }
  const id = entryName(artefact.name, "ImageUri");
  const Description = `Where ${artefact.path} was pushed: an image in Amazon ECR, best by its digest.`;
  template.parameter(id, { Type: "String", Description, MinLength: 1 });
  const Command = packaging.image?.command ?? [];
  return { PackageType: "Image", ImageUri: ref(id), ImageConfig: { Command } };
}

export function environmentOf(plan: Plan, { functions }: Unit, publicUrl: Json): Properties {
  const variables: Record<string, Json> = {};
  if (startedBy(plan, "http").length > 0) variables["PUBLIC_URL"] = publicUrl;
  for (const { grants, settings } of functions) {
    for (const grant of grants) {
      if (grant.kind === "secret") variables[grant.name] = secretValue(plan, grant.name);
      else variables[urlVariable(grant.name)] = placeOf(plan, grant).url;
    }
    for (const setting of settings) variables[setting.variable] = settingValue(plan, setting);
  }
  return variables;
}

/** CloudFormation reads the secret when it deploys, so the function's configuration shows its value. */
function secretValue({ template, deployment }: Plan, secret: string): Json {
  const driver = deployment.resources.find(({ kind, name }) => kind === "secret" && name === secret)?.driver;
  if (driver !== undefined && driver !== "env")
    throw refused(
      undefined,
      `its secret ${secret} is built with the ${driver} driver, and only env is filled in here`,
      "Build it with the env driver for secrets",
    );
  const id = entryName(secret, "Secret");
  template.parameter(id, {
    Type: "String",
    Description: `${secret}: the name or ARN of the secret in AWS Secrets Manager.`,
    Default: `${deployment.app}/${deployment.stage}/${secret}`,
  });
  return substitute(`{{resolve:secretsmanager:\${${id}}}}`);
}

function invokeConfigOf({ template }: Plan, { functions }: Unit): Properties {
  const started = functions.filter(isAsynchronous);
  const attempts = started.map(({ maxAttempts }) => Math.min(maxAttempts, mostAsynchronousAttempts));
  const most = Math.max(...attempts);
  for (const [index, { name, maxAttempts }] of started.entries()) {
    if (attempts[index] === most) continue;
    template.note(
      `${name}: a failing event is delivered ${most} times, not ${maxAttempts}, as AWS Lambda has one limit for an app that is one unit.`,
    );
  }
  return {
    MaximumEventAgeInSeconds: sixHours,
    MaximumRetryAttempts: most - 1,
    DestinationConfig: { OnFailure: { Type: "SQS", Destination: attribute(deadLettersId, "Arn") } },
  };
}
