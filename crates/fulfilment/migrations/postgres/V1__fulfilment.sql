-- The shipping configuration: few rows, each stored whole, all of them kept in memory.
CREATE TABLE fulfilment_profile (
    id      TEXT COLLATE "C" PRIMARY KEY,
    version BIGINT NOT NULL,
    body    JSON   NOT NULL,
    name    TEXT COLLATE "C" NOT NULL UNIQUE
);

-- A set with its service zones and their geo zones.
CREATE TABLE fulfilment_set (
    id      TEXT COLLATE "C" PRIMARY KEY,
    version BIGINT NOT NULL,
    body    JSON   NOT NULL
);

-- Which set a service zone is in: options name the zone alone.
CREATE TABLE fulfilment_zone (
    id     TEXT COLLATE "C" PRIMARY KEY,
    set_id TEXT COLLATE "C" NOT NULL
);
CREATE INDEX fulfilment_zone_of ON fulfilment_zone (set_id);

CREATE TABLE fulfilment_option (
    id         TEXT COLLATE "C" PRIMARY KEY,
    version    BIGINT NOT NULL,
    body       JSON   NOT NULL,
    zone_id    TEXT COLLATE "C" NOT NULL,
    profile_id TEXT COLLATE "C" NOT NULL
);
CREATE INDEX fulfilment_option_in_zone ON fulfilment_option (zone_id);
CREATE INDEX fulfilment_option_of_profile ON fulfilment_option (profile_id);
