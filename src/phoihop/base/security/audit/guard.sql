-- What the database itself does for the audit. Run by the owner after the tables exist; safe to run again.
-- Needs schema sec and sec.epoch (../sql/scope.sql).

-- Time, transaction and epoch are the database's to say, whatever the program wrote there. A transaction
-- number below what is already sealed means that this data was moved to another server and its epoch was
-- not raised: such an entry could never be sealed, so it is not taken, and what it records does not happen.
create or replace function sec.audit_stamp() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    sealed record;
begin
    new.at := clock_timestamp();
    new.txid := pg_current_xact_id()::text::bigint;
    select number into strict new.epoch from sec.epoch;
    select epoch, to_txid into sealed from public.security_auditseal order by number desc limit 1;
    if sealed.epoch > new.epoch or (sealed.epoch = new.epoch and sealed.to_txid > new.txid) then
        raise exception 'audit: this epoch is sealed already; raise the server epoch' using errcode = '55000';
    end if;
    return new;
end $$;

create or replace function sec.audit_keep() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    raise exception 'audit: % is only ever added to', tg_table_name using errcode = '42501';
end $$;

create or replace trigger audit_stamp before insert on public.security_auditentry
    for each row execute function sec.audit_stamp();
create or replace trigger audit_keep before update or delete or truncate on public.security_auditentry
    for each statement execute function sec.audit_keep();
create or replace trigger audit_keep before update or delete or truncate on public.security_auditseal
    for each statement execute function sec.audit_keep();
