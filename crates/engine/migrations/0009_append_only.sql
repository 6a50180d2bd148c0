-- History is only ever added to, whoever asks.
CREATE TRIGGER work_history_stays BEFORE UPDATE ON work_history
BEGIN
    SELECT RAISE(ABORT, 'lines of history are never changed');
END;
CREATE TRIGGER work_history_is_kept BEFORE DELETE ON work_history
BEGIN
    SELECT RAISE(ABORT, 'lines of history are never removed');
END;
