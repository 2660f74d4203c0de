-- What kinds of delivery there are. Each option keeps a copy of its own, which changes with it.
CREATE TABLE fulfilment_option_type (
    id      TEXT COLLATE "C" PRIMARY KEY,
    version BIGINT NOT NULL,
    body    JSON   NOT NULL
);

-- Which options are of a type: such a type stays.
ALTER TABLE fulfilment_option ADD COLUMN type_id TEXT COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX fulfilment_option_of_type ON fulfilment_option (type_id);

-- Which providers deliver from a stock location.
CREATE TABLE fulfilment_location_provider (
    location_id TEXT COLLATE "C" NOT NULL,
    provider_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (location_id, provider_id)
);
