-- Core: groups of shoppers. Who is in them stands with each shopper.
CREATE TABLE accounts_customer_group (
    id         TEXT COLLATE "C" PRIMARY KEY,
    version    BIGINT NOT NULL,
    body       JSON   NOT NULL,
    name       TEXT COLLATE "C" NOT NULL UNIQUE,
    created_at BIGINT NOT NULL
);

-- Shards: the groups of each shopper once more, beside the shopper, so that a group's members can be found.
CREATE TABLE accounts_customer_in_group (
    group_id    TEXT COLLATE "C" NOT NULL,
    customer_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (group_id, customer_id)
);
CREATE INDEX accounts_customer_in_group_customer ON accounts_customer_in_group (customer_id);

-- Shards: what staff filters and orders shoppers by. `search` is the lower-case text that searches look in.
ALTER TABLE accounts_customer ADD COLUMN first_name TEXT COLLATE "C";
ALTER TABLE accounts_customer ADD COLUMN last_name TEXT COLLATE "C";
ALTER TABLE accounts_customer ADD COLUMN company_name TEXT COLLATE "C";
ALTER TABLE accounts_customer ADD COLUMN phone TEXT COLLATE "C";
ALTER TABLE accounts_customer ADD COLUMN created_by TEXT COLLATE "C";
ALTER TABLE accounts_customer ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts_customer ADD COLUMN search TEXT COLLATE "C" NOT NULL DEFAULT '';

-- Core: invitations to join the staff, until they are accepted.
CREATE TABLE accounts_invite (
    id         TEXT COLLATE "C" PRIMARY KEY,
    version    BIGINT NOT NULL,
    body       JSON   NOT NULL,
    email      TEXT COLLATE "C" NOT NULL UNIQUE,
    token_hash TEXT COLLATE "C" NOT NULL UNIQUE,
    created_at BIGINT NOT NULL
);

-- Core: logins that are gone while tokens of theirs may still be out.
CREATE TABLE accounts_revocation (
    login_id   TEXT COLLATE "C" PRIMARY KEY,
    revoked_at BIGINT NOT NULL
);
-- Whose login it is, asked for when a shopper or somebody of the staff is removed.
CREATE INDEX accounts_login_actor ON accounts_login (actor_id);
