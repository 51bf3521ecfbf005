// A cluster without nodes: a real kube-apiserver on etcd, with the controllers that need none, on free ports.
import { execFile } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe } from "vitest";
import { findEtcd, notProved } from "../../../../tools/not-proved.ts";
import { freePort, type Program, startProgram, until } from "../../../platforms/test/runtimes/program.ts";

export interface Cluster {
  /** What `KUBECONFIG` names. */
  readonly kubeconfig: string;
  /** Of somebody who may read the namespace `default` and nothing else. */
  readonly kubeconfigOfReader: string;
  readonly kubectl: string;
  /** Whether there are nodes, and whatever makes pods run. */
  readonly whole: boolean;
  /** Standard output of kubectl. @throws {Error} with what it said. */
  run(args: readonly string[], input?: string): Promise<string>;
  stop(): Promise<void>;
}

/** Server-side tests end by removing what they made; nobody's cluster is touched who did not say this. */
const optIn = "FAASADE_SCRATCH_CLUSTER";
const programs = process.env["FAASADE_RUNTIMES_KUBERNETES"] ?? "";
const definitions = process.env["FAASADE_RUNTIMES_DEFINITIONS"] ?? "";
/** Neither a kubelet nor a scheduler is there; of the controllers, these need none. */
const controllers = [
  "namespace-controller",
  "garbage-collector-controller",
  "serviceaccount-controller",
  "deployment-controller",
  "replicaset-controller",
  "persistentvolumeclaim-protection-controller",
  "resourcequota-controller",
];

/** `describe` where there is a kube-apiserver to ask; otherwise it tells what is not proved. */
export function describeOnCluster(title: string, tests: () => void): void {
  const missing = [
    ...(existsSync(programs) ? [] : ["kube-apiserver"]),
    ...(existsSync(definitions) ? [] : ["the custom resource definitions"]),
    ...(findEtcd() === undefined ? ["etcd"] : []),
  ];
  if (missing.length === 0 || isScratch()) {
    describe(title, tests);
    return;
  }
  const fix = "run npm run test:runtimes, with etcd on the PATH (Debian: etcd-server)";
  notProved(title, `${missing.join(", ")} is not installed`, fix);
  describe.todo(`${title} (not installed: ${missing.join(", ")})`);
}

function isScratch(): boolean {
  return Boolean(process.env[optIn] && process.env["KUBECONFIG"]);
}

/** With `FAASADE_SCRATCH_CLUSTER=1` the cluster that `KUBECONFIG` names, which is to be thrown away anyway. */
export async function startCluster(): Promise<Cluster> {
  const kubectl = existsSync(join(programs, "kubectl")) ? join(programs, "kubectl") : "kubectl";
  if (isScratch()) {
    const kubeconfig = process.env["KUBECONFIG"] ?? "";
    const run = runner(kubectl, kubeconfig);
    return { kubeconfig, kubeconfigOfReader: kubeconfig, kubectl, whole: true, run, stop: async () => {} };
  }
  const folder = await mkdtemp(join(tmpdir(), "faasade-cluster-"));
  const started: Program[] = [];
  const start = (command: string, args: readonly string[]): Program => {
    const program = startProgram(command, args, { cwd: folder, longestSeconds: 1200 });
    started.unshift(program);
    return program;
  };
  const stop = async (): Promise<void> => {
    for (const program of started) await program.stop("SIGTERM", 3_000);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const [client, peer, port] = [await freePort(), await freePort(), await freePort()];
    start(findEtcd() ?? "etcd", etcdArguments(folder, client, peer));
    const tokens = await writeKeys(folder);
    const server = start(join(programs, "kube-apiserver"), serverArguments(folder, client, port));
    const kubeconfig = await writeKubeconfig(folder, "admin", tokens.admin, port);
    const kubeconfigOfReader = await writeKubeconfig(folder, "reader", tokens.reader, port);
    const run = runner(kubectl, kubeconfig);
    let over: unknown;
    void server.exited.then((exit) => (over = exit));
    await until(async () => {
      if (over !== undefined) throw new Error(`kube-apiserver ended: ${server.output().slice(-2_000)}`);
      return existsSync(join(folder, "certificates", "apiserver.crt")) &&
        (await run(["get", "--raw=/readyz"]).catch(() => "")) === "ok"
        ? true
        : undefined;
    });
    start(join(programs, "kube-controller-manager"), [
      `--kubeconfig=${kubeconfig}`,
      `--controllers=${controllers.join(",")}`,
      "--leader-elect=false",
      "--secure-port=0",
      "--concurrent-namespace-syncs=4",
    ]);
    // The namespace controller has begun when the first namespace has what each gets.
    await until(
      async () =>
        (await run(["get", "serviceaccount/default", "--ignore-not-found", "-o=name"])) || undefined,
    );
    return { kubeconfig, kubeconfigOfReader, kubectl, whole: false, run, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The kinds of a module, by the name of its folder among the definitions. */
export async function define(cluster: Cluster, ...modules: readonly string[]): Promise<void> {
  if (cluster.whole) return;
  for (const module of modules) {
    const folder = join(definitions, module);
    const files = (await readdir(folder)).filter((file) => file.endsWith(".yaml"));
    const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
    const own = texts.filter((text) => /^kind: CustomResourceDefinition$/m.test(text));
    await cluster.run(["apply", "--server-side", "--filename=-"], own.join("\n---\n"));
  }
  // kubectl wait takes a definition that has no condition yet for an error.
  const established =
    '-o=jsonpath={range .items[*]}{.status.conditions[?(@.type=="Established")].status} {end}';
  await until(async () => {
    const names = (await cluster.run(["get", "crd", "-o=name"])).split("\n").filter(Boolean);
    const states = (await cluster.run(["get", "crd", established]).catch(() => ""))
      .split(" ")
      .filter(Boolean);
    return states.length === names.length && states.every((state) => state === "True") ? true : undefined;
  });
}

function runner(kubectl: string, kubeconfig: string): Cluster["run"] {
  return (args, input) =>
    new Promise((resolve, reject) => {
      const options = { env: { ...process.env, KUBECONFIG: kubeconfig }, maxBuffer: 1 << 28 };
      const child = execFile(kubectl, args, options, (error, stdout, stderr) =>
        error === null ? resolve(stdout) : reject(new Error(`kubectl ${args.join(" ")}: ${stderr}`)),
      );
      child.stdin?.on("error", () => {}).end(input ?? "");
    });
}

function etcdArguments(folder: string, client: number, peer: number): string[] {
  const [clients, peers] = [`http://127.0.0.1:${client}`, `http://127.0.0.1:${peer}`];
  return [
    `--data-dir=${join(folder, "etcd")}`,
    `--listen-client-urls=${clients}`,
    `--advertise-client-urls=${clients}`,
    `--listen-peer-urls=${peers}`,
    `--initial-advertise-peer-urls=${peers}`,
    `--initial-cluster=default=${peers}`,
    "--unsafe-no-fsync",
  ];
}

function serverArguments(folder: string, etcd: number, port: number): string[] {
  const key = join(folder, "accounts.pem");
  return [
    `--etcd-servers=http://127.0.0.1:${etcd}`,
    "--bind-address=127.0.0.1",
    "--advertise-address=127.0.0.1",
    `--secure-port=${port}`,
    `--cert-dir=${join(folder, "certificates")}`,
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${key}`,
    `--service-account-signing-key-file=${key}`,
    `--token-auth-file=${join(folder, "tokens.csv")}`,
    "--authorization-mode=RBAC",
    "--service-cluster-ip-range=10.0.0.0/24",
    "--endpoint-reconciler-type=none",
  ];
}

async function writeKeys(folder: string): Promise<{ admin: string; reader: string }> {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  await mkdir(join(folder, "certificates"));
  await writeFile(join(folder, "accounts.pem"), privateKey.export({ type: "pkcs1", format: "pem" }), {
    mode: 0o600,
  });
  const [admin, reader] = [randomBytes(24).toString("hex"), randomBytes(24).toString("hex")];
  const lines = [`${admin},admin,admin,system:masters`, `${reader},reader,reader`];
  await writeFile(join(folder, "tokens.csv"), `${lines.join("\n")}\n`, { mode: 0o600 });
  return { admin, reader };
}

async function writeKubeconfig(folder: string, user: string, token: string, port: number): Promise<string> {
  const file = join(folder, `${user}.kubeconfig`);
  const authority = join(folder, "certificates", "apiserver.crt");
  const value = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      { name: "test", cluster: { server: `https://127.0.0.1:${port}`, "certificate-authority": authority } },
    ],
    users: [{ name: user, user: { token } }],
    contexts: [{ name: "test", context: { cluster: "test", user } }],
    "current-context": "test",
  };
  await writeFile(file, JSON.stringify(value), { mode: 0o600 });
  return file;
}
