-- How many tests of a window gave a p-value of at most one half: whether the null hypothesis is to be believed.
ALTER TABLE batches ADD COLUMN n_small BIGINT NOT NULL DEFAULT 0;
