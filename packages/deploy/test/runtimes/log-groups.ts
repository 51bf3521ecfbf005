// Log groups in moto: whether one is there, and made again as a change set that reverts drift would.
import type { Moto } from "../../../platforms/test/runtimes/moto.ts";
import type { TranslatedResource } from "./translation.ts";

interface LogGroup {
  readonly LogGroupName: string;
  readonly Tags: readonly { readonly Key: string; readonly Value: string }[];
}

/** Undefined for what is no log group. */
export async function showsLogGroup(
  moto: Moto,
  resource: TranslatedResource | undefined,
): Promise<boolean | undefined> {
  if (resource?.Type !== "AWS::Logs::LogGroup") return undefined;
  const { LogGroupName } = resource.Properties as unknown as LogGroup;
  const { logGroups } = (await askLogs(moto, "DescribeLogGroups", { logGroupNamePrefix: LogGroupName })) as {
    logGroups: { logGroupName: string }[];
  };
  return logGroups.some(({ logGroupName }) => logGroupName === LogGroupName);
}

export async function restoreLogGroup(moto: Moto, resource: TranslatedResource): Promise<void> {
  if ((await showsLogGroup(moto, resource)) !== false) return;
  const { LogGroupName, Tags } = resource.Properties as unknown as LogGroup;
  const tags = Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
  await askLogs(moto, "CreateLogGroup", { logGroupName: LogGroupName, tags });
}

/** A call of CloudWatch Logs. */
export async function askLogs(moto: Moto, action: string, input: object): Promise<unknown> {
  const headers = { "x-amz-target": `Logs_20140328.${action}`, "content-type": "application/x-amz-json-1.1" };
  const response = await moto.request("logs", "/", { method: "POST", headers, body: JSON.stringify(input) });
  const text = await response.text();
  if (!response.ok) throw new Error(`Cannot ${action} in moto: ${text}`);
  return text === "" ? {} : JSON.parse(text);
}
