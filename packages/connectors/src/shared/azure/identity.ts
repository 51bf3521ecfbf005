// The identity of a process on Azure, kept apart so that the library is loaded only where it signs in.
import { DefaultAzureCredential } from "@azure/identity";

export function identity(): DefaultAzureCredential {
  return new DefaultAzureCredential();
}
