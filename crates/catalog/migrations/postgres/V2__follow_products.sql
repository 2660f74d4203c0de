-- Which product was made, changed or removed when, for what follows the catalogue: a row a product, the last change only.
CREATE TABLE catalog_move (
    product_id TEXT COLLATE "C" PRIMARY KEY,
    revision   TEXT COLLATE "C" NOT NULL,
    moved_at   BIGINT NOT NULL
);
CREATE INDEX catalog_move_at ON catalog_move (moved_at, product_id);

-- What products are found by is in the search index of each process.
DROP TABLE catalog_text;
