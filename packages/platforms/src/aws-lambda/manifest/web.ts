// Lambda Web Functions: the function, the revision that holds its code, and the endpoints by which it is reached.
import { iamEndpoint } from "../iam-endpoint.ts";
import { addLogs, environmentOf } from "./functions.ts";
import { entryName } from "./names.ts";
import { type Plan, startedBy, type Unit } from "./plan.ts";
import { addRole } from "./policies.ts";
import { refused } from "./refusal.ts";
import { attribute, choose, type Json, nothing, ref, substitute } from "./values.ts";

/** https://docs.aws.amazon.com/lambda/latest/dg/web-functions-http.html */
const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "OPTIONS", "DELETE", "*"];
/** https://docs.aws.amazon.com/lambda/latest/dg/web-functions-revisions-timeout.html */
const [leastSeconds, mostSeconds] = [3, 900];
const [defaultConcurrency, mostConcurrency] = [64, 128];

const publicUrl = choose("HasPublicUrl", ref("PublicUrl"), nothing);

export function addWebFunctions(plan: Plan): void {
  const { template, deployment } = plan;
  checkMethods(plan);
  template.parameter("CodeBucket", {
    Type: "String",
    Description: "The S3 bucket with the zips: versioned, and readable by lambda.amazonaws.com.",
    MinLength: 3,
  });
  template.parameter("CodePrefix", {
    Type: "String",
    Description:
      "Where in it the zips of this build are, without a slash at the end; another for each build.",
    MinLength: 1,
  });
  template.parameter("PublicUrl", {
    Type: "String",
    Description: "The app's URL under a domain of yours; empty: the endpoint's own.",
    Default: "",
  });
  template.condition("HasPublicUrl", { "Fn::Not": [{ "Fn::Equals": [ref("PublicUrl"), ""] }] });
  template.parameter("MaxConcurrency", {
    Type: "Number",
    Description: "How many requests one process is given at once, at most.",
    Default: defaultConcurrency,
    MinValue: 1,
    MaxValue: mostConcurrency,
  });
  for (const unit of plan.units) addWebFunction(plan, unit);
  if (deployment.system.cpu !== "arm64")
    template.note(`The native packages are for ${deployment.system.cpu}; web functions run on arm64 only.`);
  if (plan.units.length > 1)
    template.note(
      "Each function has a domain of its own; to be one site they need one in front that routes by path, told as PublicUrl, or to be deployed as one unit. Without it no function makes a URL of another.",
    );
}

function addWebFunction(plan: Plan, unit: Unit): void {
  const { template, deployment } = plan;
  const [role, revision] = [`${unit.id}Role`, `${unit.id}Revision`];
  const logGroup = `/aws/lambda/web/${unit.name}`;
  // What a region logged is kept there as well, under a name that cannot be chosen.
  const logs = [
    addLogs(plan, `${unit.id}Logs`, logGroup),
    addLogs(plan, `${unit.id}LocalLogs`, `${logGroup}.local`),
  ];
  addRole(plan, unit, role, logs);
  const Metadata = { Faasade: { Functions: unit.functions.map(({ name }) => name) } };
  template.resource(unit.id, "AWS::Lambda::WebFunction", { FunctionName: unit.name }, { Metadata });
  const Key = substitute(`\${CodePrefix}/${unit.artefact.path}`);
  const properties = {
    // Its name: a reference would be its ARN, with which an endpoint cannot be read again.
    FunctionName: unit.name,
    Description: `${unit.functions.map(({ name }) => name).join(", ")} of ${deployment.app}`.slice(0, 256),
    BuildConfig: {
      CodeConfig: { S3Object: { Bucket: ref("CodeBucket"), Key } },
      RuntimeConfig: { Runtime: "nodejs24.x" },
    },
    ServiceConfig: {
      ExecutionRoleArn: attribute(role, "Arn"),
      // A second more, so that it is our own answer that tells of a timeout.
      TimeoutSeconds: Math.min(Math.max(leastSeconds, unit.timeoutSeconds + 1), mostSeconds),
      MaxConcurrencyPerEnvironment: ref("MaxConcurrency"),
      EnvironmentVariables: environmentOf(plan, unit, publicUrl),
      TelemetryConfig: { LoggingConfig: { LogGroup: ref(`${unit.id}Logs`) } },
    },
  };
  template.resource(revision, "AWS::Lambda::WebFunctionRevision", properties, { DependsOn: unit.id });
  addEndpoints(plan, unit, attribute(revision, "RevisionId"));
}

/** One for everybody and one for whom IAM lets in, as far as the routes ask for them. */
function addEndpoints(plan: Plan, unit: Unit, RevisionId: Json): void {
  const { template, deployment } = plan;
  const auths = startedBy(plan, "http").flatMap((one) =>
    one.unit === unit ? one.trigger.routes.map(({ auth }) => auth) : [],
  );
  const prefix = deployment.unit === "app" ? "" : entryName(unit.artefact.name, "");
  const add = (name: string, kind: string, AuthType: string, whom: string): void => {
    const id = `${unit.id}${kind}Endpoint`;
    const properties = {
      FunctionName: unit.name,
      EndpointName: name,
      EndpointType: "HomeRegion",
      AuthType,
      RevisionWeights: [{ RevisionId, Weight: 100 }],
    };
    template.resource(id, "AWS::Lambda::WebFunctionEndpoint", properties, { DependsOn: unit.id });
    const url = substitute(`https://\${${id}.DomainName}`);
    template.output(`${prefix}${kind}Url`, `The URL of ${unit.artefact.name} for ${whom}.`, url);
  };
  if (auths.some((auth) => auth !== "platform")) add("public", "", "ApplicationManaged", "everybody");
  if (auths.includes("platform"))
    add(iamEndpoint, "Iam", "IamAuth", "callers with lambda:InvokeWebFunctionEndpoint, who sign requests");
}

function checkMethods(plan: Plan): void {
  for (const { fn, trigger } of startedBy(plan, "http")) {
    const other = trigger.routes.find(({ method }) => !methods.includes(method));
    if (other === undefined) continue;
    throw refused(
      fn.name,
      `${other.method} ${other.path} has a method that web functions are not given`,
      `Use one of: ${methods.slice(0, -1).join(", ")}`,
    );
  }
}
