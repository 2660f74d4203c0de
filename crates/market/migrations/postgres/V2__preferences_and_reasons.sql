-- Whether prices contain the tax, for each currency and each region that says so. It used to stand in the regions and the
-- settings of the shop.
CREATE TABLE market_price_preference (
    id         TEXT COLLATE "C" PRIMARY KEY,
    version    BIGINT NOT NULL,
    body       JSON   NOT NULL,
    attribute  TEXT COLLATE "C" NOT NULL,
    value      TEXT COLLATE "C" NOT NULL,
    UNIQUE (attribute, value)
);

-- Why things come back, as a tree.
CREATE TABLE market_return_reason (
    id         TEXT COLLATE "C" PRIMARY KEY,
    version    BIGINT NOT NULL,
    body       JSON   NOT NULL,
    value      TEXT COLLATE "C" NOT NULL UNIQUE,
    parent_id  TEXT COLLATE "C" NULL
);
CREATE INDEX market_return_reason_below ON market_return_reason (parent_id);

-- Why money is given back.
CREATE TABLE market_refund_reason (
    id         TEXT COLLATE "C" PRIMARY KEY,
    version    BIGINT NOT NULL,
    body       JSON   NOT NULL,
    code       TEXT COLLATE "C" NOT NULL UNIQUE
);
