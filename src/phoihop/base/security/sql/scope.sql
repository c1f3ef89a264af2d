-- The signed scope: who this transaction acts for. Run by the owner; safe to run again.
-- The program signs, these functions check, and nobody who can only run SQL as the runtime role can forge.
create schema if not exists sec;
revoke all on schema sec from public;
grant usage on schema sec to phoihop_app, phoihop_reporter, phoihop_sealer;

-- The key, already padded for HMAC: RFC 2104 needs sha256 alone, which every PostgreSQL has built in.
create table if not exists sec.secret (
    version int primary key,
    inner_pad bytea not null,
    outer_pad bytea not null,
    since timestamptz not null default clock_timestamp()
);
revoke all on sec.secret from public, phoihop_app, phoihop_reporter, phoihop_sealer;

-- One row: raised by every restore, so that whoever holds older answers notices.
create table if not exists sec.epoch (
    one boolean primary key default true check (one),
    number int not null
);
insert into sec.epoch (number) values (1) on conflict do nothing;
revoke all on sec.epoch from public;
grant select on sec.epoch to phoihop_app, phoihop_reporter, phoihop_sealer;

-- What the data is for: "demo" data never meets a production program, nor the other way round.
create table if not exists sec.installation (
    one boolean primary key default true check (one),
    mode text not null
);
revoke all on sec.installation from public;
grant select on sec.installation to phoihop_app, phoihop_reporter, phoihop_sealer;

-- The policies as declared, and as the server gave them back when they were written: to see at every start
-- that nobody has loosened one since.
create table if not exists sec.law (
    table_name text not null,
    policy text not null,
    declared text not null,
    kept text not null,
    primary key (table_name, policy)
);
revoke all on sec.law from public;
grant select on sec.law to phoihop_app, phoihop_reporter, phoihop_sealer;

-- The scope as signed, or null where there is none. A forged or stale one is an error, not an empty answer.
create or replace function sec.scope() returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    said text := nullif(current_setting('phoihop.scope', true), '');
    mac text := nullif(current_setting('phoihop.mac', true), '');
    key record;
begin
    if said is null then
        return null;
    end if;
    for key in select inner_pad, outer_pad from sec.secret order by version desc loop
        if encode(sha256(key.outer_pad || sha256(key.inner_pad || convert_to(said, 'UTF8'))), 'hex') = mac then
            if (said::jsonb ->> 'exp')::double precision < extract(epoch from clock_timestamp()) then
                raise exception 'scope expired' using errcode = '28000';
            end if;
            if (said::jsonb ->> 'pid')::int <> pg_backend_pid() then
                raise exception 'scope of another connection' using errcode = '28000';
            end if;
            return said::jsonb;
        end if;
    end loop;
    raise exception 'scope not signed' using errcode = '28000';
end $$;

create or replace function sec.account() returns bigint
language sql stable set search_path = pg_catalog, pg_temp as $$
    select (sec.scope() ->> 'account')::bigint $$;

create or replace function sec.agencies() returns bigint[]
language sql stable set search_path = pg_catalog, pg_temp as $$
    select coalesce(array(select value::bigint from jsonb_array_elements_text(sec.scope() -> 'agencies')), '{}') $$;

-- Facility and programme together, as "12:alpha": who nurses here in one programme and there in another has
-- two places, not four.
create or replace function sec.places() returns text[]
language sql stable set search_path = pg_catalog, pg_temp as $$
    select coalesce(array(select jsonb_array_elements_text(sec.scope() -> 'places')), '{}') $$;

create or replace function sec.purpose() returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
    select coalesce(sec.scope() ->> 'purpose', '') $$;

revoke all on all functions in schema sec from public;
grant execute on all functions in schema sec to phoihop_app, phoihop_reporter, phoihop_sealer;
