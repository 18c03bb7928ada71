// The first version of the tables. Columns are what is queried and what nearly every row has, for they are smaller
// than JSON; a row's other fields are JSON text in `rest`. Long texts that are written once stand last, so that a
// read of the columns before need not load them.

export const initial = `
CREATE TABLE shard (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  epoch INTEGER NOT NULL,
  commit_number INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  is_in_order INTEGER NOT NULL
);
INSERT INTO shard (id, epoch, commit_number, sequence, is_in_order) VALUES (1, 0, 0, 0, 1);

CREATE TABLE apps (id TEXT PRIMARY KEY, rest TEXT) WITHOUT ROWID;

CREATE TABLE functions (id TEXT PRIMARY KEY, app_id TEXT NOT NULL, rest TEXT) WITHOUT ROWID;
CREATE INDEX functions_by_app ON functions (app_id);

CREATE TABLE events (
  sequence INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  is_internal INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  ts INTEGER NOT NULL,
  external_id TEXT NOT NULL,
  rest TEXT,
  text TEXT NOT NULL
);
CREATE INDEX events_by_name ON events (name);
CREATE INDEX events_by_name_and_time ON events (name, received_at);
CREATE INDEX events_by_time ON events (is_internal, received_at);

CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  function_id TEXT NOT NULL,
  status TEXT NOT NULL,
  queued_at INTEGER NOT NULL,
  started_at INTEGER,
  ended_at INTEGER,
  event_ids TEXT NOT NULL,
  event_name TEXT,
  invoked_by_run_id TEXT,
  replay_id TEXT,
  sequence INTEGER NOT NULL,
  lane_order INTEGER NOT NULL,
  request_version INTEGER NOT NULL,
  disable_immediate_execution INTEGER NOT NULL,
  batch INTEGER NOT NULL,
  due_at INTEGER,
  failure_group TEXT,
  rest TEXT,
  cancelled_by TEXT,
  output TEXT
) WITHOUT ROWID;
CREATE INDEX runs_by_time ON runs (queued_at);
CREATE INDEX runs_by_status ON runs (status, function_id, queued_at);
CREATE INDEX runs_by_event_name ON runs (event_name, queued_at) WHERE event_name IS NOT NULL;
CREATE INDEX runs_by_start ON runs (started_at) WHERE started_at IS NOT NULL;
CREATE INDEX runs_by_end ON runs (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX runs_by_outcome ON runs (status, ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX runs_by_failure ON runs (failure_group, queued_at) WHERE failure_group IS NOT NULL;
CREATE INDEX runs_by_replay ON runs (replay_id, queued_at) WHERE replay_id IS NOT NULL;
CREATE INDEX runs_by_invoker ON runs (invoked_by_run_id) WHERE invoked_by_run_id IS NOT NULL;

CREATE INDEX runs_by_canceller ON runs (cancelled_by) WHERE cancelled_by IS NOT NULL;

-- Which runs an event triggered; kept by triggers, because a run's events never change.
CREATE TABLE run_events (event_id TEXT NOT NULL, run_id TEXT NOT NULL, PRIMARY KEY (event_id, run_id)) WITHOUT ROWID;
CREATE TRIGGER runs_added AFTER INSERT ON runs BEGIN
  INSERT INTO run_events (event_id, run_id) SELECT DISTINCT value, NEW.id FROM json_each(NEW.event_ids);
END;
CREATE TRIGGER runs_removed AFTER DELETE ON runs BEGIN
  DELETE FROM run_events WHERE run_id = OLD.id AND event_id IN (SELECT value FROM json_each(OLD.event_ids));
END;

CREATE TABLE steps (
  run_id TEXT NOT NULL,
  key TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  status TEXT NOT NULL,
  position INTEGER,
  batch INTEGER NOT NULL,
  race INTEGER NOT NULL,
  registered_at INTEGER NOT NULL,
  started_at INTEGER,
  ended_at INTEGER,
  due_at INTEGER,
  rest TEXT,
  resumed_by TEXT,
  result TEXT,
  PRIMARY KEY (run_id, key)
) WITHOUT ROWID;
CREATE INDEX steps_by_event ON steps (resumed_by) WHERE resumed_by IS NOT NULL;

CREATE TABLE attempts (
  run_id TEXT NOT NULL,
  ended_at INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  step_id TEXT NOT NULL,
  rest TEXT,
  PRIMARY KEY (run_id, ended_at, attempt, step_id)
) WITHOUT ROWID;

CREATE TABLE jobs (
  id TEXT PRIMARY KEY,
  due_at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  run_id TEXT,
  function_id TEXT,
  lane TEXT,
  lane_order INTEGER,
  sequence INTEGER,
  event_id TEXT,
  rest TEXT
) WITHOUT ROWID;
CREATE INDEX jobs_by_time ON jobs (due_at);
CREATE INDEX jobs_by_lane ON jobs (function_id, lane, lane_order, sequence) WHERE kind = 'call';
CREATE INDEX jobs_by_run ON jobs (run_id) WHERE run_id IS NOT NULL;
CREATE INDEX jobs_by_event ON jobs (event_id) WHERE event_id IS NOT NULL;

-- \`keys\` is a JSON array of [shape, values]; its entries are copied to wait_keys by triggers.
CREATE TABLE waits (
  id TEXT PRIMARY KEY,
  run_id TEXT NOT NULL,
  event TEXT NOT NULL,
  after_sequence INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  keys TEXT NOT NULL,
  rest TEXT
) WITHOUT ROWID;
CREATE INDEX waits_by_run ON waits (run_id);
CREATE TABLE wait_keys (
  event TEXT NOT NULL,
  shape TEXT NOT NULL,
  compared TEXT NOT NULL,
  wait_id TEXT NOT NULL,
  PRIMARY KEY (event, shape, compared, wait_id)
) WITHOUT ROWID;
CREATE TRIGGER waits_added AFTER INSERT ON waits BEGIN
  INSERT INTO wait_keys (event, shape, compared, wait_id)
  SELECT DISTINCT NEW.event, json_extract(value, '$[0]'), json_extract(value, '$[1]'), NEW.id
  FROM json_each(NEW.keys);
END;
CREATE TRIGGER waits_removed AFTER DELETE ON waits BEGIN
  DELETE FROM wait_keys WHERE event = OLD.event AND wait_id = OLD.id AND (shape, compared) IN (
    SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(OLD.keys)
  );
END;
CREATE TRIGGER waits_changed AFTER UPDATE OF event, keys ON waits BEGIN
  DELETE FROM wait_keys WHERE event = OLD.event AND wait_id = OLD.id AND (shape, compared) IN (
    SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(OLD.keys)
  );
  INSERT INTO wait_keys (event, shape, compared, wait_id)
  SELECT DISTINCT NEW.event, json_extract(value, '$[0]'), json_extract(value, '$[1]'), NEW.id
  FROM json_each(NEW.keys);
END;

CREATE TABLE signals (name TEXT PRIMARY KEY, rest TEXT) WITHOUT ROWID;

CREATE TABLE dedupes (key TEXT PRIMARY KEY, expires_at INTEGER NOT NULL, rest TEXT) WITHOUT ROWID;
CREATE INDEX dedupes_by_time ON dedupes (expires_at);

CREATE TABLE limits (key TEXT PRIMARY KEY, kind TEXT NOT NULL, expires_at INTEGER, rest TEXT) WITHOUT ROWID;
CREATE INDEX limits_by_time ON limits (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE syncs (id TEXT PRIMARY KEY, app_id TEXT NOT NULL, at INTEGER NOT NULL, rest TEXT) WITHOUT ROWID;
CREATE INDEX syncs_by_time ON syncs (at);
CREATE INDEX syncs_by_app ON syncs (app_id, at);

CREATE TABLE failure_marks (
  key TEXT PRIMARY KEY,
  mark_group TEXT NOT NULL,
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  rest TEXT
) WITHOUT ROWID;

CREATE TABLE controls (function_id TEXT PRIMARY KEY, rest TEXT) WITHOUT ROWID;

CREATE TABLE outcomes (
  event_id TEXT NOT NULL,
  function_id TEXT NOT NULL,
  rest TEXT,
  PRIMARY KEY (event_id, function_id)
) WITHOUT ROWID;

CREATE TABLE poisons (id TEXT PRIMARY KEY, at INTEGER NOT NULL, run_id TEXT, rest TEXT) WITHOUT ROWID;
CREATE INDEX poisons_by_time ON poisons (at);

CREATE TABLE bulks (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  status TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  ended_at INTEGER,
  rest TEXT
) WITHOUT ROWID;
CREATE INDEX bulks_by_time ON bulks (created_at);
CREATE INDEX bulks_by_end ON bulks (ended_at) WHERE ended_at IS NOT NULL;
`;
