// Its command line loads functions by path, which no bundle has; this starts the same server without it.
import "./functions-framework.mjs";
import { getTestServer } from "@google-cloud/functions-framework/testing";

getTestServer("greet").listen(Number(process.env.PORT));
