// PGlite under the suite of the sql port.

import { testSqlDriver } from "../../src/sql/conformance.ts";
import { open } from "../../src/sql/pglite.ts";

testSqlDriver("pglite", { open: () => open("pglite:"), sessions: "one" });
