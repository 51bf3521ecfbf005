/** A fault that tests are known to notice. */

export interface Fault {
  readonly name: string;
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  /** The test files that must notice it. */
  readonly tests: readonly string[];
  /** Only tests whose full name matches, where others of the file take long. */
  readonly only?: string;
}
