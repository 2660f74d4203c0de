-- An option may be shared: it has a row of its own, without a product, and one more for each product that uses it.
CREATE TABLE catalog_option_new (
    id         TEXT    NOT NULL,
    product_id TEXT    NOT NULL,
    title      TEXT    NOT NULL,
    is_shared  BOOLEAN NOT NULL,
    created_at BIGINT  NOT NULL,
    updated_at BIGINT  NOT NULL,
    PRIMARY KEY (id, product_id)
) WITHOUT ROWID;
INSERT INTO catalog_option_new (id, product_id, title, is_shared, created_at, updated_at)
SELECT o.id, o.product_id, o.title, FALSE, p.created_at, p.created_at
FROM catalog_option o JOIN catalog_product p ON p.id = o.product_id;
DROP TABLE catalog_option;
ALTER TABLE catalog_option_new RENAME TO catalog_option;
CREATE INDEX catalog_option_product ON catalog_option (product_id);

CREATE TABLE catalog_option_value_new (
    id         TEXT NOT NULL,
    product_id TEXT NOT NULL,
    PRIMARY KEY (id, product_id)
) WITHOUT ROWID;
INSERT INTO catalog_option_value_new (id, product_id) SELECT id, product_id FROM catalog_option_value;
DROP TABLE catalog_option_value;
ALTER TABLE catalog_option_value_new RENAME TO catalog_option_value;

-- What each variant has chosen of each option.
CREATE TABLE catalog_choice (
    variant_id TEXT NOT NULL,
    option_id  TEXT NOT NULL,
    value      TEXT NOT NULL,
    PRIMARY KEY (variant_id, option_id)
) WITHOUT ROWID;
INSERT INTO catalog_choice (variant_id, option_id, value)
SELECT variant.value ->> 'id', choice.value ->> 'id', picked.value ->> 'value'
FROM catalog_product p,
     json_each(p.body, '$.variants') variant,
     json_each(p.body, '$.options') choice,
     json_each(choice.value, '$.values') picked
WHERE EXISTS (SELECT 1 FROM json_each(variant.value, '$.option_value_ids') chosen
              WHERE chosen.value = picked.value ->> 'id');

-- Which inventory items each variant takes from the stock.
CREATE TABLE catalog_part (
    item_id    TEXT NOT NULL,
    variant_id TEXT NOT NULL,
    PRIMARY KEY (item_id, variant_id)
) WITHOUT ROWID;
INSERT INTO catalog_part (item_id, variant_id)
SELECT DISTINCT part.value ->> 'item_id', variant.value ->> 'id'
FROM catalog_product p,
     json_each(p.body, '$.variants') variant,
     json_each(variant.value, '$.inventory') part;
