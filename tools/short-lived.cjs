/**
 * Loaded into the processes of a test run: most live for seconds, in which WebAssembly (Postgres, above all) is done
 * sooner than it is compiled for speed.
 */
const { setFlagsFromString } = require("node:v8");

// The last implies the others on a command line, but not here.
for (const flag of ["--no-wasm-tier-up", "--no-wasm-dynamic-tiering", "--liftoff-only"])
  setFlagsFromString(flag);
