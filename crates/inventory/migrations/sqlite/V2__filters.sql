-- What staff filter and order items by.
ALTER TABLE inventory_item ADD COLUMN title TEXT;
ALTER TABLE inventory_item ADD COLUMN requires_shipping BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE inventory_item ADD COLUMN origin_country TEXT;
ALTER TABLE inventory_item ADD COLUMN hs_code TEXT;
ALTER TABLE inventory_item ADD COLUMN mid_code TEXT;
ALTER TABLE inventory_item ADD COLUMN material TEXT;
ALTER TABLE inventory_item ADD COLUMN weight BIGINT;
ALTER TABLE inventory_item ADD COLUMN length BIGINT;
ALTER TABLE inventory_item ADD COLUMN height BIGINT;
ALTER TABLE inventory_item ADD COLUMN width BIGINT;
ALTER TABLE inventory_item ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0;
UPDATE inventory_item SET
    title = body ->> 'title',
    requires_shipping = body ->> 'requires_shipping',
    origin_country = body ->> 'origin_country',
    hs_code = body ->> 'hs_code',
    mid_code = body ->> 'mid_code',
    material = body ->> 'material',
    weight = body ->> 'weight',
    length = body ->> 'length',
    height = body ->> 'height',
    width = body ->> 'width',
    updated_at = body ->> 'updated_at';

-- What staff filter reservations by.
ALTER TABLE inventory_reservation ADD COLUMN description TEXT;
ALTER TABLE inventory_reservation ADD COLUMN created_by TEXT;
UPDATE inventory_reservation SET description = body ->> 'description', created_by = body ->> 'created_by';

-- Which reservations stand for a line of an order.
CREATE TABLE inventory_reserved_line (
    line_id        TEXT NOT NULL,
    reservation_id TEXT NOT NULL,
    PRIMARY KEY (line_id, reservation_id)
) WITHOUT ROWID;
INSERT INTO inventory_reserved_line (line_id, reservation_id)
SELECT DISTINCT line.value ->> 'line_id', r.id
FROM inventory_reservation r, json_each(r.body, '$.lines') line;
