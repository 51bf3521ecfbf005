// Rows of a select in constant memory, by a cursor of the transaction.
import type { SqlResult, SqlSession, SqlValue } from "./driver.ts";

const rowsAtOnce = 256;
let lastCursor = 0;

/** Works on any session, and unlike a portal leaves it free for other statements between rows. */
export async function* streamByCursor<Row>(
  session: Pick<SqlSession, "query">,
  text: string,
  params: readonly SqlValue[] = [],
): AsyncGenerator<Row, void> {
  lastCursor += 1;
  const cursor = `faasade_${lastCursor}`;
  await session.query(`declare ${cursor} no scroll cursor for ${text}`, params);
  let page: SqlResult<Row>;
  let isOpen = false;
  try {
    do {
      isOpen = false;
      page = await session.query<Row>(`fetch ${rowsAtOnce} from ${cursor}`);
      isOpen = true;
      yield* page.rows;
    } while (page.rows.length === rowsAtOnce);
  } finally {
    // After a failed fetch the transaction is over, and its cursors with it.
    if (isOpen) await session.query(`close ${cursor}`);
  }
}
