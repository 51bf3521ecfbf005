// Markdown that leaves its repository: no link leads to what stayed behind, and the app's page becomes the first one.
import { posix } from "node:path";

const link = /(!?)\[([^\]]*)\]\(([^()\s]+)\)/g;
const elsewhere = /^([a-z][a-z0-9+.-]*:|#|\/)/i;

/** A link to a file or folder that is not there becomes its text. */
export function withoutLostLinks(text: string, file: string, isThere: (path: string) => boolean): string {
  return text.replaceAll(link, (whole, _image, shown: string, target: string) => {
    if (elsewhere.test(target)) return whole;
    const path = posix.join(posix.dirname(file), target.replace(/#.*$/, "")).replace(/\/$/, "");
    return isThere(path) ? whole : shown;
  });
}

/** The README of an ejected app: what the app says of itself, and after its first sentence how to work with it here. */
export function ejectedReadme(
  app: string,
  page: string,
  version: string,
  leftOut: readonly string[],
): string {
  const folder = `apps/${app}`;
  const moved = page.replaceAll(link, (whole, image: string, shown: string, target: string) =>
    elsewhere.test(target) ? whole : `${image}[${shown}](${posix.join(folder, target)})`,
  );
  const [, opening = "", rest = ""] = /^(# [^\n]*\n+[^\n]+\n?)([\s\S]*)$/.exec(moved) ?? ["", moved];
  return `${opening.trimEnd()}\n\n${here(app, version, leftOut)}\n${rest.trim()}\n`;
}

function here(app: string, version: string, leftOut: readonly string[]): string {
  const drivers = leftOut.map((path) => `\`${path}\``).join(", ");
  return `## In this folder

\`\`\`sh
npm ci         # installs what is locked; not needed first, as both others see to it themselves
npm start      # runs the app on this machine, without an account, Docker or a network
npm test       # types, lint, lockfile and the app's tests
\`\`\`

\`apps/${app}\` is the app; \`packages\` is what it stands on, taken from faasade ${version} without its own tests.
${drivers === "" ? "" : `Neither the app nor the local world uses these, so they are not here: ${drivers}.\n`}
Everything else: \`npm run faasade -- --help\`, such as \`npm run faasade -- build ${app} --target <platform>\`. Licensed under [Apache-2.0](LICENSE).
`;
}
