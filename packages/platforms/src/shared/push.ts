// The commands that bring built images to a registry: without a daemon where an image was built whole.
import type { BuiltArtefact, Deployment, System } from "./platform.ts";

/** What an artefact's image is called: as the app, or behind its name. */
export function imageName(app: string, { name }: Pick<BuiltArtefact, "name">): string {
  return name === app ? app : `${app}-${name}`;
}

const architectures: Readonly<Record<System["cpu"], string>> = { x64: "amd64", arm64: "arm64" };

/**
 * A line each. An artefact whose path is its name is the app's folder and a Dockerfile, of which a daemon makes the
 * image: for the processor that runs it, and as one plain manifest, since some platforms take no index.
 * @param placeOf where the image of an artefact goes, its tag included.
 */
export function pushCommands(
  { artefacts, system }: Pick<Deployment, "artefacts" | "system">,
  placeOf: (artefact: BuiltArtefact) => string,
): string[] {
  const platform = `${system.os}/${architectures[system.cpu]}`;
  return artefacts.map((artefact) =>
    artefact.path === artefact.name
      ? `docker buildx build --platform ${platform} --provenance=false --push --tag ${placeOf(artefact)} ${artefact.path}`
      : `skopeo copy oci:${artefact.path} docker://${placeOf(artefact)}`,
  );
}
