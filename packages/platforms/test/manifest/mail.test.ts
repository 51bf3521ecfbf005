// What mails are sent by is reached by a URL with a password in it: it stands where each platform keeps secrets.
import { describe, expect, it } from "vitest";
import { platforms } from "../../src/index.ts";
import { deploymentOn, fn, grant, route } from "../kubernetes/deployments.ts";

const functions = [
  fn({
    name: "report",
    trigger: { kind: "http", routes: [route("POST", "/report")] },
    grants: [grant("mail", "reports", "send"), grant("object-store", "files", "read")],
  }),
];

/** Where the URL may stand, and nowhere else. */
const kept: Readonly<Record<string, RegExp>> = {
  "aws-lambda": /"ReportsUrl":\{[^}]*"NoEcho":true/,
  "azure-functions": /@secure\(\)\nparam reportsUrl/i,
  "google-cloud": /gcloud secrets versions describe latest --secret=shop-test-reports-url/,
  knative: /"secretKeyRef":\{[^}]*"key":"REPORTS_URL"/,
  kubernetes: /"secretKeyRef":\{[^}]*"key":"REPORTS_URL"/,
  node: /REPORTS_URL/,
};

describe.each(Object.entries(platforms))("on %s", (name, load) => {
  it("the URL of a mail is a secret", async () => {
    const platform = await load();
    const packaging = Object.keys(platform.packagings)[0] ?? "";
    const files = platform.manifest(deploymentOn(platform, "shop", functions, { packaging }));
    const text = files.map(({ content }) =>
      typeof content === "string" ? content : JSON.stringify(content),
    );
    expect(text.join("\n")).toMatch(kept[name] ?? /never/);
    const settings = files.find(({ path }) => path.endsWith("settings.env"))?.content;
    if (settings !== undefined) {
      expect(settings).toContain("FILES_URL=");
      expect(settings).not.toContain("REPORTS_URL=");
    }
  });
});
