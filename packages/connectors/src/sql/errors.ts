// What Postgres says went wrong, in the closed vocabulary of failures.
import { type ErrorCode, FunctionError } from "@faasade/core";

/**
 * The cause of a `FunctionError` from a database: its message, never the detail, which quotes rows, nor parameters or
 * credentials. A text that is no number or date is quoted by the message itself, which is for the log alone.
 */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
  /** Five characters: https://www.postgresql.org/docs/current/errcodes-appendix.html */
  readonly sqlState: string;
  readonly constraint: string | undefined;
  readonly table: string | undefined;

  constructor(
    message: string,
    parts: { sqlState: string; constraint?: string | undefined; table?: string | undefined },
  ) {
    super(message);
    this.sqlState = parts.sqlState;
    this.constraint = parts.constraint;
    this.table = parts.table;
  }
}

/** The longest prefix of the SQLSTATE decides. What is missing is a fault of the statement: `internal`. */
const codes: Readonly<Record<string, ErrorCode>> = {
  "08": "unavailable", // connection
  "23": "conflict", // integrity constraint
  "25006": "forbidden", // read-only transaction
  "25P02": "internal",
  "25P03": "timeout", // idle in transaction
  "28": "unavailable", // authorization: the operator can mend it
  "40": "unavailable", // serialization failure, deadlock: worth another try
  "42501": "forbidden",
  "53": "unavailable", // out of connections, memory or disk
  "55P03": "unavailable", // lock not available
  "57014": "timeout", // statement_timeout
  "57": "unavailable", // shutting down, starting up
  "58": "unavailable", // system error
};

const networkCodes = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOENT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);

interface Thrown {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly constraint?: unknown;
  readonly table?: unknown;
}

/** Anything a driver's library throws; a `FunctionError` stays what it is. */
export function toSqlError(thrown: unknown): FunctionError {
  if (thrown instanceof FunctionError) return thrown;
  const { code, message, constraint, table } = Object(thrown) as Thrown;
  const words = typeof message === "string" && message !== "" ? message : String(code ?? thrown);
  if (typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) && !networkCodes.has(code)) {
    const cause = new DatabaseError(words, {
      sqlState: code,
      constraint: asText(constraint),
      table: asText(table),
    });
    return new FunctionError(codes[code] ?? codes[code.slice(0, 2)] ?? "internal", explain(cause), { cause });
  }
  if ((typeof code === "string" && networkCodes.has(code)) || /connection|timeout exceeded/i.test(words)) {
    return new FunctionError(
      "unavailable",
      `Cannot reach the database: ${typeof code === "string" ? code : words}.`,
    );
  }
  return new FunctionError("internal", `Cannot run a statement: ${words}`, { cause: thrown });
}

function explain({ message, sqlState, constraint, table }: DatabaseError): string {
  if (sqlState.startsWith("23")) {
    const where = table === undefined ? "" : ` of ${table}`;
    return `Cannot store this: it breaks ${constraint ?? "a constraint"}${where}.`;
  }
  if (sqlState === "25006")
    return "Cannot change anything in a read-only transaction: declare readWrite access in `uses`.";
  if (sqlState.startsWith("28")) return `Cannot sign in to the database (SQLSTATE ${sqlState}).`;
  return `Cannot run a statement: ${message} (SQLSTATE ${sqlState}).`;
}

function asText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
