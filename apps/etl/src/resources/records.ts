// The database: flights as they were loaded, what was put aside, and which file brought what.
import { sql } from "@faasade/connectors/sql";

export const records = sql("records", {
  migrations: [
    {
      id: "001-loads",
      script: `
        create table loads (
          id bigint generated always as identity primary key,
          key text not null,
          etag text not null,
          request text not null,
          state text not null check (state in ('loading', 'held', 'published', 'replaced')),
          read_rows int not null default 0,
          loaded int not null default 0,
          quarantined int not null default 0,
          is_cut boolean not null default false,
          drift jsonb,
          reason text,
          started_at timestamptz not null,
          ended_at timestamptz,
          unique (key, request)
        );
        create table flight_rows (
          load_id bigint not null references loads on delete cascade,
          row_no int not null,
          dt date not null,
          carrier text not null,
          flight int not null,
          origin text not null,
          dest text not null,
          scheduled int not null,
          dep_delay double precision,
          arr_delay double precision,
          air_time double precision,
          distance double precision not null,
          tailnum text,
          origin_name text not null,
          dest_name text not null,
          contact text
        );
        create index on flight_rows (load_id);
        create index on flight_rows (dt);
        create table quarantine (
          load_id bigint not null references loads on delete cascade,
          row_no int not null,
          reason text not null,
          excerpt text not null,
          primary key (load_id, row_no)
        );
        create table partitions (
          dt date primary key,
          revision int not null default 1,
          published int not null default 0
        );
        -- A flight that several files tell of counts once: the file whose name sorts last is believed.
        create view flights as
          select distinct on (dt, carrier, flight, origin, scheduled) flight_rows.*, loads.key
          from flight_rows join loads on loads.id = load_id and loads.state = 'published'
          order by dt, carrier, flight, origin, scheduled, loads.key collate "C" desc;`,
    },
    { id: "002-breaks", script: "alter table loads add column breaks int not null default 0" },
    {
      // Half of what the database did for a row. Who adds or deletes rows of a load holds the load itself meanwhile.
      id: "003-light-rows",
      script: `
        alter table flight_rows drop constraint flight_rows_load_id_fkey;
        drop index flight_rows_load_id_idx, flight_rows_dt_idx;
        create index on flight_rows (load_id, dt);`,
    },
  ],
});
