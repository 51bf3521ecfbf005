// Where in Google Cloud: a project, which nobody can guess.
import { Refusal } from "@faasade/platforms/shared/refusal";
import type { Place } from "../target.ts";

/** @throws {Refusal} where no project is said. */
export function requireProject(place: Place): Place {
  if (place["project"]) return place;
  throw new Refusal(
    "Cannot work with Google Cloud: no project is chosen. Say --place project=<id>, or set GOOGLE_CLOUD_PROJECT.",
  );
}
