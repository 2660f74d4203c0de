-- Products, whole: the body holds options, variants, prices and pictures. It stands last, so that reading the columns
-- before it does not touch the pages it overflows to.
CREATE TABLE catalog_product (
    id          TEXT COLLATE "C" PRIMARY KEY,
    version     BIGINT  NOT NULL,
    handle      TEXT COLLATE "C" NOT NULL UNIQUE,
    title       TEXT COLLATE "C" NOT NULL,
    status      TEXT COLLATE "C" NOT NULL,
    is_giftcard BOOLEAN NOT NULL,
    external_id TEXT COLLATE "C",
    created_at  BIGINT  NOT NULL,
    updated_at  BIGINT  NOT NULL,
    body        TEXT COLLATE "C" NOT NULL
);
-- The orders lists of staff come in; those of shoppers come from catalog_member.
CREATE INDEX catalog_product_status ON catalog_product (status, created_at, id);
CREATE INDEX catalog_product_created ON catalog_product (created_at, id);
CREATE INDEX catalog_product_updated ON catalog_product (updated_at, id);
CREATE INDEX catalog_product_title ON catalog_product (title, id);
CREATE INDEX catalog_product_external ON catalog_product (external_id) WHERE external_id IS NOT NULL;

-- Which product is in which list: sales channels, categories, collections, tags and types, whose ids cannot be confused.
-- Status and time of making are repeated from the product, so that "the newest published in this channel" is a walk
-- along the primary key, whatever the number of products.
CREATE TABLE catalog_member (
    list_id    TEXT COLLATE "C" NOT NULL,
    status     TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    product_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (list_id, status, created_at, product_id)
);
-- The same lists by id, and the question whether a product is in one.
CREATE INDEX catalog_member_product ON catalog_member (list_id, status, product_id);

-- Where each variant is, and what of it must be unique in the shop.
CREATE TABLE catalog_variant (
    id               TEXT COLLATE "C" PRIMARY KEY,
    product_id       TEXT COLLATE "C" NOT NULL,
    sku              TEXT COLLATE "C",
    ean              TEXT COLLATE "C",
    upc              TEXT COLLATE "C",
    barcode          TEXT COLLATE "C",
    title            TEXT COLLATE "C" NOT NULL,
    allow_backorder  BOOLEAN NOT NULL,
    manage_inventory BOOLEAN NOT NULL,
    created_at       BIGINT  NOT NULL,
    updated_at       BIGINT  NOT NULL
);
CREATE INDEX catalog_variant_product ON catalog_variant (product_id);
CREATE UNIQUE INDEX catalog_variant_sku ON catalog_variant (sku) WHERE sku IS NOT NULL;
CREATE UNIQUE INDEX catalog_variant_ean ON catalog_variant (ean) WHERE ean IS NOT NULL;
CREATE UNIQUE INDEX catalog_variant_upc ON catalog_variant (upc) WHERE upc IS NOT NULL;
CREATE UNIQUE INDEX catalog_variant_barcode ON catalog_variant (barcode) WHERE barcode IS NOT NULL;

-- Where each option and each value of one is.
CREATE TABLE catalog_option (
    id         TEXT COLLATE "C" PRIMARY KEY,
    product_id TEXT COLLATE "C" NOT NULL,
    title      TEXT COLLATE "C" NOT NULL
);
CREATE TABLE catalog_option_value (
    id         TEXT COLLATE "C" PRIMARY KEY,
    product_id TEXT COLLATE "C" NOT NULL
);

-- What a product is found by, in lower case, apart from the bodies: a search reads all of it.
CREATE TABLE catalog_text (
    product_id TEXT COLLATE "C" PRIMARY KEY,
    words      TEXT COLLATE "C" NOT NULL
);

-- Categories, collections, tags and types. `name` is what is unique within a kind: the handle, or the value.
-- `parent_id` is empty for all that have none.
CREATE TABLE catalog_term (
    id        TEXT COLLATE "C" PRIMARY KEY,
    version   BIGINT NOT NULL,
    kind      TEXT COLLATE "C" NOT NULL,
    name      TEXT COLLATE "C" NOT NULL,
    parent_id TEXT COLLATE "C" NOT NULL,
    body      TEXT COLLATE "C" NOT NULL,
    UNIQUE (kind, name)
);
