// What a stack holds, as CloudFormation lists it, and the template it was made from.
import type { Aws } from "./aws.ts";
import { explained } from "./failure.ts";
import type { Template } from "./template.ts";

export interface StackResource {
  readonly logicalId: string;
  /** The name, URL or ARN by which AWS knows it. */
  readonly physicalId: string;
  readonly type: string;
}

export async function resourcesOf(aws: Aws, stack: string): Promise<StackResource[]> {
  const { paginateListStackResources } = await import("@aws-sdk/client-cloudformation");
  const client = await aws.cloudFormation();
  return explained(`list what the stack ${stack} holds`, async () => {
    const found: StackResource[] = [];
    for await (const { StackResourceSummaries = [] } of paginateListStackResources(
      { client },
      { StackName: stack },
    ))
      for (const {
        LogicalResourceId,
        PhysicalResourceId,
        ResourceType,
        ResourceStatus,
      } of StackResourceSummaries)
        if (PhysicalResourceId && !isGone(ResourceStatus))
          found.push({
            logicalId: LogicalResourceId ?? "",
            physicalId: PhysicalResourceId,
            type: ResourceType ?? "",
          });
    return found;
  });
}

/** What was kept when it would have been deleted is in no stack any more. */
function isGone(status: string | undefined): boolean {
  return status === "DELETE_COMPLETE" || status === "DELETE_SKIPPED";
}

/** As it was handed over, before any transformation; undefined where somebody else's stands there. */
export async function templateOf(aws: Aws, stack: string): Promise<Template | undefined> {
  const { GetTemplateCommand } = await import("@aws-sdk/client-cloudformation");
  const client = await aws.cloudFormation();
  const call = new GetTemplateCommand({ StackName: stack, TemplateStage: "Original" });
  const { TemplateBody = "" } = await explained(`read the template of ${stack}`, () => client.send(call));
  try {
    const template = JSON.parse(TemplateBody) as Template;
    return template.Metadata?.Faasade === undefined ? undefined : template;
  } catch {
    return undefined;
  }
}
