// What moto leaves out of CloudFormation: SAM's transform, by the vendor's own translator; change sets that update, or
// change nothing; work that goes on while one waits; resources of types it does not know; and drift.
import { setTimeout as pause } from "node:timers/promises";
import type { Moto } from "../../../platforms/test/runtimes/moto.ts";
import { restoreLogGroup, showsLogGroup } from "./log-groups.ts";
import { isPresent, parametersOf, type Translation, translated } from "./translation.ts";
import { answered, escapeXml, type Reply, textOf } from "./xml.ts";

interface ChangeSet {
  readonly type: string;
  readonly original: string;
  readonly translation: Translation;
  readonly parameters: ReadonlyMap<string, string>;
  readonly form: URLSearchParams;
  readonly changesNothing: boolean;
  readonly revertsDrift: boolean;
}

type Standing = Pick<ChangeSet, "original" | "translation" | "parameters">;

/** How long a stack is in progress at least: long enough for whoever waits to see it. */
const workMilliseconds = 150;
/** Where the app would be, had moto an API Gateway in its stacks. */
export const doubledUrl = "https://double.execute-api.eu-central-1.amazonaws.com";

export class CloudFormationDouble {
  /** Where apps are said to be. */
  appUrl = doubledUrl;
  readonly #moto: Moto;
  readonly #changeSets = new Map<string, ChangeSet>();
  readonly #stacks = new Map<string, Standing>();
  readonly #working = new Map<string, string>();
  readonly #works = new Set<Promise<void>>();
  readonly #failed = new Map<string, string>();

  constructor(moto: Moto) {
    this.#moto = moto;
  }

  async settled(): Promise<void> {
    await Promise.all(this.#works);
  }

  clear(): void {
    for (const state of [this.#changeSets, this.#stacks, this.#working, this.#failed]) state.clear();
  }

  /** The change set that was executed last on a stack's behalf, as it was asked for. */
  askedFor(stack: string): URLSearchParams | undefined {
    return [...this.#changeSets].filter(([key]) => key.startsWith(`${stack} `)).at(-1)?.[1].form;
  }

  /** Undefined for what moto answers well by itself. */
  async answer(form: URLSearchParams): Promise<Reply | undefined> {
    const stack = (form.get("StackName") ?? "").replace(/^arn:.*:stack\/([^/]+)\/.*$/, "$1");
    const standing = this.#stacks.get(stack);
    switch (form.get("Action")) {
      case "CreateChangeSet":
        return this.#createChangeSet(stack, form);
      case "DescribeChangeSet":
        return this.#describeChangeSet(stack, form);
      case "ExecuteChangeSet":
        return this.#executeChangeSet(stack, form);
      case "DescribeStacks":
        return this.#describeStacks(stack, form);
      case "ListStackResources":
        return standing === undefined ? undefined : this.#listResources(stack, standing);
      case "GetTemplate":
        return standing === undefined
          ? undefined
          : answered("GetTemplate", `<TemplateBody>${escapeXml(standing.original)}</TemplateBody>`);
      case "DetectStackResourceDrift":
        return standing === undefined
          ? undefined
          : this.#detectDrift(standing, form.get("LogicalResourceId") ?? "");
      case "DeleteStack":
        return this.#work(stack, "DELETE_IN_PROGRESS", "DeleteStack", async () => {
          await this.#moto.query("cloudformation", "DeleteStack", { StackName: stack });
          this.#stacks.delete(stack);
        });
      default:
        return undefined;
    }
  }

  async #createChangeSet(stack: string, asked: URLSearchParams): Promise<Reply> {
    const source = new URL(asked.get("TemplateURL") ?? "");
    const original = await (await this.#moto.request("s3", source.pathname)).text();
    const translation = await translated(original);
    const former = this.#stacks.get(stack);
    const parameters = parametersOf(asked, translation, former);
    const form = new URLSearchParams(
      [...asked].filter(([name]) => !/^(TemplateURL$|Parameters(\.|$)|DeploymentMode$)/.test(name)),
    );
    form.set("TemplateBody", JSON.stringify(translation));
    for (const [index, [key, value]] of [...parameters].entries()) {
      form.set(`Parameters.member.${index + 1}.ParameterKey`, key);
      form.set(`Parameters.member.${index + 1}.ParameterValue`, value);
    }
    const revertsDrift = asked.get("DeploymentMode") === "REVERT_DRIFT";
    const isSame =
      JSON.stringify(former?.translation.Resources) === JSON.stringify(translation.Resources) &&
      JSON.stringify([...(former?.parameters ?? [])]) === JSON.stringify([...parameters]);
    const changesNothing = isSame && !revertsDrift;
    const type = asked.get("ChangeSetType") ?? "UPDATE";
    // CloudFormation goes on with a stack that was only reviewed; moto would make a second one of that name.
    if (type === "CREATE") await this.#moto.query("cloudformation", "DeleteStack", { StackName: stack });
    const key = `${stack} ${asked.get("ChangeSetName")}`;
    this.#changeSets.set(key, {
      type,
      original,
      translation,
      parameters,
      form,
      changesNothing,
      revertsDrift,
    });
    return this.#ask(form);
  }

  async #describeChangeSet(stack: string, form: URLSearchParams): Promise<Reply> {
    const reply = await this.#ask(form);
    const made = this.#changeSets.get(`${stack} ${form.get("ChangeSetName")}`);
    if (made === undefined || reply.status !== 200) return reply;
    const reason =
      "The submitted information didn't contain changes. Submit different information to create a change set.";
    const status = made.changesNothing
      ? `<Status>FAILED</Status><StatusReason>${escapeXml(reason)}</StatusReason>`
      : "<Status>CREATE_COMPLETE</Status>";
    const body = String(reply.body)
      .replace(/<StatusReason\s*\/>|<StatusReason>.*?<\/StatusReason>/s, "")
      .replace(/<Status>[^<]*<\/Status>/, status);
    return { ...reply, body };
  }

  async #executeChangeSet(stack: string, form: URLSearchParams): Promise<Reply> {
    const made = this.#changeSets.get(`${stack} ${form.get("ChangeSetName")}`);
    if (made === undefined || made.changesNothing)
      return { status: 404, headers: {}, body: "no such change set" };
    const status = made.type === "CREATE" ? "CREATE_IN_PROGRESS" : "UPDATE_IN_PROGRESS";
    return this.#work(stack, status, "ExecuteChangeSet", async () => {
      if (made.revertsDrift)
        for (const resource of Object.values(made.translation.Resources))
          await restoreLogGroup(this.#moto, resource);
      if (made.type === "CREATE")
        await this.#moto.query("cloudformation", "ExecuteChangeSet", Object.fromEntries(form));
      // moto's own way to execute an update forgets tags and outputs.
      else
        await this.#moto.query("cloudformation", "UpdateStack", {
          ...Object.fromEntries(made.form),
          Action: "UpdateStack",
        });
      const { original, translation, parameters } = made;
      this.#stacks.set(stack, { original, translation, parameters });
    });
  }

  async #describeStacks(stack: string, form: URLSearchParams): Promise<Reply> {
    // Read first: what is done while moto answers is seen by the next question.
    const working = this.#working.get(stack);
    const reply = await this.#ask(form);
    const status = working ?? this.#failed.get(stack);
    let body = String(reply.body);
    if (status !== undefined) body = body.replace(/<StackStatus>[^<]*</, `<StackStatus>${status}<`);
    const hasUrl = this.#stacks.get(stack)?.translation.Resources["HttpApi"] !== undefined;
    const url = `<member><OutputKey>Url</OutputKey><OutputValue>${this.appUrl}</OutputValue></member>`;
    if (hasUrl && body.includes("<Outputs>")) body = body.replace("<Outputs>", `<Outputs>${url}`);
    else if (hasUrl) body = body.replace("<StackStatus>", `<Outputs>${url}</Outputs><StackStatus>`);
    return { ...reply, body };
  }

  /** Answers at once and goes on by itself. */
  #work(stack: string, status: string, action: string, run: () => Promise<void>): Reply {
    this.#working.set(stack, status);
    this.#failed.delete(stack);
    const done = pause(workMilliseconds)
      .then(run)
      .catch((error: Error) => {
        process.stderr.write(`the double of AWS: ${error.message}\n`);
        this.#failed.set(
          stack,
          status === "CREATE_IN_PROGRESS" ? "ROLLBACK_COMPLETE" : "UPDATE_ROLLBACK_COMPLETE",
        );
      })
      .finally(() => {
        this.#working.delete(stack);
        this.#works.delete(done);
      });
    this.#works.add(done);
    return answered(action, "");
  }

  async #listResources(stack: string, { translation, parameters }: Standing): Promise<Reply> {
    const text = await this.#moto.query("cloudformation", "DescribeStackResources", { StackName: stack });
    const known = new Map(
      text
        .split("<member>")
        .slice(1)
        .map((part) => [textOf(part, "LogicalResourceId"), textOf(part, "PhysicalResourceId")] as const),
    );
    const members = Object.entries(translation.Resources)
      .filter(([, resource]) => isPresent(translation, resource, parameters))
      .map(([id, { Type }]) => {
        const physicalId = known.get(id) || `${stack}-${id}-unknown-to-moto`;
        return `<member><LogicalResourceId>${id}</LogicalResourceId><PhysicalResourceId>${escapeXml(physicalId)}</PhysicalResourceId><ResourceType>${Type}</ResourceType><ResourceStatus>CREATE_COMPLETE</ResourceStatus></member>`;
      });
    return answered(
      "ListStackResources",
      `<StackResourceSummaries>${members.join("")}</StackResourceSummaries>`,
    );
  }

  async #detectDrift({ translation }: Standing, id: string): Promise<Reply> {
    const isGone = (await showsLogGroup(this.#moto, translation.Resources[id])) === false;
    const status = isGone ? "DELETED" : "IN_SYNC";
    return answered(
      "DetectStackResourceDrift",
      `<StackResourceDrift><LogicalResourceId>${id}</LogicalResourceId><StackResourceDriftStatus>${status}</StackResourceDriftStatus></StackResourceDrift>`,
    );
  }

  async #ask(form: URLSearchParams): Promise<Reply> {
    const response = await this.#moto.request("cloudformation", "/", { method: "POST", body: form });
    return { status: response.status, headers: { "content-type": "text/xml" }, body: await response.text() };
  }
}
