-- Which order a parcel or a return is part of: both are asked for by their own ids.
CREATE TABLE orders_part (
    id TEXT COLLATE "C" PRIMARY KEY,
    -- fulfillment or return
    kind TEXT COLLATE "C" NOT NULL,
    order_id TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX orders_part_by_kind ON orders_part (kind, created_at);
