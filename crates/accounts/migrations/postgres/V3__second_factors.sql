-- Core: second factors of logins.
CREATE TABLE accounts_factor (
    id         TEXT COLLATE "C" PRIMARY KEY,
    login_id   TEXT COLLATE "C" NOT NULL,
    provider   TEXT COLLATE "C" NOT NULL,
    -- pending, enabled, disabled
    status     TEXT COLLATE "C" NOT NULL,
    -- What codes are made from; emptied when the factor is disabled.
    secret     TEXT COLLATE "C" NOT NULL,
    -- The step of time whose code was taken last: no code is taken twice.
    last_step  BIGINT NOT NULL,
    metadata   JSON   NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX accounts_factor_login ON accounts_factor (login_id);
-- One factor of a kind at a time.
CREATE UNIQUE INDEX accounts_factor_live ON accounts_factor (login_id, provider) WHERE status <> 'disabled';

-- Core: codes for the day the second factor is lost, by their hash. A used one is gone.
CREATE TABLE accounts_recovery_code (
    login_id  TEXT COLLATE "C" NOT NULL,
    code_hash TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (login_id, code_hash)
);

-- Core: requests for a second factor, with how often one was tried.
CREATE TABLE accounts_challenge (
    id           TEXT COLLATE "C" PRIMARY KEY,
    login_id     TEXT COLLATE "C" NOT NULL,
    attempts     BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    completed_at BIGINT
);
CREATE INDEX accounts_challenge_login ON accounts_challenge (login_id, created_at);

ALTER TABLE accounts_session ADD COLUMN needs_second_factor BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE accounts_session ADD COLUMN second_factor_at BIGINT;

-- Core: whether the e-mail of a login is the owner's, and the hash of the token that will prove it.
CREATE TABLE accounts_verification (
    login_id     TEXT COLLATE "C" PRIMARY KEY,
    id           TEXT COLLATE "C" NOT NULL,
    -- NULL once it was used.
    token_hash   TEXT COLLATE "C" UNIQUE,
    metadata     JSON   NOT NULL,
    requested_at BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    verified_at  BIGINT
);
