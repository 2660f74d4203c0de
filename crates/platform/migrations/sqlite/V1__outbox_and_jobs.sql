-- Facts waiting for the relay. AUTOINCREMENT: a position is never used twice, even after rows were deleted.
CREATE TABLE platform_outbox (
    position   INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT   NOT NULL,
    kind       TEXT   NOT NULL,
    aggregate  TEXT   NOT NULL,
    body       JSON   NOT NULL,
    at         BIGINT NOT NULL,
    request_id TEXT,
    attempts   BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE platform_job (
    id           TEXT   PRIMARY KEY,
    queue        TEXT   NOT NULL,
    kind         TEXT   NOT NULL,
    body         JSON   NOT NULL,
    -- waiting, running or dead; a finished job's row is deleted.
    state        TEXT   NOT NULL,
    priority     BIGINT NOT NULL,
    run_at       BIGINT NOT NULL,
    attempts     BIGINT NOT NULL,
    attempts_max BIGINT NOT NULL,
    -- While running: when another worker may take it over.
    leased_until BIGINT NOT NULL,
    -- NULLs do not collide: only jobs with a key are unique by it.
    unique_key   TEXT,
    last_error   TEXT,
    created_at   BIGINT NOT NULL,
    request_id   TEXT,
    UNIQUE (kind, unique_key)
);
-- The claim reads along this: the most urgent first, however many wait behind.
CREATE INDEX platform_job_due ON platform_job (state, priority, run_at);
CREATE INDEX platform_job_leased ON platform_job (state, leased_until);

-- The last tick of each schedule that was turned into a job: one row decides for all nodes.
CREATE TABLE platform_schedule (
    name      TEXT   PRIMARY KEY,
    last_tick BIGINT NOT NULL
);
