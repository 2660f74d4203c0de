-- Carts, stored whole. What a payment or a completion sets stands in columns, so that neither writes the cart out again.
CREATE TABLE checkout_cart (
    id TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    body JSON NOT NULL,
    customer_id TEXT,
    payment_collection_id TEXT,
    completed_at BIGINT,
    updated_at BIGINT NOT NULL
);
