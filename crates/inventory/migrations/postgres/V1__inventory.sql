CREATE TABLE inventory_location (
    id      TEXT COLLATE "C" PRIMARY KEY,
    version BIGINT NOT NULL,
    body    JSON   NOT NULL
);

-- From which locations a sales channel sells, in order of preference.
CREATE TABLE inventory_channel_location (
    channel_id  TEXT COLLATE "C" NOT NULL,
    location_id TEXT COLLATE "C" NOT NULL,
    preference  BIGINT NOT NULL,
    PRIMARY KEY (channel_id, location_id)
);
CREATE INDEX inventory_channel_location_of ON inventory_channel_location (location_id);

CREATE TABLE inventory_item (
    id         TEXT COLLATE "C" PRIMARY KEY,
    version    BIGINT NOT NULL,
    body       JSON   NOT NULL,
    sku        TEXT COLLATE "C" UNIQUE,
    -- Lower case; what a search by words looks through.
    words      TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX inventory_item_created ON inventory_item (created_at, id);

-- The counters everybody contends for. The last line of defence against selling what is not there: whatever a statement
-- says, what is promised of a stock is never more than lies there. What is sold beyond it, where that is allowed, is counted apart.
CREATE TABLE inventory_level (
    id          TEXT COLLATE "C" PRIMARY KEY,
    item_id     TEXT COLLATE "C" NOT NULL,
    location_id TEXT COLLATE "C" NOT NULL,
    stocked     BIGINT NOT NULL CHECK (stocked >= 0),
    reserved    BIGINT NOT NULL CHECK (reserved >= 0),
    backordered BIGINT NOT NULL CHECK (backordered >= 0),
    incoming    BIGINT NOT NULL CHECK (incoming >= 0),
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    UNIQUE (item_id, location_id),
    CHECK (reserved <= stocked)
);
CREATE INDEX inventory_level_at ON inventory_level (location_id);

-- Who holds what. A reference (an order's id) holds at most one row of an item at a location, which is what makes
-- reserving twice the same as reserving once.
CREATE TABLE inventory_reservation (
    id          TEXT COLLATE "C" PRIMARY KEY,
    reference   TEXT COLLATE "C" NOT NULL,
    item_id     TEXT COLLATE "C" NOT NULL,
    location_id TEXT COLLATE "C" NOT NULL,
    quantity    BIGINT NOT NULL CHECK (quantity > 0),
    -- held, or confirmed once the stock has left; a released one's row is deleted.
    state       TEXT COLLATE "C" NOT NULL,
    expires_at  BIGINT,
    body        JSON   NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    UNIQUE (reference, item_id, location_id)
);
CREATE INDEX inventory_reservation_expiry ON inventory_reservation (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX inventory_reservation_of_item ON inventory_reservation (item_id, location_id);
