-- One row for each key of a limit that processes share, until its bucket is full again.
CREATE TABLE platform_limits (
    -- A digest of the limit's name and the key.
    id      TEXT PRIMARY KEY,
    -- When the bucket will be full again, in milliseconds.
    full_at INTEGER NOT NULL
);
-- The sweep reads along this.
CREATE INDEX platform_limits_full ON platform_limits (full_at);
