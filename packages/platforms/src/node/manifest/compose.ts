// A compose file of one service: nothing in it is root, writable or reachable that need not be.
import type { Plan } from "../../shared/kubernetes/plan.ts";
import { imageOf } from "../../shared/kubernetes/plan.ts";

const port = 8080;
/** The user `node` of Node's own images. */
const nodeUser = "1000:1000";
const health = `fetch("http://127.0.0.1:${port}/.faasade/health").then(({ ok }) => process.exit(ok ? 0 : 1))`;

/** https://docs.docker.com/reference/compose-file/services/ */
export function composeOf(plan: Plan, { drainSeconds }: { readonly drainSeconds: number }): object {
  const { deployment, labels } = plan;
  const [first] = deployment.functions;
  const image = first === undefined ? deployment.app : imageOf(plan, first);
  return {
    name: labels["faasade-deployment"],
    services: {
      [deployment.app]: {
        image: `${image}:${deployment.stage}`,
        init: true,
        restart: "unless-stopped",
        user: nodeUser,
        read_only: true,
        cap_drop: ["ALL"],
        security_opt: ["no-new-privileges:true"],
        tmpfs: ["/tmp"],
        volumes: ["data:/data"],
        ports: [`127.0.0.1:${port}:${port}`],
        env_file: ["settings.env", "secrets.env"],
        environment: {
          PORT: String(port),
          FAASADE_STATE: "/data/state",
          FAASADE_DRAIN_SECONDS: String(drainSeconds),
        },
        stop_grace_period: `${drainSeconds + 5}s`,
        mem_limit: "512m",
        healthcheck: { test: ["CMD", "node", "-e", health], interval: "10s", timeout: "5s", retries: 6 },
        logging: { driver: "local", options: { "max-size": "10m", "max-file": "10" } },
        labels: { ...labels },
      },
    },
    volumes: { data: { labels: { ...labels } } },
  };
}
