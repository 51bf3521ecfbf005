// Every platform the suite runs over.
import type { Column } from "../column.ts";
import { awsLambda } from "./aws-lambda/index.ts";

export const columns: readonly Column[] = [awsLambda];
