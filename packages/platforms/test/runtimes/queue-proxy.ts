// Knative's queue-proxy, which stands before every container that Knative Serving runs.
import { tmpdir } from "node:os";
import { installedPath } from "./installed.ts";
import { type Exit, freePort, type Program, startProgram, until } from "./program.ts";

export interface QueueProxyOptions {
  /** Where the container listens. */
  readonly userPort: number;
  /** Of the Service; default 300. */
  readonly timeoutSeconds?: number;
  /** Requests at once; default 0, which is any number. */
  readonly containerConcurrency?: number;
}

export interface QueueProxy {
  readonly url: string;
  logs(): string;
  /** On SIGTERM it drains for 30 s before it ends. */
  stop(signal?: NodeJS.Signals): Promise<Exit>;
}

/**
 * Ready when the container is. Its administration and its metrics are always on ports 8022 and 9090 of every
 * interface, so that a machine runs one at a time: it is waited for.
 */
export function startQueueProxy(options: QueueProxyOptions): Promise<QueueProxy> {
  return until(async () => {
    const port = await freePort();
    const program = startProgram(installedPath("go", isWindows ? "queue.exe" : "queue"), [], {
      cwd: tmpdir(),
      environment: environmentOf(options, port),
    });
    const url = `http://127.0.0.1:${port}`;
    const outcome = await until(async () => (await isReady(url)) || endedIn(program));
    if (outcome === true) return { url, logs: program.output, stop: (signal) => stop(program, signal) };
    if (program.output().includes("address already in use")) return undefined;
    throw new Error(`Cannot start queue-proxy: it ended.\n${program.output()}`);
  });
}

const isWindows = process.platform === "win32";
const drainMilliseconds = 45_000;

function environmentOf(options: QueueProxyOptions, port: number): Record<string, string> {
  const { userPort, timeoutSeconds = 300, containerConcurrency = 0 } = options;
  const tcpSocket = { host: "127.0.0.1", port: userPort };
  return {
    CONTAINER_CONCURRENCY: String(containerConcurrency),
    QUEUE_SERVING_PORT: String(port),
    QUEUE_SERVING_TLS_PORT: "0",
    REVISION_RESPONSE_START_TIMEOUT_SECONDS: String(timeoutSeconds),
    REVISION_TIMEOUT_SECONDS: String(timeoutSeconds),
    SERVING_CONFIGURATION: "function-under-test",
    SERVING_LOGGING_CONFIG: "",
    SERVING_LOGGING_LEVEL: "info",
    SERVING_NAMESPACE: "test",
    SERVING_POD: "function-under-test-00001-pod",
    SERVING_POD_IP: "127.0.0.1",
    SERVING_READINESS_PROBE: JSON.stringify({ tcpSocket, successThreshold: 1 }),
    SERVING_REVISION: "function-under-test-00001",
    SERVING_SERVICE: "function-under-test",
    USER_PORT: String(userPort),
  };
}

/** Asks as the kubelet does; any other request is the container's. */
async function isReady(url: string): Promise<true | undefined> {
  try {
    const headers = { "k-network-probe": "queue", "user-agent": "kube-probe/1.33" };
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(5_000) });
    await response.arrayBuffer();
    return response.ok || undefined;
  } catch {
    return undefined;
  }
}

function endedIn({ child }: Program): "ended" | undefined {
  return child.exitCode === null && child.signalCode === null ? undefined : "ended";
}

function stop(program: Program, signal: NodeJS.Signals = "SIGKILL"): Promise<Exit> {
  return program.stop(signal, drainMilliseconds);
}
