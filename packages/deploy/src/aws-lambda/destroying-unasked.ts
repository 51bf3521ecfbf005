// The commands that take a stage away, where AWS could not be asked what stands: they find out themselves.
import { forEach, onlyShown } from "../shared/only-shown.ts";
import type { StageId, Step } from "../target.ts";
import type { Account } from "./aws.ts";
import { stackOf } from "./place.ts";
import { askByTag } from "./tagged.ts";
import { keyPrefix } from "./template.ts";

export function unaskedSteps(
  id: StageId,
  { bucket, suffix }: Pick<Account, "bucket" | "suffix">,
  deleteData: boolean,
): Step[] {
  const tagged = (type: string): string =>
    `${askByTag(id.name)} --resource-type-filters ${type} --query 'ResourceTagMappingList[].[ResourceARN]' --output text${suffix}`;
  // Of a stack that is not there, both say nothing. One packaging stands at a time.
  const stacks = ["zip", "web"].map((packaging) => {
    const name = stackOf(id, packaging);
    return onlyShown(
      `delete-stack-${name}`,
      `aws cloudformation delete-stack --stack-name ${name}${suffix}\naws cloudformation wait stack-delete-complete --stack-name ${name}${suffix}`,
    );
  });
  const removeSecret = "aws secretsmanager delete-secret --secret-id {} --force-delete-without-recovery";
  const removeLogs = "aws logs delete-log-group --log-group-name {}";
  return [
    ...stacks,
    onlyShown("secrets", forEach(tagged("secretsmanager"), `${removeSecret}${suffix}`)),
    onlyShown(
      "logs",
      forEach(`${tagged("logs")} | sed 's/.*:log-group://; s/:\\*$//'`, `${removeLogs}${suffix}`),
    ),
    ...(deleteData
      ? [
          onlyShown(
            "delete-stores",
            forEach(`${tagged("s3")} | sed 's/.*::://'`, `aws s3 rb s3://{} --force${suffix}`),
          ),
        ]
      : []),
    onlyShown("remove-code", `aws s3 rm s3://${bucket}/${keyPrefix(id)} --recursive${suffix}`),
    onlyShown("leftovers", `${askByTag(id.name)}${suffix}`),
  ];
}
