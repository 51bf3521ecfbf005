// moto, a double of AWS: it creates what a CloudFormation template says, and can be asked what there is.
import { tmpdir } from "node:os";
import { installedPython } from "./installed.ts";
import { type Exit, startProgram } from "./program.ts";

export interface StackResource {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly status: string;
}

export interface Moto {
  readonly url: string;
  /**
   * Creates what is in a CloudFormation template; code that it names has to be in its bucket before.
   * @throws {Error} with moto's words, when it refuses the template or one of its resources.
   */
  createStack(name: string, template: object): Promise<StackResource[]>;
  /** A call of one of AWS's query APIs, such as `CreateStack` of cloudformation; the XML it answers. */
  query(service: string, action: string, parameters?: Readonly<Record<string, string>>): Promise<string>;
  /** A request to one of AWS's other APIs, authorised well enough for moto. */
  request(service: string, path: string, init?: RequestInit): Promise<Response>;
  logs(): string;
  stop(signal?: NodeJS.Signals): Promise<Exit>;
}

const region = "eu-central-1";

export async function startMoto({ longestSeconds = 300 } = {}): Promise<Moto> {
  const program = startProgram(installedPython(), ["-m", "moto.server", "-H", "127.0.0.1", "-p", "0"], {
    cwd: tmpdir(),
    longestSeconds,
    environment: {
      AWS_ACCESS_KEY_ID: "none",
      AWS_DEFAULT_REGION: region,
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_SECRET_ACCESS_KEY: "none",
      PYTHONUNBUFFERED: "1",
    },
  });
  const url = (await program.printed(/Running on (http:\/\/127\.0\.0\.1:\d+)/))[1] as string;
  return { url, createStack, query, request, logs: program.output, stop: program.stop };

  async function createStack(StackName: string, template: object): Promise<StackResource[]> {
    await query("cloudformation", "CreateStack", {
      StackName,
      TemplateBody: JSON.stringify(template),
      "Capabilities.member.1": "CAPABILITY_NAMED_IAM",
      "Capabilities.member.2": "CAPABILITY_AUTO_EXPAND",
    });
    const stack = await query("cloudformation", "DescribeStackResources", { StackName });
    return stack.split("<member>").slice(1).map(resourceIn);
  }

  async function query(service: string, action: string, parameters: Readonly<Record<string, string>> = {}) {
    const body = new URLSearchParams({ Action: action, ...parameters });
    const response = await request(service, "/", { method: "POST", body });
    const text = await response.text();
    if (!response.ok) throw new Error(`Cannot ${action} of ${service} in moto: ${response.status} ${text}`);
    return text;
  }

  /** The service and region in the signature are what moto goes by; it does not check the rest. */
  function request(service: string, path: string, init: RequestInit = {}): Promise<Response> {
    const credential = `none/20260101/${region}/${service}/aws4_request`;
    const headers = new Headers(init.headers);
    headers.set(
      "authorization",
      `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=none`,
    );
    return fetch(new URL(path, url), { ...init, headers });
  }
}

function resourceIn(xml: string): StackResource {
  const textOf = (name: string) => new RegExp(`<${name}>(.*?)</${name}>`, "s").exec(xml)?.[1] ?? "";
  return {
    logicalId: textOf("LogicalResourceId"),
    physicalId: textOf("PhysicalResourceId"),
    type: textOf("ResourceType"),
    status: textOf("ResourceStatus"),
  };
}
