// The JSON API of Cloud Storage: where its objects are, and the requests for them.
import { GoogleApi } from "../../shared/google/api.ts";
import type { GcsTarget } from "./target.ts";

export class GcsConnection extends GoogleApi {
  readonly #target: GcsTarget;

  constructor(target: GcsTarget) {
    super(target);
    this.#target = target;
  }

  /** The URL of a bucket's objects, or of one. */
  objectsUrl(name?: string): string {
    const { endpoint, bucket } = this.#target;
    return `${endpoint}/storage/v1/b/${bucket}/o${name === undefined ? "" : `/${encodeURIComponent(name)}`}`;
  }

  uploadUrl(): string {
    const { endpoint, bucket } = this.#target;
    return `${endpoint}/upload/storage/v1/b/${bucket}/o`;
  }
}
