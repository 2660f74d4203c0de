-- Carts, stored whole. What a payment or a completion sets stands in columns, so that neither writes the cart out again.
CREATE TABLE checkout_cart (
    id TEXT COLLATE "C" PRIMARY KEY,
    version BIGINT NOT NULL,
    body JSON NOT NULL,
    customer_id TEXT COLLATE "C",
    payment_collection_id TEXT COLLATE "C",
    completed_at BIGINT,
    updated_at BIGINT NOT NULL
);
