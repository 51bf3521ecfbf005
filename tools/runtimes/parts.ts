/** What is installed for the tests inside real runtimes: parts, each pinned by the files beside this one. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

export interface Part {
  name: "npm" | "python" | "go" | "kubernetes" | "pubsub" | "definitions" | "manifests" | "awscli";
  /** What it brings, for people who wait. */
  brings: string;
  /** The files beside this one that pin it. */
  pins: readonly string[];
  /** Fills an empty folder, which is renamed afterwards: nothing inside may hold its path. */
  install(folder: string, run: Run): Promise<void>;
}

/** Runs a program to its end; rejects when it cannot be started or ends with anything but 0. */
export type Run = (command: string, args: readonly string[], options: RunOptions) => Promise<void>;

export interface RunOptions {
  cwd: string;
  env?: Record<string, string>;
}

const here = import.meta.dirname;
const isWindows = process.platform === "win32";

export const parts: readonly Part[] = [
  {
    name: "npm",
    brings: "aws-lambda-ric (compiles for minutes), functions-framework, faas-js-runtime and azurite",
    pins: ["package-lock.json"],
    async install(folder, run) {
      for (const file of ["package.json", "package-lock.json"])
        copyFileSync(join(here, file), join(folder, file));
      const cli = process.env.npm_execpath;
      const [command, args] = cli?.endsWith("npm-cli.js") ? [process.execPath, [cli]] : ["npm", []];
      const flags = ["--omit=dev", "--no-audit", "--no-fund", "--foreground-scripts"];
      await run(command, [...args, "ci", ...flags], { cwd: folder });
    },
  },
  {
    name: "python",
    brings: "moto, cfn-lint, the SAM translator and AWS's emulator of the Lambda runtime API",
    pins: ["python.txt", "aws-sam-cli.txt"],
    async install(folder, run) {
      const options = { cwd: folder, env: { PIP_DISABLE_PIP_VERSION_CHECK: "1", PIP_NO_INPUT: "1" } };
      const hashed = ["--require-hashes", "--only-binary=:all:", "--no-deps"];
      const python = pythonIn(folder);
      await run(isWindows ? "python" : "python3", ["-m", "venv", "venv"], options);
      await run(python, ["-m", "pip", "install", ...hashed, "-r", join(here, "python.txt")], options);
      // The command line of SAM weighs 340 MB and only its emulator is wanted, so the wheel is not installed.
      const wheel = ["download", ...hashed, "-r", join(here, "aws-sam-cli.txt"), "-d", "wheel"];
      await run(python, ["-m", "pip", ...wheel], options);
      await run(python, ["-c", takeEmulator, emulatorIn(folder)], options);
      if (!isWindows) chmodSync(emulatorIn(folder), 0o755);
    },
  },
  {
    name: "go",
    brings: "Knative's queue-proxy, kubeconform, kustomize and fake-gcs-server",
    pins: ["go.txt"],
    async install(folder, run) {
      const programs = readFileSync(join(here, "go.txt"), "utf8").split("\n").filter(Boolean);
      const env = { GOBIN: folder, GOFLAGS: "-trimpath" };
      for (const program of programs) await run("go", ["install", program], { cwd: folder, env });
    },
  },
  {
    name: "kubernetes",
    brings: "kube-apiserver, kube-controller-manager and kubectl (compiles for ten minutes and more)",
    pins: ["kubernetes-go.mod", "kubernetes-go.sum"],
    async install(folder, run) {
      const source = join(folder, "source");
      mkdirSync(source);
      for (const file of ["go.mod", "go.sum"])
        copyFileSync(join(here, `kubernetes-${file}`), join(source, file));
      const [, version] =
        /k8s\.io\/kubernetes (v\S+)/.exec(readFileSync(join(source, "go.mod"), "utf8")) ?? [];
      const flags = `-s -w -X k8s.io/component-base/version.gitVersion=${version}`;
      const env = { GOBIN: folder, GOFLAGS: "-trimpath -mod=readonly", GOTOOLCHAIN: "local" };
      await run("go", ["install", "-ldflags", flags, "tool"], { cwd: source, env });
      rmSync(source, { recursive: true });
    },
  },
  {
    name: "pubsub",
    brings: "Google's fake of Pub/Sub, behind the REST of the service (compiles for a minute or two)",
    pins: ["pubsub.go", "pubsub-go.mod", "pubsub-go.sum"],
    async install(folder, run) {
      const source = join(folder, "source");
      mkdirSync(source);
      copyFileSync(join(here, "pubsub.go"), join(source, "main.go"));
      for (const file of ["go.mod", "go.sum"]) copyFileSync(join(here, `pubsub-${file}`), join(source, file));
      const env = { GOFLAGS: "-trimpath -mod=readonly", GOTOOLCHAIN: "local" };
      await run("go", ["build", "-o", join(folder, "pubsub"), "."], { cwd: source, env });
      rmSync(source, { recursive: true });
    },
  },
  {
    name: "definitions",
    brings: "custom resource definitions of Knative, the Gateway API, Argo CD, Flux, Tekton and Shipwright",
    pins: ["definitions.txt"],
    async install(folder) {
      const lines = readFileSync(join(here, "definitions.txt"), "utf8").split("\n").filter(Boolean);
      for (const line of lines) await takeDefinitions(line, folder);
    },
  },
  {
    name: "manifests",
    brings: "hadolint, and kubernetes-validate with the types of Kubernetes",
    pins: ["manifests.txt"],
    install: (folder, run) => installPython("manifests.txt", folder, run),
  },
  {
    // Apart from moto: both want a botocore, each another.
    name: "awscli",
    brings: "the AWS CLI",
    pins: ["aws-cli.txt"],
    install: (folder, run) => installPython("aws-cli.txt", folder, run),
  },
];

async function installPython(pins: string, folder: string, run: Run): Promise<void> {
  const options = { cwd: folder, env: { PIP_DISABLE_PIP_VERSION_CHECK: "1", PIP_NO_INPUT: "1" } };
  const hashed = ["--require-hashes", "--only-binary=:all:", "--no-deps"];
  await run(isWindows ? "python" : "python3", ["-m", "venv", "venv"], options);
  await run(pythonIn(folder), ["-m", "pip", "install", ...hashed, "-r", join(here, pins)], options);
}

/** @param line the module and its version, the hash of its content as in go.sum, and the folder inside. */
async function takeDefinitions(line: string, folder: string): Promise<void> {
  const [module = "", sum, inside = ""] = line.split(" ");
  const options = { cwd: folder, timeout: 600_000, env: { ...process.env, GOTOOLCHAIN: "local" } };
  const { stdout } = await promisify(execFile)("go", ["mod", "download", "-json", module], options);
  const { Dir, Sum } = JSON.parse(stdout) as { readonly Dir: string; readonly Sum: string };
  if (Sum !== sum) throw new Error(`${module} is ${Sum}, not ${sum}.`);
  const target = join(folder, module.slice(0, module.lastIndexOf("@")).replaceAll("/", "_"));
  mkdirSync(target);
  for (const file of readdirSync(join(Dir, inside)).filter((name) => name.endsWith(".yaml")))
    writeFileSync(join(target, file), readFileSync(join(Dir, inside, file)));
}

/** Finds the one file in the one wheel of this folder, and needs no unzip on the machine. */
const takeEmulator = `
import glob, platform, shutil, sys, zipfile
machine = {"aarch64": "arm64", "amd64": "x86_64"}.get(platform.machine().lower(), platform.machine())
[wheel] = glob.glob("wheel/*.whl")
with zipfile.ZipFile(wheel) as archive, open(sys.argv[1], "wb") as target:
    target.write(archive.read(f"samcli/local/rapid/aws-lambda-rie-{machine}"))
shutil.rmtree("wheel")
`;

/** Where a part is, or will be: named after what pins it, this kind of machine and Node's binary interface. */
export function folderOf({ name, pins }: Pick<Part, "name" | "pins">, cache = cacheFolder()): string {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch} ${process.versions.modules}`);
  for (const file of pins) hash.update(`\0${file}\0`).update(readFileSync(join(here, file)));
  return join(cache, `${name}-${hash.digest("hex").slice(0, 16)}`);
}

/** What the tests read to find the parts: a variable per part, such as `FAASADE_RUNTIMES_NPM`. */
export function partsEnvironment(): Record<string, string> {
  return Object.fromEntries(
    parts.map((part) => [`FAASADE_RUNTIMES_${part.name.toUpperCase()}`, folderOf(part)]),
  );
}

export function missingParts(): Part[] {
  return parts.filter((part) => !existsSync(folderOf(part)));
}

function cacheFolder(): string {
  return join(process.env.FAASADE_CACHE ?? join(homedir(), ".cache", "faasade"), "runtimes");
}

function pythonIn(folder: string): string {
  return isWindows ? join(folder, "venv", "Scripts", "python.exe") : join(folder, "venv", "bin", "python");
}

function emulatorIn(folder: string): string {
  return join(folder, "aws-lambda-rie");
}
