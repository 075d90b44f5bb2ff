CREATE TABLE suppressions (
  id      TEXT   NOT NULL PRIMARY KEY,
  made_ms BIGINT NOT NULL,
  over_ms BIGINT NOT NULL, -- its end, or when it was ended before
  body    TEXT   NOT NULL
);
CREATE INDEX suppressions_by_end ON suppressions (over_ms);
