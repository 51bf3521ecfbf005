// The endpoint of a web function that lets in whom IAM did.

/** No other endpoint may have this name: what comes in by it counts as authenticated. */
export const iamEndpoint = "iam";
