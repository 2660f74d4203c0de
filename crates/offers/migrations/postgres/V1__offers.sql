-- Campaigns and promotions, each stored whole in `body`.
CREATE TABLE offers_campaign (
    id         TEXT COLLATE "C" PRIMARY KEY,
    version    BIGINT NOT NULL,
    body       JSON   NOT NULL,
    identifier TEXT COLLATE "C" NOT NULL UNIQUE
);

-- A code names one promotion: the key says so, whoever writes at the same time.
CREATE TABLE offers_promotion (
    id          TEXT COLLATE "C" PRIMARY KEY,
    version     BIGINT NOT NULL,
    body        JSON   NOT NULL,
    code        TEXT COLLATE "C" NOT NULL UNIQUE,
    campaign_id TEXT COLLATE "C"
);
CREATE INDEX offers_promotion_of_campaign ON offers_promotion (campaign_id);

-- How often a promotion was used. Claims change these rows at the same time; no more are counted than the limit.
CREATE TABLE offers_promotion_count (
    promotion_id TEXT COLLATE "C" PRIMARY KEY,
    most         BIGINT,
    used         BIGINT NOT NULL,
    CHECK (used >= 0),
    CHECK (most IS NULL OR used <= most)
);

-- What a campaign's budget has given: uses, or minor units of its currency.
CREATE TABLE offers_budget_count (
    campaign_id TEXT COLLATE "C" PRIMARY KEY,
    most        BIGINT,
    used        BIGINT NOT NULL,
    CHECK (used >= 0),
    CHECK (most IS NULL OR used <= most)
);

-- The same for each customer or e-mail address, where a budget is counted so.
CREATE TABLE offers_share_count (
    campaign_id TEXT COLLATE "C" NOT NULL,
    holder      TEXT COLLATE "C" NOT NULL,
    most        BIGINT,
    used        BIGINT NOT NULL,
    PRIMARY KEY (campaign_id, holder),
    CHECK (used >= 0),
    CHECK (most IS NULL OR used <= most)
);

-- What each reference (an order) has claimed: so that a claim counts once, and a release gives back what was taken.
CREATE TABLE offers_use (
    reference    TEXT COLLATE "C" NOT NULL,
    promotion_id TEXT COLLATE "C" NOT NULL,
    amount       BIGINT NOT NULL,
    campaign_id  TEXT COLLATE "C",
    holder       TEXT COLLATE "C",
    taken        BIGINT NOT NULL,
    at           BIGINT NOT NULL,
    PRIMARY KEY (reference, promotion_id)
);

-- A price list without its prices, which may be thousands.
CREATE TABLE offers_price_list (
    id      TEXT COLLATE "C" PRIMARY KEY,
    version BIGINT NOT NULL,
    body    JSON   NOT NULL
);

CREATE TABLE offers_list_price (
    id            TEXT COLLATE "C" PRIMARY KEY,
    list_id       TEXT COLLATE "C" NOT NULL,
    variant_id    TEXT COLLATE "C" NOT NULL,
    currency_code TEXT COLLATE "C" NOT NULL,
    amount        TEXT COLLATE "C" NOT NULL,
    region_id     TEXT COLLATE "C",
    min_quantity  BIGINT,
    max_quantity  BIGINT,
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL
);
-- The prices of a list, and those of some variants in it.
CREATE INDEX offers_list_price_of ON offers_list_price (list_id, variant_id);
