-- Whether prices contain the tax, for each currency and each region that says so. It used to stand in the regions and the
-- settings of the shop.
CREATE TABLE market_price_preference (
    id         TEXT   PRIMARY KEY,
    version    BIGINT NOT NULL,
    body       JSON   NOT NULL,
    attribute  TEXT   NOT NULL,
    value      TEXT   NOT NULL,
    UNIQUE (attribute, value)
);

INSERT INTO market_price_preference (id, version, body, attribute, value)
SELECT 'prpref_' || substr(id, 5), 1,
       json_object('id', 'prpref_' || substr(id, 5), 'attribute', 'region_id', 'value', id,
                   'is_tax_inclusive', json(iif(json_extract(body, '$.is_tax_inclusive'), 'true', 'false')),
                   'created_at', json_extract(body, '$.created_at'), 'updated_at', json_extract(body, '$.updated_at')),
       'region_id', id
FROM market_region;

INSERT INTO market_price_preference (id, version, body, attribute, value)
SELECT 'prpref_' || substr(shop.id, 7, 23) || upper(json_extract(held.value, '$.currency')), 1,
       json_object('id', 'prpref_' || substr(shop.id, 7, 23) || upper(json_extract(held.value, '$.currency')),
                   'attribute', 'currency_code', 'value', json_extract(held.value, '$.currency'),
                   'is_tax_inclusive', json('true'),
                   'created_at', json_extract(shop.body, '$.created_at'),
                   'updated_at', json_extract(shop.body, '$.updated_at')),
       'currency_code', json_extract(held.value, '$.currency')
FROM market_store AS shop, json_each(shop.body, '$.currencies') AS held
WHERE json_extract(held.value, '$.is_tax_inclusive');

-- Why things come back, as a tree.
CREATE TABLE market_return_reason (
    id         TEXT   PRIMARY KEY,
    version    BIGINT NOT NULL,
    body       JSON   NOT NULL,
    value      TEXT   NOT NULL UNIQUE,
    parent_id  TEXT   NULL
);
CREATE INDEX market_return_reason_below ON market_return_reason (parent_id);

-- Why money is given back.
CREATE TABLE market_refund_reason (
    id         TEXT   PRIMARY KEY,
    version    BIGINT NOT NULL,
    body       JSON   NOT NULL,
    code       TEXT   NOT NULL UNIQUE
);
