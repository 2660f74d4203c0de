-- Addresses of other programs that are told of events.
CREATE TABLE outreach_webhook_endpoint (
    id              TEXT    PRIMARY KEY,
    url             TEXT    NOT NULL,
    description     TEXT    NOT NULL,
    -- Whether it is told of every kind of event; otherwise of those in outreach_webhook_kind.
    wants_all       BOOLEAN NOT NULL,
    enabled         BOOLEAN NOT NULL,
    disabled_at     BIGINT,
    disabled_reason TEXT,
    -- When the first attempt failed since the last that succeeded.
    failing_since   BIGINT,
    -- What is signed with, as it has to be known for that: whsec_ and base64.
    secret          TEXT    NOT NULL,
    -- Those before it that sign beside it, each with the moment until which it does.
    old_secrets     JSON    NOT NULL,
    created_at      BIGINT  NOT NULL,
    updated_at      BIGINT  NOT NULL
);

-- Which kinds of event an endpoint is told of.
CREATE TABLE outreach_webhook_kind (
    endpoint_id TEXT NOT NULL,
    kind        TEXT NOT NULL,
    PRIMARY KEY (endpoint_id, kind)
);

-- An event on its way to an endpoint. The key says that there is one, however often the event comes.
CREATE TABLE outreach_webhook_delivery (
    endpoint_id TEXT   NOT NULL,
    event_id    TEXT   NOT NULL,
    kind        TEXT   NOT NULL,
    -- What is sent and signed, to the byte.
    body        TEXT   NOT NULL,
    -- waiting, delivered or dead.
    state       TEXT   NOT NULL,
    attempts    BIGINT NOT NULL,
    -- When it is tried next. Whoever tries moves it to where the next may, should it die meanwhile.
    next_at     BIGINT NOT NULL,
    reason      TEXT,
    created_at  BIGINT NOT NULL,
    settled_at  BIGINT,
    PRIMARY KEY (endpoint_id, event_id)
);
-- What is due is found along this, for each endpoint by itself.
CREATE INDEX outreach_webhook_delivery_due ON outreach_webhook_delivery (endpoint_id, state, next_at, event_id);
-- Lists and replays read along this.
CREATE INDEX outreach_webhook_delivery_made ON outreach_webhook_delivery (endpoint_id, created_at, event_id);
-- The sweep reads along this.
CREATE INDEX outreach_webhook_delivery_sweep ON outreach_webhook_delivery (created_at);

-- What came of each attempt.
CREATE TABLE outreach_webhook_attempt (
    id          TEXT   PRIMARY KEY,
    endpoint_id TEXT   NOT NULL,
    event_id    TEXT   NOT NULL,
    at          BIGINT NOT NULL,
    duration_ms BIGINT NOT NULL,
    -- What was answered, where anything was.
    status      BIGINT,
    -- Why it failed, where it did.
    reason      TEXT,
    -- How the answer's body begins.
    answer      TEXT   NOT NULL
);
CREATE INDEX outreach_webhook_attempt_of_delivery ON outreach_webhook_attempt (endpoint_id, event_id, at);
-- The sweep reads along this.
CREATE INDEX outreach_webhook_attempt_sweep ON outreach_webhook_attempt (at);
