// One stack of CloudFormation in any state, over the SDK's own wire: it refuses what AWS refuses in that state.
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { answered, escapeXml } from "../runtimes/xml.ts";

export interface Stack {
  /** By default `stackName`. */
  name?: string;
  status: string;
  /** What becomes of it when it is asked for again; by default what the status promises. */
  next?: string;
  template?: string;
  parameters?: Readonly<Record<string, string>>;
}

export interface StackDouble {
  readonly url: string;
  /** Undefined: there is none. */
  stack: Stack | undefined;
  /** What was asked of CloudFormation that changes something, with what matters of it. */
  readonly asked: string[];
  /** What becomes of an action, in place of its success. */
  outcomes: Readonly<Record<string, string>>;
  /** Of resources, as lines of events: `CREATE_FAILED AWS::IAM::Role Role: why`. */
  events: readonly string[];
  /** Of every secret that is asked for, in epoch seconds; undefined: there is none. */
  secretChangedAt: number | undefined;
  readonly close: () => void;
}

export const stackName = "shop-demo";
const arn = `arn:aws:cloudformation:eu-central-1:123456789012:stack/${stackName}/1`;

/** States from which each action may begin, and what it becomes at first and in the end. */
const actions = {
  DeleteStack: {
    from: /^REVIEW_IN_PROGRESS$|(COMPLETE|FAILED)$/,
    first: "DELETE_IN_PROGRESS",
    end: "DELETE_COMPLETE",
  },
  ContinueUpdateRollback: {
    from: /^UPDATE_ROLLBACK_FAILED$/,
    first: "UPDATE_ROLLBACK_IN_PROGRESS",
    end: "UPDATE_ROLLBACK_COMPLETE",
  },
  RollbackStack: {
    from: /^(CREATE|UPDATE)_FAILED$/,
    first: "UPDATE_ROLLBACK_IN_PROGRESS",
    end: "UPDATE_ROLLBACK_COMPLETE",
  },
} as const;

const updatable = /^(CREATE|UPDATE|UPDATE_ROLLBACK|IMPORT)_COMPLETE$/;

export async function startStackDouble(): Promise<StackDouble> {
  const objects = new Map<string, string>();
  let changeSet: { type: string; template: string; parameters: Record<string, string> } | undefined;
  const server = createServer(async (request, response) => {
    const [status, body] = answer(request, await textOf(request));
    response.writeHead(status, { "content-type": "text/xml" }).end(request.method === "HEAD" ? "" : body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const double: StackDouble = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stack: undefined,
    asked: [],
    outcomes: {},
    events: [],
    secretChangedAt: undefined,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return double;

  function answer(request: IncomingMessage, body: string): [number, string] {
    const path = request.url?.split("?")[0] ?? "";
    if (String(request.headers["x-amz-target"]).includes("Tagging"))
      return [200, JSON.stringify({ ResourceTagMappingList: [] })];
    if (String(request.headers["x-amz-target"]).startsWith("secretsmanager."))
      return double.secretChangedAt === undefined
        ? [400, JSON.stringify({ __type: "ResourceNotFoundException" })]
        : [200, JSON.stringify({ Name: "key", LastChangedDate: double.secretChangedAt })];
    const form = new URLSearchParams(body);
    const action = form.get("Action") ?? "";
    if (action === "GetCallerIdentity")
      return ok(action, "<Account>123456789012</Account><Arn>arn:aws:iam::123456789012:user/ann</Arn>");
    if (action !== "") return ofCloudFormation(action, form);
    if (request.method === "PUT") objects.set(path, body);
    if (request.method === "HEAD") return [objects.has(path) || path.split("/").length === 2 ? 200 : 404, ""];
    return [200, "<ListBucketResult><KeyCount>0</KeyCount></ListBucketResult>"];
  }

  function ofCloudFormation(action: string, form: URLSearchParams): [number, string] {
    const { stack } = double;
    if (action === "CreateChangeSet") return createChangeSet(form);
    if (action === "DescribeChangeSet")
      return changeSet === undefined
        ? refuse("ChangeSetNotFound", "ChangeSet [faasade] does not exist")
        : ok(action, "<Status>CREATE_COMPLETE</Status><Changes><member/></Changes>");
    if (action === "DeleteChangeSet") return ok(action, "");
    // By its id, one that is gone is told for a while.
    if (form.get("StackName") === arn && stack === undefined) return ok(action, "");
    const asked = form.get("StackName") ?? "";
    const isOther = stack !== undefined && asked !== arn && asked !== (stack.name ?? stackName);
    if (isOther && action !== "CreateChangeSet")
      return refuse("ValidationError", `Stack with id ${asked} does not exist`);
    if (action === "DescribeStackEvents")
      return ok(action, `<StackEvents>${double.events.map(eventOf).join("")}</StackEvents>`);
    if (stack === undefined) return refuse("ValidationError", `Stack with id ${stackName} does not exist`);
    if (action in actions) return begin(action as keyof typeof actions, stack);
    switch (action) {
      case "ExecuteChangeSet": {
        const { type = "", template = "", parameters = {} } = changeSet ?? {};
        double.asked.push(action);
        const end = double.outcomes[action] ?? `${type}_COMPLETE`;
        const { name = stackName } = stack;
        double.stack = { name, status: `${type}_IN_PROGRESS`, next: end, template, parameters };
        changeSet = undefined;
        return ok(action, "");
      }
      case "DescribeStacks":
        return ok(action, `<Stacks><member>${described(stack)}</member></Stacks>`);
      case "GetTemplate":
        return ok(action, `<TemplateBody>${escapeXml(stack.template ?? "{}")}</TemplateBody>`);
      default:
        return ok(action, "");
    }
  }

  function begin(action: keyof typeof actions, stack: Stack): [number, string] {
    const { from, first, end } = actions[action];
    if (!from.test(stack.status)) return notNow(stack);
    double.asked.push(action);
    double.stack = { ...stack, status: first, next: double.outcomes[action] ?? end };
    return ok(action, "");
  }

  function createChangeSet(form: URLSearchParams): [number, string] {
    const { stack } = double;
    const type = form.get("ChangeSetType") ?? "";
    const template = objects.get(new URL(form.get("TemplateURL") ?? "").pathname) ?? "";
    const parameters: Record<string, string> = {};
    for (let index = 1; form.has(`Parameters.member.${index}.ParameterKey`); index += 1) {
      const key = form.get(`Parameters.member.${index}.ParameterKey`) ?? "";
      const isPrevious = form.get(`Parameters.member.${index}.UsePreviousValue`) === "true";
      parameters[key] = isPrevious
        ? "previous"
        : (form.get(`Parameters.member.${index}.ParameterValue`) ?? "");
    }
    if (type === "CREATE" && stack !== undefined && stack.status !== "REVIEW_IN_PROGRESS")
      return refuse("AlreadyExistsException", `Stack [${stackName}] already exists`);
    if (type === "UPDATE" && !updatable.test(stack?.status ?? "")) return notNow(stack);
    const needed = Object.entries((JSON.parse(template) as { Parameters?: object }).Parameters ?? {});
    for (const [key, declared] of needed)
      if (!("Default" in declared) && parameters[key] === undefined)
        return refuse("ValidationError", `Parameters: [${key}] must have values`);
    double.asked.push(`CreateChangeSet ${type} ${JSON.stringify(parameters)}`);
    changeSet = { type, template, parameters };
    double.stack ??= { name: form.get("StackName") ?? "", status: "REVIEW_IN_PROGRESS" };
    return ok("CreateChangeSet", "");
  }

  function described(stack: Stack): string {
    const { status, next, parameters = {} } = stack;
    // What is in progress is over when it is asked for the next time.
    if (status.endsWith("_IN_PROGRESS") && next !== undefined)
      double.stack = next === "DELETE_COMPLETE" ? undefined : { ...stack, status: next };
    const given = Object.entries(parameters).map(
      ([key, value]) =>
        `<member><ParameterKey>${key}</ParameterKey><ParameterValue>${value}</ParameterValue></member>`,
    );
    return `<StackName>${stack.name ?? stackName}</StackName><StackId>${arn}</StackId><CreationTime>2026-11-30T10:00:00Z</CreationTime><StackStatus>${status}</StackStatus><Parameters>${given.join("")}</Parameters>`;
  }

  function notNow(stack: Stack | undefined): [number, string] {
    return refuse("ValidationError", `Stack:${arn} is in ${stack?.status} state and can not be updated.`);
  }
}

function eventOf(line: string, index: number): string {
  const [, status = "", type = "", id = "", why = ""] = /^(\S+) (\S+) (\S+): (.*)$/.exec(line) ?? [];
  return `<member><EventId>${index}</EventId><Timestamp>${new Date().toISOString()}</Timestamp><ResourceStatus>${status}</ResourceStatus><ResourceType>${type}</ResourceType><LogicalResourceId>${id}</LogicalResourceId><ResourceStatusReason>${escapeXml(why)}</ResourceStatusReason></member>`;
}

function ok(action: string, result: string): [number, string] {
  const { status, body } = answered(action, result);
  return [status, String(body)];
}

function refuse(code: string, message: string): [number, string] {
  const words = `<Type>Sender</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message>`;
  return [400, `<ErrorResponse><Error>${words}</Error><RequestId>double</RequestId></ErrorResponse>`];
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  // What S3's client sends in pieces carries their sizes.
  return String(request.headers["content-encoding"]).includes("aws-chunked")
    ? text.replaceAll(/^[0-9a-f]+(;.*)?\r\n|\r\n[0-9a-f]+(;.*)?\r\n|x-amz-[\w-]+:.*|\r\n$/g, "")
    : text;
}
