-- What consumers have had of a broker, which may bring an event again. Noted with the effects of the event.
CREATE TABLE platform_delivered (
    -- The consumer, a colon, and the event's id.
    id        TEXT COLLATE "C" PRIMARY KEY,
    -- When the event comes no more, in milliseconds.
    forget_at BIGINT NOT NULL
);
-- The sweep reads along this.
CREATE INDEX platform_delivered_forget ON platform_delivered (forget_at);

-- What one process at a time does: who is at it, and until when it is believed without another word.
CREATE TABLE platform_lease (
    id         TEXT COLLATE "C" PRIMARY KEY,
    holder     TEXT COLLATE "C" NOT NULL,
    held_until BIGINT NOT NULL
);
