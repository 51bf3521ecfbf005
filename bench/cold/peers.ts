// The peers, as they are shipped and started by their own documentation, and in one minified file each.
import { existsSync } from "node:fs";
import { cp, mkdir, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { launch, type Program } from "../programs.ts";
import { placeOf } from "./own.ts";

export interface Peer extends Program {
  /** How far ahead of it we want to be. */
  readonly lead?: number;
  /** Where it answers; the greeting's own path unless said. */
  readonly path?: string;
}

const servers = join(import.meta.dirname, "servers");
const modules = join(import.meta.dirname, "..", "node_modules");
/** It has no routes. */
const faasJsPath = "/?name=world";

/** Servers of node:http alone, each in a folder of its own as ours are: every folder of its path costs a start as well. */
export async function bareServers(
  folder: string,
): Promise<{ readonly bare: Program; readonly signing: Program }> {
  const stand = async (name: string, file: string): Promise<Program> => {
    const place = join(folder, placeOf());
    await mkdir(place, { recursive: true });
    await cp(join(servers, file), join(place, file));
    return { name, args: [file], folder: place };
  };
  return {
    bare: await stand("bare node:http", "bare.mjs"),
    signing: await stand("bare node:http that signs", "signing.mjs"),
  };
}

/** Empty, and said so on standard error, when they are not installed. */
export async function findPeers(folder: string): Promise<Peer[]> {
  if (!existsSync(join(modules, "hono"))) {
    console.error("not measured: the peers are not installed; run npm ci in bench/");
    return [];
  }
  const framework = join(modules, "@google-cloud/functions-framework/build/src/main.js");
  const file = (name: string): Pick<Program, "name" | "args" | "folder"> => ({
    name,
    args: [`${name}.mjs`],
    folder: servers,
  });
  const shipped: Peer[] = [
    { ...file("hono"), lead: 1.8 },
    { ...file("h3"), lead: 1.8 },
    { ...file("srvx"), lead: 1.8 },
    { name: "nitro", args: [await buildNitro(folder)], folder, lead: 1.8 },
    { ...file("express") },
    { ...file("fastify") },
    {
      ...file("functions-framework"),
      args: [framework],
      environment: {
        FUNCTION_TARGET: "greet",
        FUNCTION_SOURCE: join(servers, "functions-framework.mjs"),
      },
      lead: 2.8,
    },
    {
      ...file("faas-js-runtime"),
      args: [join(modules, "faas-js-runtime/bin/cli.js"), "faas-js-runtime.mjs"],
      path: faasJsPath,
      lead: 5,
    },
  ];
  return [...shipped, ...(await bundlePeers(folder))];
}

async function bundlePeers(folder: string): Promise<Peer[]> {
  const { build } = await import("esbuild");
  const names = ["hono", "h3", "srvx", "express", "fastify"];
  const wrapped = ["functions-framework", "faas-js-runtime"];
  const peers: Peer[] = [];
  for (const name of [...names, ...wrapped]) {
    const entry = wrapped.includes(name) ? `${name}-bundled.mjs` : `${name}.mjs`;
    const outfile = join(folder, "bundled", `${name}.cjs`);
    await build({
      entryPoints: [join(servers, entry)],
      outfile,
      bundle: true,
      minify: true,
      platform: "node",
      target: "node24",
      format: "cjs",
      logLevel: "error",
    });
    const path = name === "faas-js-runtime" ? { path: faasJsPath } : {};
    peers.push({ name: `${name}, bundled`, args: [outfile], folder: dirname(outfile), ...path });
  }
  return peers;
}

/** The path of the server that `nitro build` makes. */
async function buildNitro(folder: string): Promise<string> {
  const source = join(folder, "nitro");
  await mkdir(folder, { recursive: true });
  await cp(join(servers, "nitro"), source, { recursive: true });
  await symlink(modules, join(folder, "node_modules"), "junction");
  const cli = join(modules, "nitro/dist/cli/index.mjs");
  const { child, errors } = launch([cli, "build", "--dir", source, "--preset", "node-server"], folder, {});
  const code = await new Promise((resolve) => child.once("exit", resolve));
  if (code !== 0) throw new Error(`Cannot build Nitro's server: ${errors()}`);
  return join(source, ".output/server/index.mjs");
}
