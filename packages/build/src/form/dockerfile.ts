// The same image, for those who build images with a daemon.
import { user } from "./layer.ts";

export interface DockerfileRequest {
  readonly base: string;
  readonly folder: string;
  readonly command: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** The app's files stand in `app/` beside it. */
export function dockerfileOf({ base, folder, command, labels }: DockerfileRequest): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `FROM ${base}
LABEL ${pairs.join(" \\\n      ")}
ENV NODE_ENV=production
WORKDIR ${folder}
COPY --chown=${user}:${user} app/ ./
USER ${user}:${user}
CMD ${JSON.stringify(command)}
`;
}
