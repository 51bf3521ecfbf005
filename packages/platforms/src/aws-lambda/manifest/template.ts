// A SAM template in the making, or one of CloudFormation alone: every entry once, and the labels on everything that can carry them.
import type { Labels } from "../../shared/labels.ts";
import { refused } from "./refusal.ts";
import { choose, type Json, nothing, type Properties, ref } from "./values.ts";

/** How each type of resource carries tags; `none` where AWS gives it no way to. */
const tagging = {
  "AWS::ApiGatewayV2::Api": "map",
  "AWS::ApiGatewayV2::Integration": "none",
  "AWS::ApiGatewayV2::Route": "none",
  "AWS::ApiGatewayV2::Stage": "map",
  "AWS::Events::Rule": "list",
  "AWS::IAM::Role": "list",
  "AWS::IoT::TopicRule": "list",
  "AWS::Lambda::EventSourceMapping": "list",
  "AWS::Lambda::Permission": "none",
  "AWS::Lambda::WebFunction": "list",
  "AWS::Lambda::WebFunctionEndpoint": "none",
  "AWS::Lambda::WebFunctionRevision": "none",
  "AWS::Logs::LogGroup": "list",
  "AWS::S3::Bucket": "list",
  "AWS::S3::BucketPolicy": "none",
  "AWS::SNS::Subscription": "none",
  "AWS::SNS::Topic": "list",
  "AWS::SNS::TopicPolicy": "none",
  "AWS::SQS::Queue": "list",
  "AWS::SQS::QueuePolicy": "none",
  "AWS::Scheduler::Schedule": "none",
  "AWS::Scheduler::ScheduleGroup": "list",
  "AWS::Serverless::Function": "map",
} as const satisfies Record<string, "list" | "map" | "none">;

export type ResourceType = keyof typeof tagging;

export interface Parameter {
  readonly Type: "String" | "Number";
  readonly Description: string;
  readonly Default?: string | number;
  readonly MinLength?: number;
  readonly MinValue?: number;
  readonly MaxValue?: number;
  readonly NoEcho?: true;
  readonly AllowedValues?: readonly number[];
}

/**
 * What CloudFormation takes, less what SAM adds to the resources.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
 */
const mostEntries = { Parameters: 200, Resources: 400, Outputs: 200 };

const boundary = "PermissionsBoundary";
const hasBoundary = "HasPermissionsBoundary";

export class Template {
  readonly #labels: Labels;
  readonly #entries: Record<string, Record<string, Json>> = {
    Parameters: {},
    Conditions: {},
    Resources: {},
    Outputs: {},
  };
  readonly #notes = new Set<string>();

  constructor(labels: Labels) {
    this.#labels = labels;
  }

  /** Adds a resource, with its labels. `attributes` are those beside `Properties`, such as `Condition`. */
  resource(id: string, type: ResourceType, properties: Properties, attributes: Properties = {}): void {
    const own = { ...properties, ...(type === "AWS::IAM::Role" ? this.#boundary() : {}) };
    const tags = this.#tags(tagging[type]);
    this.#add("Resources", id, { Type: type, ...attributes, Properties: { ...own, ...tags } });
  }

  /** So that who may deploy may make no role that can do more, and may touch none but those below the path. */
  #boundary(): Properties {
    this.parameter(boundary, {
      Type: "String",
      Description:
        "The ARN of a policy that no role of the app may go beyond, as infra/aws makes one; empty: none.",
      Default: "",
    });
    this.condition(hasBoundary, { "Fn::Not": [{ "Fn::Equals": [ref(boundary), ""] }] });
    return { Path: "/faasade/", PermissionsBoundary: choose(hasBoundary, ref(boundary), nothing) };
  }

  /** Adds a parameter; the same one may be wanted more than once. */
  parameter(id: string, parameter: Parameter): void {
    this.#add("Parameters", id, { ...parameter });
  }

  condition(id: string, condition: Json): void {
    this.#add("Conditions", id, condition);
  }

  output(id: string, description: string, value: Json, condition?: string): void {
    const on = condition === undefined ? {} : { Condition: condition };
    this.#add("Outputs", id, { Description: description, ...on, Value: value });
  }

  /** Something that is otherwise on this platform than the app says, for whoever deploys. */
  note(text: string): void {
    this.#notes.add(text);
  }

  get notes(): readonly string[] {
    return [...this.#notes];
  }

  /** @throws {ManifestRefusal} where it is larger than CloudFormation takes. */
  toValue(description: string, metadata: Properties): object {
    for (const [section, most] of Object.entries(mostEntries)) {
      const count = Object.keys(this.#entries[section] ?? {}).length;
      if (count <= most) continue;
      throw refused(
        undefined,
        `its template has ${count} ${section.toLowerCase()}, and ${most} is the most here`,
        "Split the app, or deploy it as one unit",
      );
    }
    const { Conditions, ...sections } = this.#entries;
    const isSam = Object.values(sections["Resources"] ?? {}).some((resource) =>
      String((resource as Properties)["Type"]).startsWith("AWS::Serverless::"),
    );
    return {
      AWSTemplateFormatVersion: "2010-09-09",
      ...(isSam ? { Transform: "AWS::Serverless-2016-10-31" } : {}),
      Description: description,
      Metadata: { Faasade: { ...metadata, Notes: this.notes } },
      Parameters: sections["Parameters"],
      ...(Object.keys(Conditions ?? {}).length === 0 ? {} : { Conditions }),
      Resources: sections["Resources"],
      Outputs: sections["Outputs"],
    };
  }

  #tags(how: "list" | "map" | "none"): Properties {
    if (how === "none") return {};
    if (how === "map") return { Tags: { ...this.#labels } };
    return { Tags: Object.entries(this.#labels).map(([Key, Value]) => ({ Key, Value })) };
  }

  #add(section: string, id: string, value: Json): void {
    const entries = this.#entries[section] as Record<string, Json>;
    const present = entries[id];
    if (present !== undefined && JSON.stringify(present) !== JSON.stringify(value)) {
      throw refused(
        undefined,
        `two different things would be called ${id} in its template`,
        "Rename one of them: names that differ only in punctuation are one to CloudFormation",
      );
    }
    entries[id] = value;
  }
}
