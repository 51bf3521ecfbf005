/**
 * Loaded into the processes of a test run: most live for seconds, in which WebAssembly (Postgres, above all) is done
 * sooner than it is compiled for speed.
 */
var v8 = require("v8");

// The last implies the others on a command line, but not here.
["--no-wasm-tier-up", "--no-wasm-dynamic-tiering", "--liftoff-only"].forEach(v8.setFlagsFromString);
