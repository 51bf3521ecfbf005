// Every platform the suite runs over.
import type { Column } from "../column.ts";
import { awsLambda } from "./aws-lambda/index.ts";
import { awsLambdaWeb } from "./aws-lambda-web/index.ts";
import { azureCustomHandler, azureFunctions } from "./azure-functions/index.ts";
import { googleCloudRun, googleFunctionsFramework } from "./google-cloud/index.ts";
import { knative } from "./knative/index.ts";
import { processes } from "./process/index.ts";

export const columns: readonly Column[] = [
  awsLambda,
  awsLambdaWeb,
  azureFunctions,
  azureCustomHandler,
  googleCloudRun,
  googleFunctionsFramework,
  knative,
  processes,
];
