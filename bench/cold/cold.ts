// What a process costs from its start to its first reply: ours beside bare node:http, the peers, and Lambda's own client.
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { costOfFirstReply, seesCpu, unit } from "../programs.ts";
import { type Finding, findingsTable, printFindings, publish, readOptions } from "../report.ts";
import { type Contender, type Costs, measureRounds, ratioOf, rowsOf } from "../rounds.ts";
import { lambdaHandlers } from "./lambda.ts";
import { ownServers } from "./own.ts";
import { bareServers, findPeers, type Peer } from "./peers.ts";

const greeting = { path: "/world" };
const wholeApp = ", whole app";
/** The function with the fewest modules; whoever authenticates its caller says so, each platform in its own way. */
const gatewaySecret = "more than sixteen characters";
const askToSign = {
  method: "POST",
  path: "/signed-urls",
  headers: {
    "content-type": "application/json",
    "x-faasade-gateway": gatewaySecret,
    "lambda-web-endpoint-name": "iam",
    "x-ms-client-principal-id": "somebody",
  },
  body: JSON.stringify({ key: "coffee.jpg", w: 640 }),
};
const environment = {
  FAASADE_GATEWAY_SECRET: gatewaySecret,
  FAASADE_CALLERS: "iam",
  WEBSITE_AUTH_ENABLED: "true",
  IMAGE_SIGNING_KEY: "a key of more than thirty-two characters",
  PUBLIC_URL: "https://pictures.example.org",
};

/** Prints the ratios of CPU, or of wall time where CPU cannot be seen. */
export async function run(args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  if (!seesCpu)
    console.error("only wall time is measured: the CPU of another process is seen on Linux alone");
  const folder = await realpath(await mkdtemp(join(tmpdir(), "faasade-bench-")));
  try {
    const { bare, signing } = await bareServers(folder);
    const peers = await findPeers(join(folder, "peers"));
    const own = [
      ...(await ownServers({
        app: "hello",
        unit: "least",
        functionName: "greet",
        question: greeting,
        folder,
      })),
      ...(await ownServers({
        app: "image-conversion",
        unit: "app",
        functionName: "sign-url",
        question: askToSign,
        environment,
        suffix: wholeApp,
        folder,
      })),
    ];
    const bareServer = () => costOfFirstReply(bare, greeting);
    const contenders: Contender[] = [
      { name: bare.name, measure: bareServer },
      { name: "the same, again", measure: bareServer },
      {
        name: signing.name,
        measure: () => costOfFirstReply({ ...signing, environment }, askToSign),
      },
      ...own,
      ...peers.map((peer) => ({
        name: peer.name,
        measure: () => costOfFirstReply(peer, { path: peer.path ?? greeting.path }),
      })),
    ];
    const servers = serverFindings(await measureRounds(contenders, options.rounds), own, peers);
    const lambda = lambdaFindings(await measureLambda(folder, options.rounds));
    if (options.json) printFindings([...servers, ...lambda], unit);
    const title = `From the start of the process to its first reply, ${options.rounds} rounds:`;
    const sections = [
      { title, table: findingsTable(servers, unit) },
      { title: "Inside Lambda's own runtime client:", table: findingsTable(lambda, unit) },
    ];
    await publish("cold", sections, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureLambda(folder: string, rounds: number): Promise<Costs> {
  return measureRounds(await lambdaHandlers(folder), rounds);
}

function serverFindings(costs: Costs, own: readonly Contender[], peers: readonly Peer[]): Finding[] {
  const [yardstick = ""] = costs.keys();
  const rows = rowsOf(costs, yardstick);
  const ours = rows.filter(({ name }) => own.some((one) => one.name === name));
  const greeters = ours.filter(({ name }) => !name.endsWith(wholeApp));
  const slowest = greeters.reduce(
    (a, b) => (b.ratio > a.ratio ? b : a),
    greeters[0] ?? { name: "", ratio: 0 },
  );
  return rows.map((row): Finding => {
    const { name, ratio, min, max } = row;
    if (ours.some((one) => one.name === name))
      return { ...row, goal: { ratio, min, max, atMost: name.endsWith(wholeApp) ? 1.2 : 1.1 } };
    const lead = peers.find((peer) => peer.name === name)?.lead;
    if (lead === undefined || slowest.name === "") return row;
    return { ...row, goal: { of: "our lead", ...ratioOf(costs, name, slowest.name), atLeast: lead } };
  });
}

function lambdaFindings(costs: Costs): Finding[] {
  const [bareHandler = ""] = costs.keys();
  return rowsOf(costs, bareHandler).map((row) => {
    const { name, ratio, min, max } = row;
    return name.startsWith("faasade/") ? { ...row, goal: { ratio, min, max, atMost: 1.05 } } : row;
  });
}
