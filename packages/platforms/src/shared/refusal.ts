// What cannot be built or deployed as it is: which function, where, why, and what would do.

/** Thrown before any work. Its message says all four. */
export class Refusal extends Error {
  override readonly name: string = "Refusal";
}

export interface RefusalDetails {
  /** Absent where it is the app as a whole that cannot be deployed. */
  readonly function?: string;
  readonly platform: string;
  readonly reason: string;
  readonly instead: string;
}

export class ManifestRefusal extends Refusal {
  override readonly name = "ManifestRefusal";
  readonly details: RefusalDetails;

  constructor(details: RefusalDetails) {
    const what = details.function ?? "the app";
    super(`Cannot deploy ${what} to ${details.platform}: ${details.reason}. ${details.instead}.`);
    this.details = details;
  }
}

/** Says no, in the name of one platform; `what` is a function's name, or undefined for the app. */
export type Refuse = (what: string | undefined, reason: string, instead: string) => ManifestRefusal;

export function refuserFor(platform: string): Refuse {
  return (what, reason, instead) =>
    new ManifestRefusal({ ...(what === undefined ? {} : { function: what }), platform, reason, instead });
}
