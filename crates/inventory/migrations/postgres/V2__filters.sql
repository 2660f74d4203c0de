-- What staff filter and order items by.
ALTER TABLE inventory_item ADD COLUMN title TEXT COLLATE "C";
ALTER TABLE inventory_item ADD COLUMN requires_shipping BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE inventory_item ADD COLUMN origin_country TEXT COLLATE "C";
ALTER TABLE inventory_item ADD COLUMN hs_code TEXT COLLATE "C";
ALTER TABLE inventory_item ADD COLUMN mid_code TEXT COLLATE "C";
ALTER TABLE inventory_item ADD COLUMN material TEXT COLLATE "C";
ALTER TABLE inventory_item ADD COLUMN weight BIGINT;
ALTER TABLE inventory_item ADD COLUMN length BIGINT;
ALTER TABLE inventory_item ADD COLUMN height BIGINT;
ALTER TABLE inventory_item ADD COLUMN width BIGINT;
ALTER TABLE inventory_item ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0;

-- What staff filter reservations by.
ALTER TABLE inventory_reservation ADD COLUMN description TEXT COLLATE "C";
ALTER TABLE inventory_reservation ADD COLUMN created_by TEXT COLLATE "C";

-- Which reservations stand for a line of an order.
CREATE TABLE inventory_reserved_line (
    line_id        TEXT COLLATE "C" NOT NULL,
    reservation_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (line_id, reservation_id)
);
