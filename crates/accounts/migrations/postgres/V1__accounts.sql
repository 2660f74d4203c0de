-- Core: who can log in. The unique claim of an e-mail comes first, the shopper's row follows in its shard.
CREATE TABLE accounts_login (
    id                  TEXT COLLATE "C" PRIMARY KEY,
    provider            TEXT COLLATE "C" NOT NULL,
    email               TEXT COLLATE "C" NOT NULL,
    actor_kind          TEXT COLLATE "C" NOT NULL,
    password_hash       TEXT COLLATE "C" NOT NULL,
    -- Tokens given out before this moment are no longer taken; NULL where the password was never reset.
    password_reset_at   BIGINT,
    -- NULL until a shopper (or user) belongs to it.
    actor_id            TEXT COLLATE "C",
    created_at          BIGINT NOT NULL,
    UNIQUE (provider, email, actor_kind)
);
-- Recent resets are asked for with every load of the signing keys.
CREATE INDEX accounts_login_reset ON accounts_login (password_reset_at);

-- Core: sessions, by the hash of what the cookie holds.
CREATE TABLE accounts_session (
    id_hash    TEXT COLLATE "C" PRIMARY KEY,
    login_id   TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX accounts_session_login ON accounts_session (login_id);
CREATE INDEX accounts_session_expiry ON accounts_session (expires_at);

-- Core: links of password-reset mails, by the hash of their token. An unknown e-mail's row has an empty login.
CREATE TABLE accounts_reset (
    token_hash           TEXT COLLATE "C" PRIMARY KEY,
    login_id             TEXT COLLATE "C" NOT NULL,
    -- The password it replaces: once that has changed, the link is worth nothing.
    password_fingerprint TEXT COLLATE "C" NOT NULL,
    expires_at           BIGINT NOT NULL
);
CREATE INDEX accounts_reset_login ON accounts_reset (login_id);
CREATE INDEX accounts_reset_expiry ON accounts_reset (expires_at);

-- Core: what tokens are signed with. Several are good at once; the newest signs.
CREATE TABLE accounts_signing_key (
    kid        TEXT COLLATE "C" PRIMARY KEY,
    secret     TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL
);

-- Core: staff.
CREATE TABLE accounts_user (
    id         TEXT COLLATE "C" PRIMARY KEY,
    version    BIGINT NOT NULL,
    body       JSON   NOT NULL,
    email      TEXT COLLATE "C" NOT NULL UNIQUE,
    created_at BIGINT NOT NULL
);

-- Core: keys of programs, found by the hash of their token.
CREATE TABLE accounts_api_key (
    id           TEXT COLLATE "C" PRIMARY KEY,
    version      BIGINT NOT NULL,
    body         JSON   NOT NULL,
    kind         TEXT COLLATE "C" NOT NULL,
    token_hash   TEXT COLLATE "C" NOT NULL UNIQUE,
    created_at   BIGINT NOT NULL,
    -- Beside the body: it is noted without anybody waiting for it.
    last_used_at BIGINT
);

-- Shards: shoppers, in the bucket of their id.
CREATE TABLE accounts_customer (
    id          TEXT COLLATE "C" PRIMARY KEY,
    version     BIGINT  NOT NULL,
    body        JSON    NOT NULL,
    email       TEXT COLLATE "C" NOT NULL,
    has_account BOOLEAN NOT NULL,
    created_at  BIGINT  NOT NULL
);
CREATE INDEX accounts_customer_email ON accounts_customer (email);
-- One guest an e-mail: those who come back are the same shopper.
CREATE UNIQUE INDEX accounts_customer_guest ON accounts_customer (email) WHERE has_account = FALSE;
CREATE INDEX accounts_customer_created ON accounts_customer (created_at, id);
