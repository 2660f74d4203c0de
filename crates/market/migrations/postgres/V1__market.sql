-- Aggregates of the market, each stored whole in `body`.
CREATE TABLE market_region (
    id         TEXT COLLATE "C" PRIMARY KEY,
    version    BIGINT NOT NULL,
    body       JSON   NOT NULL
);

-- A country is in one region at most: the key says so, whoever writes at the same time.
CREATE TABLE market_region_country (
    country_code TEXT COLLATE "C" PRIMARY KEY,
    region_id    TEXT COLLATE "C" NOT NULL
);
CREATE INDEX market_region_country_of ON market_region_country (region_id);

CREATE TABLE market_sales_channel (
    id         TEXT COLLATE "C" PRIMARY KEY,
    version    BIGINT NOT NULL,
    body       JSON   NOT NULL
);

-- The empty province stands for the whole country: NULLs would not collide.
CREATE TABLE market_tax_region (
    id            TEXT COLLATE "C" PRIMARY KEY,
    version       BIGINT NOT NULL,
    body          JSON   NOT NULL,
    country_code  TEXT COLLATE "C" NOT NULL,
    province_code TEXT COLLATE "C" NOT NULL,
    UNIQUE (country_code, province_code)
);

CREATE TABLE market_store (
    id         TEXT COLLATE "C" PRIMARY KEY,
    version    BIGINT NOT NULL,
    body       JSON   NOT NULL
);
