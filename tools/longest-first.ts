/** What takes longest begins first, so that a run does not end with one file at work and a processor idle. */
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that take half a minute and more, longest first; a name that is no more does no harm. */
const longest = [
  "cli/test/eject",
  "local/test/topics",
  "deploy/test/killed",
  "local/test/apps-killed",
  "build/test/every-app",
  "image-conversion/test/bounds",
  "platforms/test/kubernetes/objects",
  "deploy/test/google-cloud/deploy",
  "deploy/test/azure-functions/deploy",
  "etl/test/invariants",
  "iot-ingest/test/properties",
  "local/test/world",
  "local/test/crash",
  "local/test/unreached",
  "platforms/test/conformance/conformance",
  "platforms/test/knative/intake",
  "tools/test/ensure-install",
  "cli/test/up",
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = longest.findIndex((name) => moduleId.includes(`/${name}.test.`));
      return at < 0 ? longest.length : at;
    };
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other));
  }
}
