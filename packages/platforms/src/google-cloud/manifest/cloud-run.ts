// Cloud Run services: what each runs, as whom, and the environment that its functions may read.
import { urlVariable } from "@faasade/core/adapter";
import { resourceOf } from "../../shared/manifest/deployment.ts";
import type { ManifestFile } from "../../shared/platform.ts";
import { invoker } from "./grants.ts";
import { addBinding, credentials, placeOf, secretName } from "./places.ts";
import { emailOf, labelFlag, memberOf, type Plan, type Service, urlOf } from "./plan.ts";
import { command, literal } from "./script.ts";

/** Requests at once in one container, Cloud Run's default: handlers are written for it. */
const concurrency = 80;
const port = 8080;
/** The entry of the framework's packaging exports it by this name. */
const functionTarget = "faasade";
const frameworkBase = "nodejs24";

interface Environment {
  readonly values: Readonly<Record<string, string>>;
  /** By variable: the name of a secret in Secret Manager. */
  readonly secrets: Readonly<Record<string, string>>;
}

export function addServices(plan: Plan): ManifestFile[] {
  const { script } = plan;
  script.need("PROJECT_ID", "The id of the Google Cloud project.");
  script.need("REGION", "Where it runs, such as europe-west1.");
  script.add(
    "settings",
    `export CLOUDSDK_CORE_PROJECT="$PROJECT_ID" CLOUDSDK_CORE_DISABLE_PROMPTS=1
PROJECT_NUMBER=$(gcloud projects describe "$PROJECT_ID" --format='value(projectNumber)')
export PROJECT_NUMBER`,
  );
  script.choose("MEMORY", "512Mi", "Memory of a container.");
  script.choose("MAX_INSTANCES", "20", "How many containers of a service there may be at once.");
  return plan.services.map((service) => addService(plan, service));
}

function addService(plan: Plan, service: Service): ManifestFile {
  const { script } = plan;
  const { name } = service;
  const environment = environmentOf(plan, service);
  for (const secret of new Set(Object.values(environment.secrets)))
    addBinding(plan, "secrets", secret, memberOf(service.account), "roles/secretmanager.secretAccessor");
  const doors = doorsOf(service);
  if (service.serves === "http" && doors !== "guarded") script.add("callers", invoker(name, "allUsers"));
  if (doors === "mixed")
    script.note(
      `${name} lets everybody through, because it has public routes: those with auth "platform" take Google's identity tokens for PUBLIC_URL, of the accounts in PLATFORM_INVOKERS.`,
    );
  if (plan.packaging.form !== "image") return addFunction(plan, service, environment);
  script.need(
    service.imageVariable,
    `Where ${service.artefact.path} was pushed: an image in Artifact Registry, best by its digest.`,
  );
  const path = `services/${name}.yaml`;
  script.add(
    "services",
    `render ${path} > "$rendered/${name}.yaml"
gcloud run services replace "$rendered/${name}.yaml" --region="$REGION"`,
  );
  return { path, content: serviceObject(plan, service, environment) };
}

/** https://cloud.google.com/run/docs/reference/yaml/v1 */
function serviceObject({ labels }: Plan, service: Service, { values, secrets }: Environment): object {
  const secretRefs = Object.entries(secrets).map(([name, secret]) => ({
    name,
    valueFrom: { secretKeyRef: { name: secret, key: "latest" } },
  }));
  return {
    apiVersion: "serving.knative.dev/v1",
    kind: "Service",
    metadata: {
      name: service.name,
      labels: { ...labels },
      annotations: { "run.googleapis.com/ingress": "all" },
    },
    spec: {
      template: {
        metadata: {
          labels: { ...labels },
          annotations: {
            "autoscaling.knative.dev/maxScale": `\${MAX_INSTANCES}`,
            "run.googleapis.com/startup-cpu-boost": "true",
          },
        },
        spec: {
          serviceAccountName: emailOf(service.account),
          timeoutSeconds: service.timeoutSeconds,
          containerConcurrency: concurrency,
          containers: [
            {
              image: `\${${service.imageVariable}}`,
              ports: [{ name: "http1", containerPort: port }],
              env: [...Object.entries(values).map(([name, value]) => ({ name, value })), ...secretRefs],
              resources: { limits: { cpu: "1", memory: `\${MEMORY}` } },
              startupProbe: {
                httpGet: { path: "/.faasade/health", port },
                periodSeconds: 1,
                failureThreshold: 60,
              },
            },
          ],
        },
      },
    },
  };
}

/** From source: Google's buildpack brings the framework and the base image. */
function addFunction(plan: Plan, service: Service, { values, secrets }: Environment): ManifestFile {
  const { name, artefact, account, timeoutSeconds } = service;
  const path = `services/${name}.env.yaml`;
  const pairs = Object.entries(secrets).map(([variable, secret]) => `${variable}=${secret}:latest`);
  const deploy = command(
    `gcloud run deploy ${name} --region="$REGION"`,
    `--source=${artefact.path} --function=${functionTarget} --base-image=${frameworkBase}`,
    `--service-account="${emailOf(account)}" --no-allow-unauthenticated`,
    `--timeout=${timeoutSeconds} --concurrency=${concurrency} --memory="$MEMORY" --max-instances="$MAX_INSTANCES" --cpu-boost`,
    `--env-vars-file="$rendered/${name}.env.yaml"`,
    ...(pairs.length === 0 ? [] : [`--set-secrets=${pairs.join(",")}`]),
    labelFlag(plan),
  );
  plan.script.add("services", `render ${path} > "$rendered/${name}.env.yaml"\n${deploy}`);
  plan.script.add("apis", "gcloud services enable cloudbuild.googleapis.com artifactregistry.googleapis.com");
  // Left to itself, the framework answers two paths before the function is asked.
  return { path, content: { ...values, IGNORED_ROUTES: "" } };
}

function environmentOf(plan: Plan, service: Service): Environment {
  const values: Record<string, string> = {
    FAASADE_SERVE: service.serves,
    GOOGLE_CLOUD_PROJECT: `\${PROJECT_ID}`,
  };
  const secrets: Record<string, string> = {};
  const https = plan.services.find(({ serves }) => serves === "http");
  if (https !== undefined) {
    plan.script.choose("PUBLIC_URL", urlOf(https), "The app's URL; another under a domain of yours.");
    values["PUBLIC_URL"] = `\${PUBLIC_URL}`;
  }
  const doors = doorsOf(service);
  if (doors === "guarded") values["FAASADE_CALLERS"] = "iam";
  if (doors === "mixed") {
    plan.script.choose(
      "PLATFORM_INVOKERS",
      "",
      'Who may ask for routes with auth "platform": e-mail addresses or ids of Google accounts, with commas between; nobody when empty.',
    );
    values["FAASADE_CALLERS"] = "identity-tokens";
    values["PLATFORM_INVOKERS"] = `\${PLATFORM_INVOKERS}`;
  }
  const addSecret = (variable: string, meaning: string): void => {
    secrets[variable] = secretName(plan, variable, meaning);
  };
  for (const { grants, settings } of service.functions) {
    for (const grant of grants) {
      if (grant.kind === "secret") {
        addSecret(grant.name, `the value of ${grant.name}`);
        continue;
      }
      const variable = urlVariable(grant.name);
      const { url } = placeOf(plan, grant);
      if (url !== undefined) values[variable] = url;
      else addSecret(variable, `where the ${grant.kind} ${grant.name} is`);
      for (const name of credentials[resourceOf(plan, grant).driver] ?? [])
        addSecret(name, `what the ${resourceOf(plan, grant).driver} driver signs in with`);
    }
    for (const { variable, description, ...rest } of settings) {
      if ("default" in rest) plan.script.choose(variable, literal(textOf(rest.default)), description);
      else plan.script.need(variable, description);
      values[variable] = `\${${variable}}`;
    }
  }
  return { values, secrets };
}

/** IAM guards a service as a whole: where some routes are open, the artefact itself looks who asks for the others. */
function doorsOf({ functions }: Service): "open" | "guarded" | "mixed" {
  const auths = functions.flatMap(({ trigger }) =>
    trigger.kind === "http" ? trigger.routes.map(({ auth }) => auth) : [],
  );
  if (!auths.includes("platform")) return "open";
  return auths.every((auth) => auth === "platform") ? "guarded" : "mixed";
}

function textOf(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
