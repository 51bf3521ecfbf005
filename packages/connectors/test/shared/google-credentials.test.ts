// Who a process is to Google, against servers that answer as Google documents it.
import { createPublicKey, verify } from "node:crypto";
import { once } from "node:events";
import { rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { open } from "../../src/object-store/gcs/index.ts";
import { googleAccount } from "../../src/shared/google/credentials.ts";
import { GoogleTokens } from "../../src/shared/google/tokens.ts";
import { type SigningAccount, useSigningAccount } from "../servers/signing-account.ts";

let server: Server;
let origin: string;
let account: SigningAccount;
let asked: { request: IncomingMessage; body: string }[] = [];
let flavour = "Google";

beforeAll(async () => {
  account = await useSigningAccount();
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    asked.push({ request, body: Buffer.concat(chunks).toString() });
    const { pathname } = new URL(request.url ?? "", "http://a");
    response.setHeader("metadata-flavor", flavour);
    if (pathname === "/token" || pathname.endsWith("/default/token"))
      response.end(JSON.stringify({ access_token: `t${asked.length}`, expires_in: 3600, id_token: "an id" }));
    else if (pathname.endsWith("/identity")) response.end("an id");
    else if (pathname.endsWith("/email")) response.end("me@example");
    else response.writeHead(404).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  origin = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
});

afterEach(() => {
  asked = [];
  flavour = "Google";
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

afterAll(async () => {
  await rm(dirname(account.file), { recursive: true, force: true });
  server.close();
});

function useMetadata(): void {
  vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", "");
  vi.stubEnv("GCE_METADATA_HOST", origin.slice("http://".length));
}

describe("an account of Google", () => {
  it("with a key asks for tokens by an assertion that the key signed", async () => {
    const { file, ...fields } = account;
    await writeFile(
      file,
      JSON.stringify({ ...fields, type: "service_account", token_uri: `${origin}/token` }),
    );
    const me = await googleAccount();
    expect(await me.accessToken()).toEqual({ token: "t1", seconds: 3600 });
    const assertion = new URLSearchParams(asked[0]?.body).get("assertion") ?? "";
    const [header = "", claims = "", signature = ""] = assertion.split(".");
    const isSigned = verify(
      "RSA-SHA256",
      Buffer.from(`${header}.${claims}`),
      createPublicKey(account.private_key),
      Buffer.from(signature, "base64url"),
    );
    expect(isSigned).toBe(true);
    const said = JSON.parse(Buffer.from(claims, "base64url").toString()) as Record<string, unknown>;
    expect(said).toMatchObject({ iss: account.client_email, aud: `${origin}/token` });
    expect(Number(said["exp"]) - Number(said["iat"])).toBe(3600);
    expect(await me.identityToken("https://b.run.app")).toBe("an id");
    const target = new URLSearchParams(asked[1]?.body).get("assertion")?.split(".")[1] ?? "";
    expect(JSON.parse(Buffer.from(target, "base64url").toString())).toMatchObject({
      target_audience: "https://b.run.app",
    });
  });

  it("without a key is whom the metadata server speaks for", async () => {
    useMetadata();
    const me = await googleAccount();
    expect(await me.email()).toBe("me@example");
    expect((await me.accessToken()).token).toBe("t2");
    expect(await me.identityToken("https://b.run.app/é")).toBe("an id");
    for (const { request } of asked) expect(request.headers["metadata-flavor"]).toBe("Google");
    expect(asked[2]?.request.url).toMatch(/identity\?audience=https%3A%2F%2Fb\.run\.app%2F%C3%A9$/);
  });

  it("is believed to be Google's only from a server that says so", async () => {
    useMetadata();
    flavour = "other";
    await expect((await googleAccount()).accessToken()).rejects.toThrow("no credentials");
  });

  it("of another kind of file is refused, with what would do", async () => {
    const file = `${account.file}.user`;
    await writeFile(file, JSON.stringify({ type: "external_account", refresh_token: "secret" }));
    vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", file);
    await expect(googleAccount()).rejects.toThrow(/external_account, and only a service account's key/);
  });

  it("of a person takes what gcloud left, and signs nothing", async () => {
    const file = `${account.file}.user`;
    const asked: string[] = [];
    const tokens = createServer(async (request, response) => {
      asked.push(Buffer.concat(await request.toArray()).toString());
      response.end(JSON.stringify({ access_token: "mine", expires_in: 3599 }));
    });
    await new Promise<void>((resolve) => tokens.listen(0, "127.0.0.1", resolve));
    const token_uri = `http://127.0.0.1:${(tokens.address() as AddressInfo).port}/token`;
    const user = { client_id: "c", client_secret: "s", refresh_token: "r", token_uri };
    await writeFile(file, JSON.stringify({ type: "authorized_user", ...user }));
    vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", file);
    const person = await googleAccount();
    expect(await person.accessToken()).toEqual({ token: "mine", seconds: 3599 });
    expect(asked).toEqual(["grant_type=refresh_token&client_id=c&client_secret=s&refresh_token=r"]);
    await expect(person.sign("text")).rejects.toThrow("use a service account");
    tokens.close();
    await writeFile(file, JSON.stringify({ type: "authorized_user" }));
    await expect(googleAccount()).rejects.toThrow("gcloud auth application-default login");
  });

  it("keeps a token until four minutes before its end, and asks once for all who wait", async () => {
    useMetadata();
    vi.useFakeTimers({ toFake: ["Date"], now: 0 });
    const tokens = new GoogleTokens();
    expect(await Promise.all([tokens.token(), tokens.token()])).toEqual(["t1", "t1"]);
    vi.setSystemTime(3_359_000);
    expect(await tokens.token()).toBe("t1");
    vi.setSystemTime(3_360_000);
    expect(await tokens.token()).toBe("t2");
    flavour = "other";
    vi.setSystemTime(9_000_000);
    await expect(tokens.token()).rejects.toThrow("no credentials");
    flavour = "Google";
    expect(await tokens.token()).toBe("t4");
  });

  it("is shown to nobody but Google", async () => {
    useMetadata();
    const driver = open(`gs://photos?endpoint=${encodeURIComponent(origin)}`);
    await driver.head("a");
    expect(asked.map(({ request }) => request.headers.authorization)).toEqual([undefined]);
  });
});
