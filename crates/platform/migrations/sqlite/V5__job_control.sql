-- How far a job is: {"done", "total", "note"}, told while it runs.
ALTER TABLE platform_job ADD COLUMN progress JSON;
-- What it came to; of those that stay readable.
ALTER TABLE platform_job ADD COLUMN result JSON;
-- Whether somebody asked for it and wants to read what became of it: then it stays for a while when it is done.
ALTER TABLE platform_job ADD COLUMN is_kept BOOLEAN NOT NULL DEFAULT FALSE;
-- Since when it is wished that it stops.
ALTER TABLE platform_job ADD COLUMN cancel_at BIGINT;
-- When the last try began, and when the job came to its end.
ALTER TABLE platform_job ADD COLUMN begun_at BIGINT;
ALTER TABLE platform_job ADD COLUMN ended_at BIGINT;
-- When the row of a job that is done or canceled is removed. The sweep reads along this.
ALTER TABLE platform_job ADD COLUMN kept_until BIGINT;
CREATE INDEX platform_job_kept ON platform_job (kept_until) WHERE kept_until IS NOT NULL;
-- Where some queues are held, the claim reads along this: the most urgent of each queue that may go on, however many wait in one
-- that may not.
CREATE INDEX platform_job_queue ON platform_job (state, queue, priority, run_at);
-- It takes the place of the index by leases, which no job needs: those that run are few, and found by their state.
DROP INDEX platform_job_leased;

-- Queues that somebody has paused or whose pace is limited; of any other there is no row.
CREATE TABLE platform_queue (
    name           TEXT   PRIMARY KEY,
    -- Since when nothing of it is begun.
    paused_at      BIGINT,
    -- When its bucket of jobs that may begin will be full again, in microseconds since 1970.
    full_at_micros BIGINT NOT NULL DEFAULT 0
);
