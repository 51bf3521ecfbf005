// One HTTP API for all http functions of an app, so that they share an origin.
import { distinctEntryName } from "./names.ts";
import { type Plan, permit, startedBy, type Unit } from "./plan.ts";
import { refused } from "./refusal.ts";
import { attribute, choose, type Json, ref, substitute } from "./values.ts";

const apiId = "HttpApi";
const parameter = "PublicUrl";
const condition = "HasPublicUrl";
/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const mostRoutes = 300;

/** What PUBLIC_URL is: an API without routes knows its own address, so nothing is circular. */
export const publicUrl: Json = choose(
  condition,
  ref(parameter),
  substitute(`https://\${${apiId}}.execute-api.\${AWS::Region}.\${AWS::URLSuffix}`),
);

interface Route {
  readonly method: string;
  readonly path: string;
  readonly authorization: "AWS_IAM" | "NONE";
  readonly unit: Unit;
}

/**
 * The API, its routes and who may call what. Integrations and routes are entries of their own: SAM's HttpApi holds
 * them in one document with the functions' ARNs, and a function that knows its URL would close a circle.
 *
 * CORS is left to the functions: an API with its own CORS overrides theirs, and has one set of rules for all routes.
 */
export function addHttpApi(plan: Plan): void {
  const https = startedBy(plan, "http");
  if (https.length === 0) return;
  const routes = routesOf(plan);
  if (routes.length > mostRoutes)
    throw refused(
      undefined,
      `it has ${routes.length} routes, HEAD and OPTIONS included, and an HTTP API holds ${mostRoutes}`,
      "Split the app, or let one route with a parameter serve several",
    );
  const { template, labels } = plan;
  template.parameter(parameter, {
    Type: "String",
    Description: "The app's URL under a domain of yours; empty: the HTTP API's own.",
    Default: "",
  });
  template.condition(condition, { "Fn::Not": [{ "Fn::Equals": [ref(parameter), ""] }] });
  template.resource(apiId, "AWS::ApiGatewayV2::Api", {
    Name: labels["faasade-deployment"],
    ProtocolType: "HTTP",
  });
  template.resource(`${apiId}Stage`, "AWS::ApiGatewayV2::Stage", {
    ApiId: ref(apiId),
    StageName: "$default",
    AutoDeploy: true,
  });
  for (const unit of new Set(https.map((one) => one.unit))) addIntegration(plan, unit);
  for (const route of routes) addRoute(plan, route);
  template.output("Url", "The app's URL.", publicUrl);
}

function addIntegration(plan: Plan, unit: Unit): void {
  plan.template.resource(integrationOf(unit), "AWS::ApiGatewayV2::Integration", {
    ApiId: ref(apiId),
    IntegrationType: "AWS_PROXY",
    IntegrationUri: attribute(unit.id, "Arn"),
    PayloadFormatVersion: "2.0",
  });
  const source = `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${${apiId}}/*/*`;
  permit(plan, unit, `${unit.id}HttpPermission`, {
    service: "apigateway.amazonaws.com",
    source: substitute(source),
  });
}

function addRoute({ template }: Plan, { method, path, authorization, unit }: Route): void {
  const key = `${method === "*" ? "ANY" : method} ${path}`;
  template.resource(distinctEntryName(key, "Route"), "AWS::ApiGatewayV2::Route", {
    ApiId: ref(apiId),
    RouteKey: key,
    AuthorizationType: authorization,
    Target: substitute(`integrations/\${${integrationOf(unit)}}`),
  });
}

/** What functions declare, and beside it what they answer anyway: HEAD wherever GET, OPTIONS everywhere. */
function routesOf(plan: Plan): Route[] {
  const declared: Route[] = startedBy(plan, "http").flatMap(({ trigger, unit }) =>
    trigger.routes.map(({ method, path, auth }) => ({
      method,
      path,
      authorization: auth === "platform" ? "AWS_IAM" : "NONE",
      unit,
    })),
  );
  const routes = new Map(declared.map((route) => [shapeOf(route), route]));
  const addMissing = (route: Route): void => {
    if (!routes.has(shapeOf(route))) routes.set(shapeOf(route), route);
  };
  for (const route of declared) {
    if (route.method === "GET") addMissing({ ...route, method: "HEAD" });
    // A preflight carries no credentials.
    addMissing({ ...route, method: "OPTIONS", authorization: "NONE" });
  }
  notePreflights(plan, declared);
  return [...routes.values()];
}

function notePreflights({ template }: Plan, declared: readonly Route[]): void {
  for (const path of new Set(declared.map((route) => shapeOf({ ...route, method: "" })))) {
    const there = declared.filter((route) => shapeOf({ ...route, method: "" }) === path);
    const [first, other] = [...new Set(there.map(({ unit }) => unit))];
    if (first === undefined || other === undefined) continue;
    template.note(
      `${there[0]?.path}: preflights go to ${first.artefact.name}, which knows its own methods only; to be asked across origins for those of other functions, deploy the app as one unit.`,
    );
  }
}

/** Two routes of one shape are one to an HTTP API, whatever they call their parameters. */
function shapeOf({ method, path }: Pick<Route, "method" | "path">): string {
  return `${method} ${path.replace(/\{[^}+]*/g, "{")}`;
}

function integrationOf(unit: Unit): string {
  return `${unit.id}Integration`;
}
