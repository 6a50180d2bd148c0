-- History is only ever added to, whoever asks.
CREATE FUNCTION margay_history_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'lines of history are never changed or removed'; END $$;
CREATE TRIGGER work_history_stays BEFORE UPDATE OR DELETE ON work_history FOR EACH ROW EXECUTE FUNCTION margay_history_stays();
CREATE TRIGGER work_history_is_kept BEFORE TRUNCATE ON work_history FOR EACH STATEMENT EXECUTE FUNCTION margay_history_stays();
