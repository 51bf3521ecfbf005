// A stage's store, opened from here by the driver that the stage was built with; one within the cluster by a port.
import type { ObjectReader, ObjectStoreDriver, ObjectWriter } from "@faasade/connectors/object-store";
import { objectStore } from "@faasade/connectors/object-store";
import type { Ambient } from "@faasade/core";
import { urlVariable } from "@faasade/core/adapter";
import { Refusal } from "@faasade/platforms/shared/refusal";
import type { Ledger } from "../../ledger.ts";
import type { Place, StageId } from "../../target.ts";
import type { Kubectl } from "../kubectl.ts";
import { namespaceOf } from "../place.ts";
import type { Forwards } from "./forward.ts";

const drivers: Readonly<Record<string, () => Promise<{ open(url: string): ObjectStoreDriver }>>> = {
  s3: () => import("@faasade/connectors/object-store/s3"),
  gcs: () => import("@faasade/connectors/object-store/gcs"),
};
const keys = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] as const;

export async function openStore(
  kubectl: Kubectl,
  id: StageId,
  place: Place,
  ledger: Ledger,
  forwards: Forwards,
  name: string,
): Promise<ObjectReader & ObjectWriter> {
  const url = ledger.resources[urlVariable(name)];
  const driver = ledger.drivers[`object-store/${name}`];
  const load = drivers[driver ?? ""];
  if (url === undefined || driver === undefined || load === undefined) {
    const stores = Object.keys(ledger.drivers).filter((one) => one.startsWith("object-store/"));
    const names = stores.map((one) => one.slice("object-store/".length)).join(", ");
    throw new Refusal(`Cannot open the store ${name} of ${id.name}: it has ${names || "none"}.`);
  }
  if (driver === "s3") await takeCredentials(kubectl, id, place);
  const reached = driver === "s3" ? await reachable(url, namespaceOf(id, place), forwards) : url;
  const ambient: Pick<Ambient, "traceparent"> = { traceparent: "" };
  return objectStore(name).connect(
    (await load()).open(reached),
    "readWrite",
    ambient as Ambient,
  ) as ObjectReader & ObjectWriter;
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
  const [service = "", where = namespace] = hostname.split(".");
  const isWithin =
    protocol === "http:" &&
    (!hostname.includes(".") || /^[^.]+\.[^.]+(\.svc(\.cluster\.local)?)?$/.test(hostname));
  if (!isWithin || hostname === "localhost") return url;
  const local = await forwards.open(where, `service/${service}`, Number(port || 80));
  target.searchParams.set("endpoint", `http://127.0.0.1:${local}`);
  return target.href;
}
