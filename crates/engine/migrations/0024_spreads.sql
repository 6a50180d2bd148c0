-- How all p-values of a window lie, as JSON: counts by twentieths, and by powers of ten. Empty where the window was
-- judged before that was kept.
ALTER TABLE batches ADD COLUMN spread TEXT NOT NULL DEFAULT '';
