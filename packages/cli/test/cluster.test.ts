// A local cluster: the commands that make it, and what becomes of them when a tool is missing or fails.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { findRoot } from "../src/here.ts";
import { faasade } from "./faasade.ts";

const folder = mkdtempSync(join(tmpdir(), "faasade-cluster-"));
const root = findRoot();
const place = { root, data: join(folder, "data") };
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("cluster", () => {
  it("prints the commands that make it, and runs none", async () => {
    const { code, stdout, stderr } = await faasade(place, ["cluster", "up", "--print"], {
      env: { PATH: "" },
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.replaceAll(root, "<checkout>")).toMatchInlineSnapshot(`
      "kind create cluster --name=faasade --config=<checkout>/infra/kind/cluster.yaml --wait=180s
      kubectl --context=kind-faasade apply --server-side --force-conflicts --filename=https://github.com/knative/serving/releases/download/knative-v1.19.0/serving-crds.yaml
      kubectl --context=kind-faasade apply --server-side --force-conflicts --filename=https://github.com/knative/eventing/releases/download/knative-v1.19.0/eventing-crds.yaml
      kubectl --context=kind-faasade wait crd --all --for=condition=Established --timeout=60s
      kubectl --context=kind-faasade apply --server-side --force-conflicts --filename=https://github.com/knative/serving/releases/download/knative-v1.19.0/serving-core.yaml
      kubectl --context=kind-faasade apply --server-side --force-conflicts --filename=https://github.com/knative-extensions/net-kourier/releases/download/knative-v1.19.0/kourier.yaml
      kubectl --context=kind-faasade patch configmap/config-network --namespace=knative-serving --type=merge '--patch={"data":{"ingress-class":"kourier.ingress.networking.knative.dev"}}'
      kubectl --context=kind-faasade patch configmap/config-domain --namespace=knative-serving --type=merge '--patch={"data":{"127.0.0.1.sslip.io":""}}'
      kubectl --context=kind-faasade apply --server-side --force-conflicts --filename=<checkout>/infra/kind/gateway.yaml
      kubectl --context=kind-faasade apply --server-side --force-conflicts --filename=https://github.com/knative/eventing/releases/download/knative-v1.19.0/eventing-core.yaml
      kubectl --context=kind-faasade apply --server-side --force-conflicts --filename=https://github.com/knative/eventing/releases/download/knative-v1.19.0/in-memory-channel.yaml
      kubectl --context=kind-faasade apply --server-side --force-conflicts --filename=https://github.com/knative/eventing/releases/download/knative-v1.19.0/mt-channel-broker.yaml
      kubectl --context=kind-faasade apply --server-side --force-conflicts --kustomize=<checkout>/infra/kind/store
      kubectl --context=kind-faasade create secret generic versitygw --namespace=store --from-literal=access-key=faasade --from-literal=secret-key="$(openssl rand -hex 24)"
      kubectl --context=kind-faasade wait deployment --all --for=condition=Available --namespace=knative-serving --timeout=600s
      kubectl --context=kind-faasade wait deployment --all --for=condition=Available --namespace=kourier-system --timeout=600s
      kubectl --context=kind-faasade wait deployment --all --for=condition=Available --namespace=knative-eventing --timeout=600s
      kubectl --context=kind-faasade wait deployment --all --for=condition=Available --namespace=store --timeout=600s
      "
    `);
  });

  it("takes Knative's releases from a folder, where GitHub is out of reach", async () => {
    const { stdout } = await faasade(place, ["cluster", "up", "--print", "--from", folder]);
    expect(stdout).not.toContain("github.com");
    for (const file of ["serving-crds", "serving-core", "eventing-core", "mt-channel-broker", "kourier"])
      expect(stdout).toContain(`--filename=${folder}/${file}.yaml`);
  });

  it("prints how it goes, and how it is looked at", async () => {
    const down = await faasade(place, ["cluster", "down", "--name", "mine", "--print"]);
    expect(down.stdout).toBe("kind delete cluster --name=mine\n");
    const status = await faasade(place, ["cluster", "status", "--print"]);
    expect(status.stdout).toContain("kubectl --context=kind-faasade get deployments --all-namespaces\n");
  });

  it("asks before it deletes", async () => {
    const { code, stderr } = await faasade(place, ["cluster", "down"]);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining("say --yes") });
  });

  it("says which tool is missing, and where it comes from", async () => {
    const { code, stderr } = await faasade(place, ["cluster", "up"], {
      env: { PATH: join(folder, "empty") },
    });
    expect(code).toBe(1);
    expect(stderr).toContain("Cannot use docker: it is not installed. Install Docker or Podman");
  });

  describe.skipIf(process.platform === "win32")("with tools that write down what they are asked", () => {
    it("goes on where it was cut off: what is there is left alone", async () => {
      const tools = makeTools("resumed");
      tools.fail("kourier.yaml", "no such host");
      const first = await faasade(place, ["cluster", "up"], { env: tools.env });
      expect(first.code).toBe(1);
      expect(first.stderr).toContain("fetch them elsewhere and say --from <folder>");
      expect(tools.asked()).toContainEqual(expect.stringMatching(/^kind create cluster/));

      tools.fail("nothing", "");
      tools.forget();
      const second = await faasade(place, ["cluster", "up"], { env: tools.env });
      expect(second).toMatchObject({
        code: 0,
        stdout: expect.stringContaining("its context is kind-faasade"),
      });
      expect(tools.asked().filter((line) => line.startsWith("kind create"))).toEqual([]);
      const secrets = tools.asked().filter((line) => line.includes("create"));
      expect(secrets).toEqual(["kubectl --context=kind-faasade create --filename=-"]);
      expect(`${second.stdout}${second.stderr}`).not.toMatch(/[0-9a-f]{48}/);
    });

    it("asks once more for kinds that came a moment ago", async () => {
      const tools = makeTools("early");
      tools.fail(
        "wait crd",
        ".status.conditions accessor error: <nil> is of the type <nil>, expected []interface{}",
        "once",
      );
      const { code } = await faasade(place, ["cluster", "up"], { env: tools.env });
      expect(code).toBe(0);
      expect(tools.asked().filter((line) => line.includes("wait crd"))).toHaveLength(2);
    });

    it.each([
      [
        "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
        "Start Docker",
      ],
      [
        "Bind for 127.0.0.1:80 failed: port is already allocated",
        "change hostPort in infra/kind/cluster.yaml",
      ],
      [
        "error: timed out waiting for the condition on deployments/controller",
        "kubectl get pods --all-namespaces",
      ],
      [
        "Error in configuration: context was not found for specified context: kind-faasade",
        "npm run faasade -- cluster up makes it",
      ],
    ])("says what would help against: %s", async (said, fix) => {
      const tools = makeTools("failing");
      tools.fail("create cluster", said);
      const { code, stderr } = await faasade(place, ["cluster", "up"], { env: tools.env });
      expect(code).toBe(1);
      expect(stderr).toContain(fix);
    });
  });
});

/** Stand-ins for kind, kubectl and docker: a cluster that was created is listed. */
function makeTools(name: string) {
  const own = join(folder, name);
  mkdirSync(own, { recursive: true });
  const [log, failing, once] = [join(own, "asked"), join(own, "failing"), join(own, "once")];
  for (const tool of ["kind", "kubectl", "docker"]) {
    const file = join(own, tool);
    const script = `#!/bin/sh
line="${tool} $*"
echo "$line" >>"${log}"
if [ -s "${failing}" ] && read -r pattern <"${failing}" && [ "\${line#*"$pattern"}" != "$line" ]; then
  tail -n +2 "${failing}" >&2
  [ ! -e "${once}" ] || : >"${failing}"
  exit 1
fi
case "$line" in
  "kind create cluster"*) touch "${own}/created" ;;
  "kind get clusters") [ ! -e "${own}/created" ] || echo faasade ;;
esac
`;
    writeFileSync(file, script);
    chmodSync(file, 0o755);
  }
  return {
    env: { PATH: `${own}:${dirname(process.execPath)}:/usr/bin:/bin` },
    fail: (pattern: string, said: string, times?: "once") => {
      writeFileSync(failing, `${pattern}\n${said}\n`);
      if (times === "once") writeFileSync(once, "");
    },
    forget: () => rmSync(log, { force: true }),
    asked: () => (existsSync(log) ? readFileSync(log, "utf8").split("\n").filter(Boolean) : []),
  };
}
