// Where each resource is: created with the stack, one that exists, or somewhere that the operator names.
import { type Grant, urlVariable } from "@faasade/core/adapter";
import { createBucket } from "./buckets.ts";
import { entryName } from "./names.ts";
import { foreignArn, type Place } from "./place.ts";
import { isForeign, type Plan, resourceOf } from "./plan.ts";
import { createQueue } from "./queues.ts";
import { refused } from "./refusal.ts";
import { createTopic } from "./topics.ts";
import { ref, substitute } from "./values.ts";

type Named = Pick<Grant, "kind" | "name">;

const places: Readonly<Record<string, (plan: Plan, named: Named) => Place>> = {
  "object-store/s3": (plan, { name }) => createBucket(plan, name),
  "queue/sqs": (plan, { name }) => createQueue(plan, name),
  "topic/sns": (plan, { name }) => createTopic(plan, name),
  "function/lambda": placeOfFunction,
};

/** Their data lives beside the process, and a Lambda function has nothing beside it that stays. */
const localDrivers = new Set(["file", "pglite"]);

/**
 * Where a resource is. What has to be created goes into the template, with a parameter to use another instead.
 * @throws {ManifestRefusal} for a driver that cannot work there.
 */
export function placeOf(plan: Plan, named: Named): Place {
  const { kind, name, driver } = resourceOf(plan, named);
  if (localDrivers.has(driver)) {
    const user = plan.deployment.functions.find(({ grants }) =>
      grants.some((grant) => grant.kind === kind && grant.name === name),
    );
    throw refused(
      user?.name,
      `its ${kind} ${name} is built with the ${driver} driver, and what that writes is gone with the process`,
      `Build it with another driver for ${name}`,
    );
  }
  return (places[`${kind}/${driver}`] ?? placeElsewhere)(plan, { kind, name });
}

function placeOfFunction(plan: Plan, { name }: Named): Place {
  // Web functions are called by requests alone, so whom they call is in another stack.
  if (isForeign(plan, name) || !plan.packaging.triggers.includes("call")) {
    const arn = foreignArn(plan, name, "Function");
    return { arn, url: arn };
  }
  const own = name.slice(name.indexOf("/") + 1);
  const unit = plan.units.find(({ functions }) => functions.some((fn) => fn.name === own));
  if (unit === undefined)
    throw refused(undefined, `it calls ${name}, which it does not have`, "Deploy that function with it");
  // Computed, so that two functions may call each other.
  const region = `\${AWS::Region}:\${AWS::AccountId}`;
  const arn = substitute(`arn:\${AWS::Partition}:lambda:${region}:function:${unit.name}`);
  return { arn, url: arn };
}

function placeElsewhere({ template }: Plan, { kind, name }: Named): Place {
  const id = entryName(name, "Url");
  const Description = `${urlVariable(name)}: where the ${kind} ${name} is.`;
  template.parameter(id, { Type: "String", Description, MinLength: 1, NoEcho: true });
  return { url: ref(id) };
}
