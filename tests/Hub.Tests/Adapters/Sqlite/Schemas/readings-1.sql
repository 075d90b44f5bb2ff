-- readings.db as version 0.1.0 made it: an open chunk, a text and a batch of the tail. Never edited: newer versions must open it.
CREATE TABLE checkpoint(id INTEGER PRIMARY KEY CHECK(id = 1), positions BLOB NOT NULL, state BLOB NOT NULL, readings INTEGER NOT NULL) STRICT;
INSERT INTO "checkpoint" VALUES(1,X'05000000000000000300000000000000',X'09',4);
CREATE TABLE chunks(id INTEGER PRIMARY KEY, series INTEGER NOT NULL, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL, n INTEGER NOT NULL,
    vmin REAL, vmax REAL, vsum REAL, vlast REAL, data BLOB NOT NULL) STRICT;
CREATE TABLE rollups(id INTEGER PRIMARY KEY, series INTEGER NOT NULL, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL, data BLOB NOT NULL) STRICT;
CREATE TABLE series(id INTEGER PRIMARY KEY, device TEXT NOT NULL, channel TEXT NOT NULL, tail INTEGER NOT NULL,
    latest_ms INTEGER, latest_value REAL, latest_text TEXT, open_n INTEGER NOT NULL, open_data BLOB) STRICT;
INSERT INTO "series" VALUES(1,'port-1','power',1,1795348805000,182.6,NULL,2,X'09FFFF7F5816CA03FFFCBE40D2008A8AB7EE');
INSERT INTO "series" VALUES(2,'port-1','state',1,1795348800000,NULL,'charging',1,X'28FFFF7F5816CA00400218DA185C99DA5B99C064E06930');
CREATE TABLE tail(seq INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;
INSERT INTO "tail" VALUES(2,X'01A0A486B2C0680000BC280203');
CREATE INDEX chunks_by_time ON chunks(series, from_ms, to_ms);
CREATE INDEX rollups_by_time ON rollups(series, from_ms, to_ms);
PRAGMA user_version = 1;
