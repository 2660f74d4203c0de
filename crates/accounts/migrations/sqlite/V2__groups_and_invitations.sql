-- Core: groups of shoppers. Who is in them stands with each shopper.
CREATE TABLE accounts_customer_group (
    id         TEXT   PRIMARY KEY,
    version    BIGINT NOT NULL,
    body       JSON   NOT NULL,
    name       TEXT   NOT NULL UNIQUE,
    created_at BIGINT NOT NULL
);

-- Shards: the groups of each shopper once more, beside the shopper, so that a group's members can be found.
CREATE TABLE accounts_customer_in_group (
    group_id    TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    PRIMARY KEY (group_id, customer_id)
);
CREATE INDEX accounts_customer_in_group_customer ON accounts_customer_in_group (customer_id);

-- Shards: what staff filters and orders shoppers by. `search` is the lower-case text that searches look in.
ALTER TABLE accounts_customer ADD COLUMN first_name TEXT;
ALTER TABLE accounts_customer ADD COLUMN last_name TEXT;
ALTER TABLE accounts_customer ADD COLUMN company_name TEXT;
ALTER TABLE accounts_customer ADD COLUMN phone TEXT;
ALTER TABLE accounts_customer ADD COLUMN created_by TEXT;
ALTER TABLE accounts_customer ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts_customer ADD COLUMN search TEXT NOT NULL DEFAULT '';
UPDATE accounts_customer SET
    first_name = json_extract(body, '$.first_name'),
    last_name = json_extract(body, '$.last_name'),
    company_name = json_extract(body, '$.company_name'),
    phone = json_extract(body, '$.phone'),
    created_by = json_extract(body, '$.created_by'),
    updated_at = json_extract(body, '$.updated_at');
UPDATE accounts_customer SET search = lower(
    email || ' ' || coalesce(first_name, '') || ' ' || coalesce(last_name, '') || ' '
        || coalesce(company_name, '') || ' ' || coalesce(phone, ''));

-- Core: invitations to join the staff, until they are accepted.
CREATE TABLE accounts_invite (
    id         TEXT   PRIMARY KEY,
    version    BIGINT NOT NULL,
    body       JSON   NOT NULL,
    email      TEXT   NOT NULL UNIQUE,
    token_hash TEXT   NOT NULL UNIQUE,
    created_at BIGINT NOT NULL
);

-- Core: logins that are gone while tokens of theirs may still be out.
CREATE TABLE accounts_revocation (
    login_id   TEXT   PRIMARY KEY,
    revoked_at BIGINT NOT NULL
);
-- Whose login it is, asked for when a shopper or somebody of the staff is removed.
CREATE INDEX accounts_login_actor ON accounts_login (actor_id);
