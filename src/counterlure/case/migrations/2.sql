-- From version 1: profiles learn of pictures, recommendations and identifiers; portraits and pages of organisations come.
ALTER TABLE profile ADD COLUMN recommendations INTEGER;
ALTER TABLE profile ADD COLUMN picture TEXT;
ALTER TABLE position ADD COLUMN identifier TEXT;
CREATE TABLE portrait (
    id INTEGER PRIMARY KEY, stem TEXT NOT NULL, hashes BLOB NOT NULL, eyes TEXT,
    source INTEGER NOT NULL REFERENCES source(id), line INTEGER NOT NULL
) STRICT;
CREATE TABLE page (
    id INTEGER PRIMARY KEY, organisation TEXT NOT NULL, identifier TEXT, captured_at INTEGER, followers INTEGER,
    staff INTEGER, founded TEXT, country TEXT, source INTEGER NOT NULL REFERENCES source(id), line INTEGER NOT NULL
) STRICT;
CREATE INDEX profile_account ON profile(account);
CREATE INDEX position_profile ON position(profile);
