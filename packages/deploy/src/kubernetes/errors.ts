// What kubectl and clusters say when they refuse, and what would help: the first row that fits.
import { explain as explainBy, type KnownError } from "../shared/explain.ts";

/** By API group: what brings its kinds. */
const operators: Readonly<Record<string, string>> = {
  "serving.knative.dev":
    "Install Knative Serving (npm run faasade -- cluster up makes a local cluster with it), or deploy to --target kubernetes",
  "eventing.knative.dev":
    "Install Knative Eventing (npm run faasade -- cluster up makes a local cluster with it)",
  "sources.knative.dev":
    "Install Knative Eventing (npm run faasade -- cluster up makes a local cluster with it)",
  "gateway.networking.k8s.io": "Install the Gateway API and a gateway, or build with --unit app",
};

const tools: Readonly<Record<string, string>> = {
  kubectl: "Install it (https://kubernetes.io/docs/tasks/tools), or name it in FAASADE_KUBECTL",
  skopeo:
    "Install it (https://github.com/containers/skopeo), or push the image by other means and say --place push=no",
  docker: "Install it, or build with --base <OCI layout>, which needs no Docker",
  kind: "Install it (https://kind.sigs.k8s.io), or push to a registry with --place registry=…",
};

const chooseCluster =
  "Choose a cluster with --place context=…, of those that kubectl config get-contexts lists; npm run faasade -- cluster up makes a local one";

/** The more special ones first: what a quota refuses is Forbidden, and a webhook may refuse a connection. */
export const knownErrors: readonly KnownError[] = [
  {
    said: /failed calling webhook "([^"]+)"/,
    why: "the webhook $1 does not answer",
    fix: "Wait until the pods behind it run (kubectl get pods --all-namespaces), then deploy again",
  },
  {
    said: /spawn (?:\S*[\\/])?([\w.-]+?) ENOENT/,
    why: "$1 is not installed",
    fix: (found) => tools[found[1] ?? ""] ?? `Install ${found[1]} and put it on the PATH`,
    lasting: true,
  },
  {
    said: /unauthorized: |authentication required|denied: requested access|access to the requested resource is not authorized/,
    why: "the registry does not let these credentials push",
    fix: "Log in to it (skopeo login or docker login), and say --place registry=… as you may write to it",
    lasting: true,
  },
  {
    said: /no nodes found for cluster "([^"]+)"/,
    why: "kind has no cluster $1",
    fix: "Make it with npm run faasade -- cluster up, or name another with --place kind=…; kind get clusters lists them",
    lasting: true,
  },
  {
    said: /annot connect to the Docker daemon|docker daemon is not running|dial unix \S*docker\S*sock/i,
    why: "Docker is not running",
    fix: "Start it; or build with --base <OCI layout>, which needs no Docker to be pushed",
  },
  {
    said: /context "([^"]+)" does not exist|context was not found for specified context: (\S+)/,
    why: "kubectl knows no context $1$2",
    fix: chooseCluster,
    lasting: true,
  },
  {
    said: /current-context is not set|no configuration has been provided|localhost:8080 was refused/,
    why: "kubectl knows no cluster",
    fix: chooseCluster,
  },
  {
    said: /connection to the server (\S+) was refused|dial tcp (\S+): connect: connection refused/,
    why: "no cluster answers at $1$2",
    fix: chooseCluster,
  },
  {
    said: /executable ([\w.-]+) not found/,
    why: "kubectl logs in to this cluster with $1, which is not installed",
    fix: "Install $1 and put it on the PATH",
    lasting: true,
  },
  {
    said: /certificate has expired or is not yet valid: current time (\S+) is (before|after) (\S+)/,
    why: (found) =>
      `a certificate is good ${found[2] === "before" ? "from" : "until"} ${found[3]}, and the clock here says ${found[1]}`,
    fix: "Set this machine's clock right; if it is, renew the certificate or the kubeconfig",
  },
  {
    said: /x509: ([^\n]+)/,
    why: "the cluster's certificate is not trusted: $1",
    fix: "Fetch the kubeconfig of this cluster anew; its certificate-authority-data is of another one",
  },
  {
    said: /dial tcp[^\n]*(?:i\/o timeout|no such host|unreachable|no route)|TLS handshake timeout|Client\.Timeout|context deadline exceeded|net\/http: request canceled/,
    why: "the cluster cannot be reached",
    fix: "Look at the network, VPN and proxy, and whether this is the cluster: kubectl cluster-info",
  },
  {
    said: /\(Unauthorized\)|must be logged in to the server/,
    why: "the cluster does not know these credentials; they may be too old",
    fix: "Log in again and fetch the kubeconfig anew",
  },
  {
    said: /no matches for kind "([^"]+)" in version "([^"/]+)\/([^"]+)"/,
    why: "the cluster has no $1 of $2/$3",
    fix: (found) =>
      operators[found[2] ?? ""] ?? `Install what brings the kind ${found[1]}, then deploy again`,
    lasting: true,
  },
  {
    said: /exceeded quota: ([^,]+), requested: ([^\n]*?), used: ([^\n]*?), limited: ([^\n"]*)/,
    why: "the quota $1 leaves no room: $2 wanted, $3 of $4 used",
    fix: "Remove something from the namespace, ask for a higher ResourceQuota, or ask for less by a patch in the overlay",
  },
  {
    said: /violates PodSecurity "([^"]+)": ([^\n]*)/,
    why: "the namespace admits pods of $1 only: $2",
    fix: "Take back the patch of the overlay that wants more, or the namespace's label",
    lasting: true,
  },
  {
    said: /because it is being terminated|NamespaceTerminating/,
    why: "the namespace is being removed",
    fix: "Deploy again when it is gone: kubectl wait namespace … --for=delete",
  },
  {
    said: /\(Forbidden\)[^\n]*User "([^"]+)" cannot (\w+) resource "([^"]+)"(?: in API group "([^"]*)")?([^\n]*)/,
    why: (found) => `${found[1]} may not ${found[2]} ${found[3]}${found[4] ? `.${found[4]}` : ""}${found[5]}`,
    fix: "Have somebody grant it by a Role and a RoleBinding, or use a namespace of yours with --place namespace=…; kubectl auth can-i $2 $3 tells",
    lasting: true,
  },
  {
    said: /conflicts? with "([^"]+)"[^\n]*((?:\n- \S+|: \.\S+)+)/,
    why: (found) => `${found[1]} has changed ${fieldsIn(found[2] ?? "")} since`,
    fix: "Write that into the overlay; or give it up: add --force-conflicts to the command and run it once by hand",
    lasting: true,
  },
  {
    said: /The ([\w.]+) "([^"]+)" is invalid: ([^\n]*immutable[^\n]*)/,
    why: "$3",
    fix: (found) =>
      `Delete it, and deploy again: kubectl delete ${String(found[1]).toLowerCase()} ${found[2]}`,
    lasting: true,
  },
  {
    said: /(\S+): field not declared in schema|unknown field "([^"]+)"/,
    why: "the cluster does not know the field $1$2",
    fix: "Bring Kubernetes to 1.34 or newer, and Knative to the version that infra/kind pins",
    lasting: true,
  },
  {
    said: /namespaces? "([^"]+)" not found/,
    why: "there is no namespace $1",
    fix: "Make it: kubectl create namespace $1",
  },
  {
    said: /etcdserver: |TooManyRequests|ServiceUnavailable|currently unable to handle the request/,
    why: "the cluster is too busy, or one of its parts is away",
    fix: "Try again; kubectl get --raw '/readyz?verbose' tells what is not well",
  },
];

/** @param what was attempted, in words: `apply the manifests`. */
export function explain(what: string, said: string): Error {
  return explainBy(what, said, knownErrors);
}

/** By the reason that a waiting container or a pod says: what is wrong, and what would help. */
export const podReasons: Readonly<Record<string, { readonly why: string; readonly fix: string }>> = {
  ImagePullBackOff: {
    why: "its image cannot be pulled",
    fix: "Push it, or name its registry with --place registry=…; a private one needs an imagePullSecret on the ServiceAccount",
  },
  ErrImageNeverPull: {
    why: "its image is on no node",
    fix: "Load it with --place kind=<cluster>, or push it",
  },
  InvalidImageName: {
    why: "its image has an invalid name",
    fix: "Say --place registry=… as <host>/<path>, in lower case",
  },
  CreateContainerConfigError: {
    why: "a setting or a secret is missing",
    fix: "Set it in the overlay's settings.env, or in the Secret of the app's name",
  },
  CrashLoopBackOff: { why: "it ends again and again", fix: "Its log says why: kubectl logs" },
  RunContainerError: { why: "its process cannot be started", fix: "Look at it: kubectl describe pod" },
};

function fieldsIn(list: string): string {
  return [...list.matchAll(/\.\S+/g)].map(([field]) => field).join(", ");
}
