-- The history of each order: the truth. Rows are only ever added.
CREATE TABLE orders_event (
    order_id TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    data JSON NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (order_id, seq)
);

-- Each history's fold, stored in the transaction that adds to the history.
CREATE TABLE orders_order (
    id TEXT COLLATE "C" PRIMARY KEY,
    version BIGINT NOT NULL,
    body JSON NOT NULL,
    -- One cart becomes at most one order, whoever completes it how often.
    cart_id TEXT COLLATE "C" NOT NULL UNIQUE,
    customer_id TEXT COLLATE "C",
    email TEXT COLLATE "C",
    display_id BIGINT NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL
);
-- Staff look at the newest first; shoppers call an order by its number.
CREATE INDEX orders_order_created_at ON orders_order (created_at);
CREATE INDEX orders_order_display_id ON orders_order (display_id);

-- A customer's orders, in the customer's bucket.
CREATE TABLE orders_of_customer (
    customer_id TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    order_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (customer_id, created_at, order_id)
);

-- Numbers are leased from here in blocks (in the core database).
CREATE TABLE orders_number (
    name TEXT COLLATE "C" PRIMARY KEY,
    next BIGINT NOT NULL
);
INSERT INTO orders_number (name, next) VALUES ('display_id', 1);
