// What a generated entry hands to its platform's runtime: an app, laid out so that nothing is loaded before it is used.
import type { Composition, DriverEntry } from "@faasade/core/adapter";

export interface Artefact extends Composition {
  /** Where secrets come from; opened when the first one is read. */
  readonly secrets?: DriverEntry;
}
