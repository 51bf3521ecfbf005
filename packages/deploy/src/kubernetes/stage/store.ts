// A stage's stores, opened from here: one within the cluster by a port of this machine.
import type { ObjectReader, ObjectWriter } from "@faasade/connectors/object-store";
import { urlVariable } from "@faasade/core/adapter";
import type { Ledger } from "../../ledger.ts";
import { storesOf } from "../../shared/open-store.ts";
import type { Place, StageId } from "../../target.ts";
import type { Kubectl } from "../kubectl.ts";
import { namespaceOf } from "../place.ts";
import { type Forwards, portOf } from "./forward.ts";

const keys = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] as const;

export async function openStore(
  kubectl: Kubectl,
  id: StageId,
  place: Place,
  ledger: Ledger,
  forwards: Forwards,
  name: string,
): Promise<ObjectReader & ObjectWriter> {
  const variable = urlVariable(name);
  const url = ledger.resources[variable];
  if (!url?.startsWith("s3:")) return storesOf(ledger).store(name);
  await takeCredentials(kubectl, id, place);
  const reached = await reachable(url, namespaceOf(id, place), forwards);
  return storesOf({ ...ledger, resources: { ...ledger.resources, [variable]: reached } }).store(name);
}

/** The SDK reads them from the environment; what is there already counts. */
async function takeCredentials(kubectl: Kubectl, id: StageId, place: Place): Promise<void> {
  if (keys.some((key) => process.env[key]) || process.env["AWS_PROFILE"]) return;
  for (const key of keys) {
    const text = await kubectl.run(
      [
        "get",
        `secret/${id.app}`,
        `--namespace=${namespaceOf(id, place)}`,
        "--ignore-not-found",
        `-o=jsonpath={.data.${key}}`,
      ],
      { to: `read ${key} of the Secret ${id.app}` },
    );
    if (text !== "") process.env[key] = Buffer.from(text, "base64").toString("utf8");
  }
}

/** A server within the cluster, `http://<service>[.<namespace>[.svc…]]:<port>`, has a name there only. */
export async function reachable(url: string, namespace: string, forwards: Forwards): Promise<string> {
  const target = new URL(url);
  const endpoint = target.searchParams.get("endpoint");
  if (endpoint === null) return url;
  const { hostname, port, protocol } = new URL(endpoint);
  if (protocol !== "http:") return url;
  const local = await portOf(hostname, Number(port || 80), namespace, forwards);
  if (local === undefined) return url;
  target.searchParams.set("endpoint", `http://127.0.0.1:${local}`);
  return target.href;
}
