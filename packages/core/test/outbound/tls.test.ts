import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { describe, expect, it, onTestFinished } from "vitest";
import { createOutboundHttp } from "../../src/http/outbound.ts";
import { certificate, privateKey } from "./certificate.ts";

async function serveSecurely(): Promise<{ readonly port: number; readonly seen: string[] }> {
  const seen: string[] = [];
  const server = createServer({ key: privateKey, cert: certificate }, (request, response) => {
    seen.push(`${request.method} ${request.url}`);
    response.end("secret");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { port: (server.address() as AddressInfo).port, seen };
}

function trustForThisTest(authority: string): void {
  const before = getCACertificates("default");
  setDefaultCACertificates([authority]);
  onTestFinished(() => setDefaultCACertificates(before));
}

const open = () =>
  createOutboundHttp({
    allowPrivate: ["127.0.0.1"],
    lookup: async () => [{ address: "127.0.0.1", family: 4 }],
  });

describe("outbound https", () => {
  it("talks to the name its certificate is for", async () => {
    trustForThisTest(certificate);
    const { port } = await serveSecurely();
    expect((await open().fetch(`https://secure.test:${port}/`)).text()).toBe("secret");
  });

  it("sends nothing to a server with another's certificate or one that nobody vouches for", async () => {
    const { port, seen } = await serveSecurely();
    await expect(open().fetch(`https://secure.test:${port}/`)).rejects.toMatchObject({ code: "unavailable" });
    trustForThisTest(certificate);
    await expect(open().fetch(`https://other.test:${port}/`)).rejects.toMatchObject({ code: "unavailable" });
    expect(seen).toEqual([]);
  });

  it("checks addresses as for http", async () => {
    trustForThisTest(certificate);
    const { port, seen } = await serveSecurely();
    const closed = createOutboundHttp({ lookup: async () => [{ address: "127.0.0.1", family: 4 }] });
    await expect(closed.fetch(`https://secure.test:${port}/`)).rejects.toMatchObject({ code: "forbidden" });
    await expect(closed.fetch(`https://127.0.0.1:${port}/`)).rejects.toMatchObject({ code: "forbidden" });
    expect(seen).toEqual([]);
  });
});
