-- What is promised is promised to the line of the order, not to the cart's that it grew from: their 26 characters are the same.
UPDATE inventory_reserved_line SET line_id = 'ordli_' || substr(line_id, 6) WHERE line_id LIKE 'cali\_%' ESCAPE '\';
UPDATE inventory_reservation SET body = replace(body, '"cali_', '"ordli_');
