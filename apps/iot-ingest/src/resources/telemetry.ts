// Readings and what is made of them. Times of measurement are epoch milliseconds.
import { sql } from "@faasade/connectors/sql";

export const telemetry = sql("telemetry", {
  migrations: [
    {
      id: "001-readings",
      script: `
        create table devices (
          device text primary key,
          blocked boolean not null default false,
          heard_at bigint not null
        );
        create table readings (
          device text not null, sequence bigint not null, at bigint not null, metric text not null,
          value double precision not null,
          primary key (device, sequence, at, metric)
        );
        create index readings_by_time on readings (at);
        create table rollups (
          device text not null, metric text not null, seconds integer not null, start bigint not null,
          count bigint not null, sum numeric not null,
          least double precision not null, most double precision not null,
          primary key (device, metric, seconds, start)
        );
        create table quarantine (
          id text primary key, device text not null, received_at bigint not null,
          reason text not null, payload text not null
        );
        create index quarantine_by_time on quarantine (received_at);
      `,
    },
    {
      id: "002-incidents",
      script: `
        create table watches (
          rule text not null, device text not null,
          at bigint not null, value double precision not null, opened_at bigint,
          primary key (rule, device)
        );
        create table incidents (
          rule text not null, device text not null, opened_at bigint not null, closed_at bigint,
          opened_value double precision not null, closed_value double precision,
          told_opened boolean not null default false, told_closed boolean not null default false,
          primary key (rule, device, opened_at)
        );
      `,
    },
  ],
});
