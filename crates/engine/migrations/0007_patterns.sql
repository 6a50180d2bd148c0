-- STIX patterns that are held against whole records.
INSERT INTO claim_kinds (kind, name) VALUES (28, 'pattern');
