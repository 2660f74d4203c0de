-- A cart whose payment another system is asked for: since when, and when that system is asked again if nobody hears from it.
ALTER TABLE checkout_cart ADD COLUMN awaiting_since BIGINT;
ALTER TABLE checkout_cart ADD COLUMN ask_again_at BIGINT;
-- How many events the history of its order has already: attempts to pay.
ALTER TABLE checkout_cart ADD COLUMN order_events BIGINT NOT NULL DEFAULT 0;
CREATE INDEX checkout_cart_ask_again_at ON checkout_cart (ask_again_at) WHERE ask_again_at IS NOT NULL;
