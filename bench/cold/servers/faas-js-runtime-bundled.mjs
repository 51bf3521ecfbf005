// Its command line loads functions by path, which no bundle has; this starts the same server without it.
import runtime from "faas-js-runtime";
import { handle } from "./faas-js-runtime.mjs";

runtime.start({ handle }, { port: Number(process.env.PORT) });
