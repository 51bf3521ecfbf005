// What cannot be deployed as it is: which function, where, why, and what would do.

export interface RefusalDetails {
  /** Absent where it is the app as a whole that cannot be deployed. */
  readonly function?: string;
  readonly platform: string;
  readonly reason: string;
  readonly instead: string;
}

export class ManifestRefusal extends Error {
  override readonly name = "ManifestRefusal";
  readonly details: RefusalDetails;

  constructor(details: RefusalDetails) {
    const what = details.function ?? "the app";
    super(`Cannot deploy ${what} to ${details.platform}: ${details.reason}. ${details.instead}.`);
    this.details = details;
  }
}

/** A refusal by this platform; `what` is a function's name, or undefined for the app. */
export function refused(what: string | undefined, reason: string, instead: string): ManifestRefusal {
  const named = what === undefined ? {} : { function: what };
  return new ManifestRefusal({ ...named, platform: "AWS Lambda", reason, instead });
}
