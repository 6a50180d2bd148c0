-- What each detector has tested in each window, as far as the level of later windows follows from it.
CREATE TABLE batches (
    detector     TEXT NOT NULL,
    dataset      TEXT NOT NULL,
    window_start BIGINT NOT NULL,
    window_end   BIGINT NOT NULL,
    n_tests      BIGINT NOT NULL,
    -- The smallest p-values, ascending, as a JSON list.
    smallest     TEXT NOT NULL,
    -- 1 where an earlier window has changed since and this one is to be judged again.
    stale        BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (detector, window_end, window_start, dataset)
);

ALTER TABLE findings ADD COLUMN query TEXT;
