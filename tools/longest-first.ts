/** What takes longest begins first, so that a run does not end with one file at work and a processor idle. */
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that take half a minute and more, in any workspace, longest first; a name that is no more does no harm. */
const longest = [
  "eject",
  "topics",
  "killed",
  "apps-killed",
  "every-app-on-clouds",
  "every-app-on-own-machines",
  "bounds",
  "kubernetes/objects",
  "google-cloud/deploy",
  "azure-functions/deploy",
  "invariants",
  "properties",
  "world",
  "crash",
  "unreached",
  "conformance/conformance",
  "knative/intake",
  "ensure-install",
  "up",
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = longest.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
      return at < 0 ? longest.length : at;
    };
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other));
  }
}
