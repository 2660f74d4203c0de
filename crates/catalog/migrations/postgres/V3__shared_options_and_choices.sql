-- An option may be shared: it has a row of its own, without a product, and one more for each product that uses it.
DROP TABLE catalog_option;
CREATE TABLE catalog_option (
    id         TEXT COLLATE "C" NOT NULL,
    product_id TEXT COLLATE "C" NOT NULL,
    title      TEXT COLLATE "C" NOT NULL,
    is_shared  BOOLEAN NOT NULL,
    created_at BIGINT  NOT NULL,
    updated_at BIGINT  NOT NULL,
    PRIMARY KEY (id, product_id)
);
CREATE INDEX catalog_option_product ON catalog_option (product_id);

DROP TABLE catalog_option_value;
CREATE TABLE catalog_option_value (
    id         TEXT COLLATE "C" NOT NULL,
    product_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (id, product_id)
);

-- What each variant has chosen of each option.
CREATE TABLE catalog_choice (
    variant_id TEXT COLLATE "C" NOT NULL,
    option_id  TEXT COLLATE "C" NOT NULL,
    value      TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (variant_id, option_id)
);

-- Which inventory items each variant takes from the stock.
CREATE TABLE catalog_part (
    item_id    TEXT COLLATE "C" NOT NULL,
    variant_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (item_id, variant_id)
);
