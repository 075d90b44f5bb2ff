-- hub.db as version 0.1.0 made it, with a row of each kind. Never edited: newer versions must open it.
CREATE TABLE schema_version (version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, applied_ms BIGINT NOT NULL);
INSERT INTO schema_version VALUES (1, '0001_hub.sql', 1795348800000);
-- Cases and their append-only record. Plain types that PostgreSQL knows too; times are milliseconds since 1970-01-01 UTC.
CREATE TABLE case_events (
  sequence      BIGINT  NOT NULL PRIMARY KEY,
  case_id       TEXT    NOT NULL,
  version       INTEGER NOT NULL,
  kind          TEXT    NOT NULL,
  at_ms         BIGINT  NOT NULL,
  actor         TEXT    NOT NULL,
  post          TEXT    NOT NULL,
  state         TEXT    NOT NULL,
  data          TEXT    NOT NULL,
  previous_hash TEXT    NOT NULL,
  hash          TEXT    NOT NULL,
  log_hash      TEXT    NOT NULL,
  UNIQUE (case_id, version)
);

CREATE TABLE cases (
  id          TEXT    NOT NULL PRIMARY KEY,
  type        TEXT    NOT NULL,
  severity    INTEGER NOT NULL,
  state       TEXT    NOT NULL,
  is_open     INTEGER NOT NULL,
  place_id    TEXT    NOT NULL,
  grids       TEXT    NOT NULL,
  opened_ms   BIGINT  NOT NULL,
  closed_ms   BIGINT  NOT NULL,
  sim         INTEGER NOT NULL,
  restricted  INTEGER NOT NULL,
  words       TEXT    NOT NULL,
  body        TEXT    NOT NULL
);
CREATE INDEX cases_by_severity ON cases (is_open, severity, opened_ms DESC, id);
CREATE INDEX cases_by_opening ON cases (opened_ms);
CREATE INDEX cases_by_closing ON cases (closed_ms);

CREATE TABLE alerts (
  id         INTEGER NOT NULL PRIMARY KEY,
  lane       INTEGER NOT NULL,
  position   BIGINT  NOT NULL,
  ordinal    INTEGER NOT NULL,
  type       TEXT    NOT NULL,
  rule       TEXT    NOT NULL,
  arrival_ms BIGINT  NOT NULL,
  fate       TEXT    NOT NULL,
  case_id    TEXT    NOT NULL,
  body       TEXT    NOT NULL,
  UNIQUE (lane, position, ordinal)
);
CREATE INDEX alerts_by_case ON alerts (case_id, id);
CREATE INDEX alerts_by_type ON alerts (type, id);
CREATE INDEX alerts_by_rule ON alerts (rule, id);

CREATE TABLE lanes (
  lane          INTEGER NOT NULL PRIMARY KEY,
  position      BIGINT  NOT NULL,
  clock_ms      BIGINT  NOT NULL,
  messages      BIGINT  NOT NULL,
  decoded       BIGINT  NOT NULL,
  dead_lettered BIGINT  NOT NULL,
  duplicates    BIGINT  NOT NULL,
  late          BIGINT  NOT NULL,
  readings      BIGINT  NOT NULL
);

CREATE TABLE lane_snapshots (
  lane        INTEGER NOT NULL PRIMARY KEY,
  position    BIGINT  NOT NULL,
  fingerprint TEXT    NOT NULL,
  decoder     BLOB    NOT NULL,
  rules       BLOB    NOT NULL
);

CREATE TABLE dead_letters (
  id            INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  lane          INTEGER NOT NULL,
  position      BIGINT  NOT NULL,
  topic         TEXT    NOT NULL,
  device_id     TEXT    NOT NULL,
  arrival_ms    BIGINT  NOT NULL,
  reason        TEXT    NOT NULL,
  detail        TEXT    NOT NULL,
  payload       BLOB    NOT NULL,
  payload_bytes INTEGER NOT NULL
);
CREATE INDEX dead_letters_by_reason ON dead_letters (reason, id);
CREATE INDEX dead_letters_by_device ON dead_letters (device_id, id);

CREATE TABLE devices (id TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, place_id TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE places (id TEXT NOT NULL PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE grids (code TEXT NOT NULL PRIMARY KEY, body TEXT NOT NULL);

CREATE TABLE accounts (id TEXT NOT NULL PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE tokens (id TEXT NOT NULL PRIMARY KEY, created_ms BIGINT NOT NULL, body TEXT NOT NULL);

CREATE TABLE audit (
  id            BIGINT NOT NULL PRIMARY KEY,
  at_ms         BIGINT NOT NULL,
  actor         TEXT   NOT NULL,
  post          TEXT   NOT NULL,
  action        TEXT   NOT NULL,
  subject       TEXT   NOT NULL,
  detail        TEXT   NOT NULL,
  previous_hash TEXT   NOT NULL,
  hash          TEXT   NOT NULL
);

INSERT INTO devices VALUES ('port-1', 'chargerPort', 'leshan/estate-1/shed-1/bay-01', '{"id":"port-1","kind":"chargerPort","name":"","placeId":"leshan/estate-1/shed-1/bay-01"}');
INSERT INTO lanes VALUES (0, 12, 1795348800000, 9, 7, 1, 1, 0, 21);
INSERT INTO lane_snapshots VALUES (0, 12, 'abc', x'010203', x'04');
INSERT INTO dead_letters (lane, position, topic, device_id, arrival_ms, reason, detail, payload, payload_bytes) VALUES (0, 7, 'hub/v1/port-1/telemetry', 'port-1', 1795348800000, 'bad-json', 'found x', x'7b62726f6b656e', 7);
