// What makes a local cluster: each step one command of kind or kubectl, which may be run again.
import { randomBytes } from "node:crypto";
import { join } from "node:path";

export interface ClusterStep {
  /** What is being done, for people who wait. */
  readonly title: string;
  /** What somebody would type. */
  readonly command: readonly string[];
  /** What it says when it came too early, and is to be run once more. */
  readonly again?: RegExp;
  /** What is run first; where it prints this, the step is done already. */
  readonly unless?: { readonly command: readonly string[]; readonly prints: RegExp };
  /** What is run instead of the command, so that no secret is an argument of it. */
  readonly instead?: { readonly command: readonly string[]; readonly input: () => string };
}

export interface ClusterOptions {
  readonly name: string;
  /** The checkout. */
  readonly root: string;
  /** A folder or URL that has Knative's releases, by their file names; their own place by default. */
  readonly from?: string;
}

/** Of Knative 1.19, whose parts are numbered 0.46 as Go modules. */
const version = "knative-v1.19.0";
const releases = {
  serving: `https://github.com/knative/serving/releases/download/${version}`,
  eventing: `https://github.com/knative/eventing/releases/download/${version}`,
  kourier: `https://github.com/knative-extensions/net-kourier/releases/download/${version}`,
} as const;
const namespaces = ["knative-serving", "kourier-system", "knative-eventing", "store"] as const;

export function contextOf(name: string): string {
  return `kind-${name}`;
}

export function upSteps({ name, root, from }: ClusterOptions): ClusterStep[] {
  const kubectl = (...args: readonly string[]): string[] => [
    "kubectl",
    `--context=${contextOf(name)}`,
    ...args,
  ];
  const infra = join(root, "infra", "kind");
  const file = (part: keyof typeof releases, its: string): string =>
    `${(from ?? releases[part]).replace(/\/$/, "")}/${its}`;
  // On the server: definitions are larger than what a client may keep of them. Whoever else has changed a field lost it.
  const apply = (title: string, what: string): ClusterStep => ({
    title,
    command: kubectl("apply", "--server-side", "--force-conflicts", `--filename=${what}`),
  });
  const defined = (title: string): ClusterStep => ({
    title,
    command: kubectl("wait", "crd", "--all", "--for=condition=Established", "--timeout=60s"),
    // A definition that has no condition yet is an error to it.
    again: /accessor error/,
  });
  const configure = (map: string, data: Readonly<Record<string, string>>): ClusterStep => ({
    title: `Serving's ${map}`,
    command: kubectl(
      "patch",
      `configmap/${map}`,
      "--namespace=knative-serving",
      "--type=merge",
      `--patch=${JSON.stringify({ data })}`,
    ),
  });
  return [
    {
      title: `the cluster ${name}`,
      command: [
        "kind",
        "create",
        "cluster",
        `--name=${name}`,
        `--config=${join(infra, "cluster.yaml")}`,
        "--wait=180s",
      ],
      unless: { command: ["kind", "get", "clusters"], prints: new RegExp(`^${name}$`, "m") },
    },
    apply("Knative Serving's kinds", file("serving", "serving-crds.yaml")),
    apply("Knative Eventing's kinds", file("eventing", "eventing-crds.yaml")),
    defined("until they are known"),
    apply("Knative Serving", file("serving", "serving-core.yaml")),
    apply("Kourier, its gateway", file("kourier", "kourier.yaml")),
    configure("config-network", { "ingress-class": "kourier.ingress.networking.knative.dev" }),
    configure("config-domain", { "127.0.0.1.sslip.io": "" }),
    apply("the gateway's port", join(infra, "gateway.yaml")),
    apply("Knative Eventing", file("eventing", "eventing-core.yaml")),
    apply("channels in memory", file("eventing", "in-memory-channel.yaml")),
    apply("the Broker", file("eventing", "mt-channel-broker.yaml")),
    {
      title: "versitygw, a store",
      command: kubectl("apply", "--server-side", "--force-conflicts", `--kustomize=${join(infra, "store")}`),
    },
    keysStep(kubectl),
    ...namespaces.map((namespace) => ({
      title: `until all of ${namespace} runs`,
      command: kubectl(
        "wait",
        "deployment",
        "--all",
        "--for=condition=Available",
        `--namespace=${namespace}`,
        "--timeout=600s",
      ),
    })),
  ];
}

/** Random ones, once: what is there already stays. */
function keysStep(kubectl: (...args: readonly string[]) => string[]): ClusterStep {
  const name = "versitygw";
  const metadata = { name, namespace: "store" };
  const secret = (): string => randomBytes(24).toString("hex");
  return {
    title: "the store's keys",
    command: kubectl(
      "create",
      "secret",
      "generic",
      name,
      "--namespace=store",
      "--from-literal=access-key=faasade",
      '--from-literal=secret-key="$(openssl rand -hex 24)"',
    ),
    unless: {
      command: kubectl("get", `secret/${name}`, "--namespace=store", "--ignore-not-found", "--output=name"),
      prints: new RegExp(`^secret/${name}$`, "m"),
    },
    instead: {
      command: kubectl("create", "--filename=-"),
      input: () =>
        JSON.stringify({
          apiVersion: "v1",
          kind: "Secret",
          metadata,
          stringData: { "access-key": "faasade", "secret-key": secret() },
        }),
    },
  };
}

export function downSteps({ name }: Pick<ClusterOptions, "name">): ClusterStep[] {
  return [{ title: `the cluster ${name}`, command: ["kind", "delete", "cluster", `--name=${name}`] }];
}

export function statusSteps({ name }: Pick<ClusterOptions, "name">): ClusterStep[] {
  const kubectl = ["kubectl", `--context=${contextOf(name)}`];
  return [
    { title: "nodes", command: [...kubectl, "get", "nodes"] },
    { title: "what runs", command: [...kubectl, "get", "deployments", "--all-namespaces"] },
    {
      title: "apps",
      command: [
        ...kubectl,
        "get",
        "namespaces",
        "--selector=faasade-deployment",
        "--label-columns=faasade-app,faasade-stage",
      ],
    },
  ];
}

/** For a shell. What has to be evaluated by it is in double quotes already. */
export function lineOf(command: readonly string[]): string {
  return command
    .map((word) => (/^[\w./:=,@%+-]+$|"\$\(/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(" ");
}
