// API Gateway's HTTP API before a function, as `faasade run --as aws-lambda` plays it.
export { answer } from "../../src/aws-lambda/here/front.ts";
