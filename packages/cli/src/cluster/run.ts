// Runs the steps of a local cluster, each announced by its command, or prints them only.
import { spawn } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { CommandFailure, exitCodes } from "../exit-code.ts";
import { print, remark, styled } from "../output.ts";
import { type ClusterStep, lineOf } from "./steps.ts";

const mostAttempts = 10;
const millisecondsBetween = 1_000;
const installs: Readonly<Record<string, string>> = {
  kind: "Install kind v0.30.0 or newer: https://kind.sigs.k8s.io/docs/user/quick-start/#installation",
  kubectl: "Install kubectl: https://kubernetes.io/docs/tasks/tools",
  docker: "Install Docker or Podman, and start it: https://docs.docker.com/engine/install",
};

interface Known {
  readonly said: RegExp;
  readonly fix: string;
}

/** In the tools' own words. */
const knownFailures: readonly Known[] = [
  {
    said: /annot connect to the Docker daemon|docker daemon running|dial unix .*docker.*sock/i,
    fix: "Start Docker, then run it again.",
  },
  {
    said: /port is already allocated|address already in use/,
    fix: "Something listens at port 80: stop it, or change hostPort in infra/kind/cluster.yaml.",
  },
  {
    said: /permission denied.*(?:port|bind)|rootlessport cannot expose privileged port/,
    fix: "A rootless engine may not open port 80: change hostPort in infra/kind/cluster.yaml to 8080.",
  },
  {
    said: /no such host|i\/o timeout|TLS handshake timeout|unable to read URL/,
    fix: "There is no way to the releases: fetch them elsewhere and say --from <folder>.",
  },
  {
    said: /failed calling webhook|no endpoints available/,
    fix: "A part of Knative is not up yet: run it again in a minute.",
  },
  {
    said: /timed out waiting/,
    fix: "Look at what does not start: kubectl get pods --all-namespaces. Then run it again; what is done is left alone.",
  },
  {
    said: /context "[^"]+" does not exist|context was not found for specified context/,
    fix: "There is no such cluster: npm run faasade -- cluster up makes it.",
  },
];

export function printSteps(steps: readonly ClusterStep[]): void {
  for (const { command } of steps) print(lineOf(command));
}

/** @throws {CommandFailure} for the first that fails, with what would help. */
export async function runSteps(steps: readonly ClusterStep[]): Promise<void> {
  for (const step of steps) {
    remark(`… ${step.title}`);
    if (step.unless !== undefined) {
      const { output } = await run(step.unless.command, {});
      if (step.unless.prints.test(output)) {
        remark("  there already");
        continue;
      }
    }
    remark(styled("dim", `  ${lineOf(step.command)}`));
    const { code, output } = await runStep(step);
    if (code !== 0) throw failure(step, output);
  }
}

async function runStep({ command, instead, again }: ClusterStep): Promise<Run> {
  const input = instead?.input();
  const options = { show: true, ...(input === undefined ? {} : { input }) } as const;
  for (let attempt = 1; ; attempt += 1) {
    const ended = await run(instead?.command ?? command, options);
    if (ended.code === 0 || attempt === mostAttempts || !again?.test(ended.output)) return ended;
    await pause(millisecondsBetween);
  }
}

/** @throws {CommandFailure} for the first tool that is missing. */
export async function checkTools(tools: readonly string[]): Promise<void> {
  const probes: Readonly<Record<string, readonly string[]>> = {
    kind: ["version"],
    kubectl: ["version", "--client"],
    docker: ["version", "--format={{.Server.Version}}"],
  };
  for (const tool of tools) {
    const { code, output, isMissing } = await run([tool, ...(probes[tool] ?? [])], {});
    if (code === 0) continue;
    const why = isMissing ? "it is not installed" : (output.trim().split("\n").at(-1) ?? "it fails");
    throw new CommandFailure(
      exitCodes.failed,
      `Cannot use ${tool}: ${why.replace(/\.$/, "")}. ${installs[tool]}.`,
    );
  }
}

function failure({ title, command }: ClusterStep, output: string): CommandFailure {
  const fix =
    knownFailures.find(({ said }) => said.test(output))?.fix ?? "Run it again; what is done is left alone.";
  const why = output.trim().split("\n").at(-1) ?? "";
  const reason = why === "" ? "it ended without a word" : why.replace(/\.$/, "");
  return new CommandFailure(
    exitCodes.failed,
    `Cannot bring ${title} by ${lineOf(command.slice(0, 3))} …: ${reason}. ${fix}`,
  );
}

interface RunOptions {
  readonly input?: string;
  readonly show?: true;
}

interface Run {
  readonly code: number | null;
  readonly output: string;
  readonly isMissing: boolean;
}

function run([tool = "", ...args]: readonly string[], { input, show }: RunOptions): Promise<Run> {
  const child = spawn(tool === "kubectl" ? process.env["FAASADE_KUBECTL"] || tool : tool, args, {
    stdio: ["pipe", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
      if (show) process.stderr.write(chunk);
    });
  child.stdin.on("error", () => {}).end(input ?? "");
  return new Promise((resolve) => {
    child.once("error", ({ message }) =>
      resolve({ code: 1, output: message, isMissing: /ENOENT/.test(message) }),
    );
    child.once("close", (code) => resolve({ code, output, isMissing: false }));
  });
}
