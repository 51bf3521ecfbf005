// The tables and statements of the queue. Times are epoch milliseconds and come from the caller.
import { OwnTables } from "../../sql/own-tables.ts";

/** Live messages and dead letters in one table, so that an id is unique across both. */
export const queueTables = new OwnTables(`
  create table if not exists faasade_queue (
    sequence bigserial primary key,
    queue text not null,
    id text collate "C" not null,
    body bytea not null,
    content_type text not null,
    sent_at bigint not null,
    visible_at bigint not null,
    attempts integer not null default 0,
    delivered boolean not null default false,
    dead_at bigint,
    reason text,
    unique (queue, id)
  );
  create index if not exists faasade_queue_due on faasade_queue (queue, visible_at, sequence) where dead_at is null;
  create index if not exists faasade_queue_dead on faasade_queue (queue, id) where dead_at is not null;
`);

/** A receipt is a message's row and which of its deliveries this is; one that still holds matches all of this. */
const held = "queue = $1 and sequence = $2 and attempts = $3 and delivered";

export const statements = {
  send: `
    insert into faasade_queue (queue, sent_at, id, body, content_type, visible_at)
    select $1, $2::bigint, message.* from unnest($3::text[], $4::bytea[], $5::text[], $6::bigint[]) as message
    on conflict (queue, id) do nothing`,
  // Materialized, so that the limit counts once however the join is planned.
  receive: `
    with due as materialized (
      select sequence, visible_at from faasade_queue
      where queue = $1 and dead_at is null and visible_at <= $2::bigint
      order by visible_at, sequence limit $3::integer
      for update skip locked
    )
    update faasade_queue as message
    set visible_at = $4::bigint, attempts = attempts + 1, delivered = true
    from due where message.sequence = due.sequence
    returning message.sequence, id, body, content_type, attempts, sent_at, due.visible_at as due_at`,
  acknowledge: `
    delete from faasade_queue
    where queue = $1 and delivered
      and (sequence, attempts) in (select * from unnest($2::bigint[], $3::integer[]))
    returning sequence || '.' || attempts as receipt`,
  release: `
    update faasade_queue set visible_at = $4::bigint, delivered = false where ${held} returning id`,
  releaseAll: `
    update faasade_queue set visible_at = $2::bigint, delivered = false
    where queue = $1 and dead_at is null and delivered returning id`,
  extend: `
    update faasade_queue set visible_at = $4::bigint where ${held} returning id`,
  bury: `
    update faasade_queue set dead_at = $4::bigint, reason = $5, delivered = false where ${held} returning id`,
  deadLetters: `
    select id, body, content_type, attempts, reason, sent_at, dead_at from faasade_queue
    where queue = $1 and dead_at is not null and id > $2 order by id limit $3::integer`,
  deadQueues: `
    select distinct queue from faasade_queue where dead_at is not null order by queue`,
  // A new sequence, so that receipts of its former life hold no more.
  replay: `
    update faasade_queue
    set sequence = default, visible_at = $2::bigint, attempts = 0, dead_at = null, reason = null
    where queue = $1 and dead_at is not null and id = any($3::text[]) returning id`,
  discard: `
    delete from faasade_queue
    where queue = $1 and dead_at is not null and id = any($2::text[]) returning id, reason`,
  depth: `
    select
      count(*) filter (where dead_at is null and visible_at <= $2::bigint) as ready,
      count(*) filter (where dead_at is null and visible_at > $2::bigint and not delivered) as delayed,
      count(*) filter (where dead_at is null and visible_at > $2::bigint and delivered) as in_flight,
      count(dead_at) as dead
    from faasade_queue where queue = $1`,
} as const;
