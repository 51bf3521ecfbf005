import { describe, expect, it } from "vitest";
import { createOutboundHttp } from "../../src/http/outbound.ts";
import { everythingSaidBy, failureOf } from "./errors.ts";
import { loopback, serve } from "./serve.ts";

describe("outbound http, the guard", () => {
  it.each([
    "http://127.0.0.1:1",
    "http://localhost:1",
    "http://[::1]:1",
    "http://169.254.169.254/latest/meta-data/",
  ])("refuses %s unless it is listed", (url) =>
    expect(createOutboundHttp().fetch(url)).rejects.toMatchObject({ code: "forbidden", status: 403 }),
  );

  it("refuses a name when any of its addresses is private, and never connects", async () => {
    const { port, seen } = await serve((_, response) => response.end());
    const addresses = [
      { address: "93.184.216.34", family: 4 },
      { address: "127.0.0.1", family: 4 },
    ];
    for (const answer of [addresses, addresses.toReversed()]) {
      const http = createOutboundHttp({ lookup: async () => answer });
      await expect(http.fetch(`http://rebind.example:${port}/`)).rejects.toMatchObject({ code: "forbidden" });
    }
    expect(seen).toEqual([]);
  });

  it("connects to the very addresses it checked: a second, different DNS answer changes nothing", async () => {
    const { port, seen } = await serve((_, response) => response.end("ok"));
    const answers = ["127.0.0.1", "10.0.0.1"];
    let asked = 0;
    const lookup = async () => [{ address: answers[asked++] ?? "10.0.0.1", family: 4 }];
    const http = createOutboundHttp({ allowPrivate: ["127.0.0.1"], lookup });
    expect((await http.fetch(`http://rebind.example:${port}/`)).text()).toBe("ok");
    expect([asked, seen.length]).toEqual([1, 1]);
    const again = createOutboundHttp({ allowPrivate: ["127.0.0.1"], lookup });
    await expect(again.fetch(`http://rebind.example:${port}/`)).rejects.toMatchObject({ code: "forbidden" });
  });

  it("reaches a listed host name at a private address", async () => {
    const { port } = await serve((request, response) => response.end(request.headers.host));
    const http = createOutboundHttp({
      allowPrivate: ["minio.internal"],
      lookup: async () => [{ address: "127.0.0.1", family: 4 }],
    });
    expect((await http.fetch(`http://minio.internal:${port}/`)).text()).toBe(`minio.internal:${port}`);
  });

  it.each([
    "file:///etc/passwd",
    "ftp://example.org/",
    "data:text/plain,a",
    "javascript:1",
    "ws://example.org",
  ])("refuses %s", (url) => expect(loopback().fetch(url)).rejects.toMatchObject({ code: "forbidden" }));

  it("refuses credentials in the URL and does not repeat them", async () => {
    for (const url of ["http://user:hunter2@127.0.0.1:1/?q=hunter2", "http://hunter2@127.0.0.1:1/"]) {
      const error = await failureOf(loopback().fetch(url));
      expect(error).toMatchObject({ code: "forbidden" });
      expect(everythingSaidBy(error)).not.toContain("hunter2");
    }
  });

  it.each(["host", "Content-Length", "transfer-encoding", "connection", "Expect"])(
    "refuses the header %s, which the transport sets",
    (name) =>
      expect(loopback().fetch("http://127.0.0.1:1", { headers: { [name]: "1" } })).rejects.toMatchObject({
        code: "invalid",
      }),
  );

  it("refuses header values and methods that would break the message apart", async () => {
    const http = loopback();
    const requests = [
      { headers: { a: "b\r\nx: y" } },
      { headers: { "a b": "c" } },
      { method: "GE T" },
      { method: "CONNECT" },
      { method: "trace" },
    ];
    for (const request of requests)
      await expect(http.fetch("http://127.0.0.1:1", request)).rejects.toMatchObject({ code: "invalid" });
  });
});
