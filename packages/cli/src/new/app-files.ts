// What an app has besides its functions, as text.
import type { Files } from "./function-files.ts";

/** The address to try is the app's own first function. */
export function appFiles(name: string, coreVersion: string): Files {
  const manifest = {
    name: `@faasade/app-${name}`,
    version: "0.1.0",
    private: true,
    license: "Apache-2.0",
    type: "module",
    description: "One greeting by HTTP, one tick a minute.",
    scripts: { typecheck: "tsc -p ." },
    dependencies: { "@faasade/core": coreVersion },
    faasade: { try: "curl {url}/world" },
  };
  return {
    "package.json": `${JSON.stringify(manifest, null, 2)}\n`,
    "tsconfig.json": `{\n  "extends": "../../tsconfig.base.json",\n  "include": ["src", "test"]\n}\n`,
    "README.md": readme(name),
  };
}

function readme(name: string): string {
  return `# ${name}

One greeting by HTTP, one tick a minute: say here in one sentence what the app is for.

| function | started by | uses |
|---|---|---|
| \`greet\` | \`GET /{name}\` | nothing |
| \`tick\` | every minute | nothing |

**Settings:** none. **Footprint:** nothing to pay for when idle but the schedule itself.

**Limits that surprise:** \`tick\` runs at most once a minute, the finest step cron knows.

**When not to use this:** say here what it does badly.

## Try it

\`\`\`sh
npm start -- ${name}
npm run faasade -- invoke ${name}/greet --path /world
npm run faasade -- invoke ${name}/tick
npm test -- ${name}
\`\`\`
`;
}
