-- One row for each Idempotency-Key of each caller, for 24 hours.
CREATE TABLE platform_idempotency (
    -- A digest of the caller and the key.
    id           TEXT COLLATE "C" PRIMARY KEY,
    -- A digest of what was asked: another question under the same key is refused.
    fingerprint  TEXT COLLATE "C" NOT NULL,
    -- claimed: somebody is at it. committed: its effect is on the disk. done: its answer is too.
    state        TEXT COLLATE "C" NOT NULL,
    -- Who is at it. Whoever took the row over has another, so that two never both have an effect.
    claim        TEXT COLLATE "C" NOT NULL,
    leased_until BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    status       BIGINT,
    content_type TEXT COLLATE "C",
    body         TEXT COLLATE "C"
);
-- The sweep reads along this.
CREATE INDEX platform_idempotency_expires ON platform_idempotency (expires_at);
