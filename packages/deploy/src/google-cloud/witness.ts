// Whether Google itself is asked, as far as gcloud's environment and the app's URL tell.
import { type Witness, whoAnswers } from "../shared/witness.ts";

const overrides = "CLOUDSDK_API_ENDPOINT_OVERRIDES_";

export async function witness(url: string): Promise<Witness> {
  const elsewhere = Object.keys(process.env).find((name) => name.startsWith(overrides));
  if (elsewhere !== undefined)
    return { proof: "double", why: `the endpoint is overridden: ${elsewhere} is set` };
  return whoAnswers(url, /\.run\.app$/, "Google");
}
