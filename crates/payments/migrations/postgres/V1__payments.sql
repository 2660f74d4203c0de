-- A collection with its sessions and payments, stored whole. The key on the cart: one cart is paid once.
CREATE TABLE payments_collection (
    id       TEXT COLLATE "C" PRIMARY KEY,
    version  BIGINT NOT NULL,
    body     JSON   NOT NULL,
    cart_id  TEXT COLLATE "C" NOT NULL UNIQUE,
    order_id TEXT COLLATE "C"
);
CREATE INDEX payments_collection_of_order ON payments_collection (order_id) WHERE order_id IS NOT NULL;

-- Where a payment is kept that is asked for by its own id, as the staff and providers do.
CREATE TABLE payments_payment (
    id            TEXT COLLATE "C" PRIMARY KEY,
    collection_id TEXT COLLATE "C" NOT NULL
);
