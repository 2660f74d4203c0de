-- What kinds of delivery there are. Each option keeps a copy of its own, which changes with it.
CREATE TABLE fulfilment_option_type (
    id      TEXT   PRIMARY KEY,
    version BIGINT NOT NULL,
    body    JSON   NOT NULL
);

UPDATE fulfilment_option
SET body = json_set(body, '$.type.created_at', json_extract(body, '$.created_at'),
                          '$.type.updated_at', json_extract(body, '$.updated_at'));

INSERT INTO fulfilment_option_type (id, version, body)
SELECT json_extract(body, '$.type.id'), 1, json_extract(body, '$.type')
FROM fulfilment_option
GROUP BY json_extract(body, '$.type.id');

-- Which options are of a type: such a type stays.
ALTER TABLE fulfilment_option ADD COLUMN type_id TEXT NOT NULL DEFAULT '';
UPDATE fulfilment_option SET type_id = json_extract(body, '$.type.id');
CREATE INDEX fulfilment_option_of_type ON fulfilment_option (type_id);

-- Which providers deliver from a stock location.
CREATE TABLE fulfilment_location_provider (
    location_id TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    PRIMARY KEY (location_id, provider_id)
);
