import { describe, expect, it } from "vitest";
import { signedRequest } from "../../src/aws-lambda/signed-request.ts";

const credentials = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
};

describe("a request for IAM", () => {
  it("is signed for the API, with its body, and is otherwise the same", async () => {
    const url = "https://api.example/photos/a%20cat.jpg?size=2&size=1";
    const plain = new Request(url, {
      method: "PUT",
      body: "a cat",
      headers: { "content-type": "image/jpeg" },
    });
    const signed = await signedRequest(plain, "eu-central-1", credentials);
    expect(signed.url).toBe(url);
    expect(signed.method).toBe("PUT");
    expect(signed.headers.get("content-type")).toBe("image/jpeg");
    expect(await signed.text()).toBe("a cat");
    expect(signed.headers.get("authorization")).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/execute-api\/aws4_request, SignedHeaders=content-type;host;.*Signature=[0-9a-f]{64}$/,
    );
    // SHA-256 of "a cat".
    expect(signed.headers.get("x-amz-content-sha256")).toBe(await sha256("a cat"));
  });

  it("has another signature with another body", async () => {
    const signatures = await Promise.all(
      ["one", "two"].map(async (body) => {
        const signed = await signedRequest(
          new Request("https://api.example/", { method: "POST", body }),
          "x",
          credentials,
        );
        return signed.headers.get("authorization")?.split("Signature=")[1];
      }),
    );
    expect(new Set(signatures).size).toBe(2);
  });
});

async function sha256(text: string): Promise<string> {
  return Buffer.from(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))).toString("hex");
}
