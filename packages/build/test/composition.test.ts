// What the entry gets: names, triggers and drivers as data, the rest behind loaders.
import { describe, expect, it } from "vitest";
import { artefactSource } from "../src/bundle/composition.ts";

describe("the generated module", () => {
  it("is plain data but for its loaders, whatever characters a name has", async () => {
    const trigger = {
      kind: "object",
      store: { name: 'a"b</script>' },
      change: "created",
      filter: {},
    } as const;
    const description = {
      name: "make",
      trigger: { kind: "call" },
      timeoutSeconds: 1,
      maxAttempts: 1,
      grants: [],
      settings: [],
    } as const;
    const source = artefactSource(
      "app",
      [
        { file: "apps/app/src/functions/make.ts", description, outline: trigger },
        {
          file: "apps/app/src/functions/take.ts",
          description: { ...description, name: "take" },
          outline: trigger,
        },
      ],
      [
        { kind: "object-store", name: 'a"b</script>', driver: "s3" },
        { kind: "secret", name: "KEY", driver: "env" },
        { kind: "secret", name: "OTHER", driver: "env" },
      ],
    );
    // The environment's secrets are in the entry itself; here is no package to import them from.
    const importsSecret = 'import * as secret from "@faasade/connectors/secret/env";';
    expect(source).toContain(importsSecret);
    const alone = source.replace(importsSecret, "const secret = {};");
    const { artefact } = await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(alone)}`);
    const load = expect.any(Function);
    expect(artefact).toEqual({
      app: "app",
      functions: [
        { name: "make", trigger, load },
        { name: "take", trigger, load },
      ],
      drivers: { 'a"b</script>': { load } },
      secrets: { url: "env:", load },
    });
    expect(source).toContain('import("./apps/app/src/functions/make.ts")');
    expect(source).toContain('import("@faasade/connectors/object-store/s3")');
    const single = artefactSource(
      "app",
      [{ file: "apps/app/src/functions/make.ts", description, outline: trigger }],
      [],
    );
    expect(single).toContain('import * as only from "./apps/app/src/functions/make.ts"');
    expect(single).not.toContain("import(");
  });
});
