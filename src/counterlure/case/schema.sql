-- The case, version 3. Times are UTC epoch seconds. Source rows are never changed; decisions live beside them.
-- A row seen in several deliveries stands once, under the first; `*_also` names the further ones, which keep it when
-- the first is purged. Numbers that people are shown are never given twice (AUTOINCREMENT). That an address names one
-- account and a thread stands once is seen to by the writer, which holds both in memory, and checked by `doctor`: an
-- index on what comes in random order would cost more than all the rest (decisions/2026-11-27-bulk-reading.md).

CREATE TABLE meta (              -- one row per fact about the case itself
    key TEXT PRIMARY KEY,        -- schema_version, case_id, created_at, purpose, basis, controller, retention_days, salt,
                                 -- last_run (number of the newest assessment_run), judged_with (JSON: files besides)
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE target (            -- a protected person: who handed a delivery in, or was reported as approached
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- shown as T-0001
    account INTEGER REFERENCES account(id),  -- the person's own account, once known
    name TEXT,                   -- never read by a detector
    organisation TEXT,           -- where the person works, for exposure only
    role TEXT,                   -- job title, for exposure only
    department TEXT              -- unit inside the organisation, for exposure only
) STRICT;

CREATE TABLE delivery (          -- one thing handed in: an archive, a folder, a file
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,          -- as given on the command line, last component
    digest TEXT UNIQUE,          -- SHA-256 over the members' digests; NULL where not everything could be read
    partial_digest TEXT UNIQUE,  -- the same where something could not be read: reading it again goes on in this row
    target INTEGER REFERENCES target(id),
    read_at INTEGER NOT NULL,
    expires_at INTEGER           -- read_at + retention; NULL: kept until purged by hand
) STRICT;

CREATE TABLE source (            -- one member file of a delivery
    id INTEGER PRIMARY KEY,
    delivery INTEGER NOT NULL REFERENCES delivery(id),
    name TEXT NOT NULL,          -- "archive.zip/messages.csv"
    kind TEXT NOT NULL,
    digest TEXT NOT NULL         -- SHA-256 of the member's bytes
) STRICT;

CREATE TABLE skipped (           -- input that was not read, or read with a warning
    source TEXT NOT NULL,        -- "file:line"
    reason TEXT NOT NULL,
    severity TEXT NOT NULL,      -- skip | warning
    delivery INTEGER REFERENCES delivery(id)  -- NULL where nothing of the delivery could be opened
) STRICT;

CREATE TABLE account (           -- who sends
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT,                   -- as displayed; never read by a detector
    url TEXT,                    -- as written; for people
    headline TEXT,               -- never read by a detector
    employer TEXT,               -- claimed employer; read only by the employer detector
    local INTEGER NOT NULL,      -- 1 where the account is known only inside one delivery
    removed INTEGER NOT NULL     -- 1 where the platform shows it only as a removed member
) STRICT;

CREATE TABLE account_key (       -- every address under which an account was seen
    key TEXT NOT NULL,           -- in:slug, member:123, mail:..., name:..., removed:...
    account INTEGER NOT NULL REFERENCES account(id),
    PRIMARY KEY (account, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE conversation (      -- one thread
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,           -- the platform's id, or one made from owner and partner
    title TEXT
) STRICT;

CREATE TABLE participant (       -- who takes part in a thread
    conversation INTEGER NOT NULL REFERENCES conversation(id),
    account INTEGER NOT NULL REFERENCES account(id),
    delivery INTEGER NOT NULL REFERENCES delivery(id),
    PRIMARY KEY (conversation, account)
) STRICT, WITHOUT ROWID;

CREATE TABLE participant_also (  -- the same in a further delivery
    conversation INTEGER NOT NULL REFERENCES conversation(id),
    account INTEGER NOT NULL REFERENCES account(id),
    delivery INTEGER NOT NULL REFERENCES delivery(id),
    PRIMARY KEY (conversation, account, delivery)
) STRICT, WITHOUT ROWID;

CREATE TABLE conversation_delivery (  -- in whose deliveries a thread stands
    conversation INTEGER NOT NULL REFERENCES conversation(id),
    target INTEGER NOT NULL REFERENCES target(id),
    delivery INTEGER NOT NULL REFERENCES delivery(id),
    PRIMARY KEY (conversation, target)
) STRICT, WITHOUT ROWID;

CREATE TABLE conversation_delivery_also (  -- the same in a further delivery
    conversation INTEGER NOT NULL REFERENCES conversation(id),
    target INTEGER NOT NULL REFERENCES target(id),
    delivery INTEGER NOT NULL REFERENCES delivery(id),
    PRIMARY KEY (conversation, target, delivery)
) STRICT, WITHOUT ROWID;

CREATE TABLE message (           -- one message; the same one seen in two archives is one row
    id INTEGER PRIMARY KEY,
    conversation INTEGER NOT NULL REFERENCES conversation(id),
    sent_at INTEGER,             -- NULL where the file gives no readable date
    sender INTEGER NOT NULL REFERENCES account(id),
    source INTEGER NOT NULL REFERENCES source(id),
    line INTEGER NOT NULL,       -- physical line in the source where the row starts
    flags INTEGER NOT NULL,      -- spam 1, draft 2, html 4, attachment 8, archived 16, inmail 32
    text TEXT NOT NULL,          -- plain text, NFC, without control or invisible characters
    subject TEXT
) STRICT;

CREATE TABLE message_also (      -- the same message in a further delivery
    message INTEGER NOT NULL REFERENCES message(id),
    source INTEGER NOT NULL REFERENCES source(id),
    line INTEGER NOT NULL,
    PRIMARY KEY (message, source)
) STRICT, WITHOUT ROWID;

CREATE TABLE contact (           -- invitation, notification mail, call, meeting, trip
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    account INTEGER NOT NULL REFERENCES account(id),
    target INTEGER NOT NULL REFERENCES target(id),
    incoming INTEGER NOT NULL,
    at INTEGER,
    text TEXT,
    authentication TEXT,         -- mails: pass, fail, absent
    zone_known INTEGER NOT NULL,
    source INTEGER NOT NULL REFERENCES source(id),
    line INTEGER NOT NULL
) STRICT;

CREATE TABLE contact_also (      -- the same contact in a further delivery
    contact INTEGER NOT NULL REFERENCES contact(id),
    source INTEGER NOT NULL REFERENCES source(id),
    line INTEGER NOT NULL,
    PRIMARY KEY (contact, source)
) STRICT, WITHOUT ROWID;

CREATE TABLE profile (           -- a dated capture of what an account displays
    id INTEGER PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES account(id),
    captured_at INTEGER,         -- NULL where neither the file nor who handed it in says when
    headline TEXT,               -- never read by a detector
    summary TEXT,                -- compared between accounts, never judged by itself
    connections INTEGER,         -- as shown; the platform's public cap "500+" is 500
    followers INTEGER,
    source INTEGER NOT NULL REFERENCES source(id),
    line INTEGER NOT NULL,
    recommendations INTEGER,     -- received; NULL where the capture does not show them
    picture TEXT                 -- stem of the portrait's file name beside the capture, case-folded
) STRICT;

CREATE TABLE position (          -- one role or degree shown by a profile
    profile INTEGER NOT NULL REFERENCES profile(id),
    kind TEXT NOT NULL,          -- work, education
    organisation TEXT,
    title TEXT,                  -- compared between accounts and by rank words, never a sort order of people
    started TEXT,                -- YYYY or YYYY-MM
    ended TEXT,
    description TEXT,
    line INTEGER NOT NULL,
    identifier TEXT              -- what the capture gives as the organisation's own: company:<slug or number>, site:<host>
) STRICT;

CREATE TABLE portrait (          -- a picture an account displayed, as numbers; the picture itself is not kept
    id INTEGER PRIMARY KEY,
    stem TEXT NOT NULL,          -- of its file name, case-folded; a profile of the same delivery names it as `picture`
    hashes BLOB NOT NULL,        -- 32 bytes each: the whole, its mirror, and crops in the order of `portrait/views.py`
    eyes TEXT,                   -- JSON [left x, left y, right x, right y] as shares of width and height; NULL: not found
    source INTEGER NOT NULL REFERENCES source(id),
    line INTEGER NOT NULL
) STRICT;

CREATE TABLE page (              -- a dated capture of an organisation's own page
    id INTEGER PRIMARY KEY,
    organisation TEXT NOT NULL,
    identifier TEXT,             -- as in `position`
    captured_at INTEGER,
    followers INTEGER,
    staff INTEGER,               -- members shown as working there
    founded TEXT,                -- YYYY or YYYY-MM
    country TEXT,                -- ISO 3166-1 alpha-2 of the seat, to know which register could hold it; nothing else
    source INTEGER NOT NULL REFERENCES source(id),
    line INTEGER NOT NULL
) STRICT;

CREATE TABLE connection (        -- the owner's connections, for overlap only
    target INTEGER NOT NULL REFERENCES target(id),
    hash BLOB NOT NULL,          -- salted SHA-256 of the address key
    connected_on INTEGER,
    delivery INTEGER NOT NULL REFERENCES delivery(id),
    PRIMARY KEY (target, hash, delivery)
) STRICT, WITHOUT ROWID;

CREATE TABLE connection_plain (  -- only where the operator opted in
    target INTEGER NOT NULL REFERENCES target(id),
    key TEXT NOT NULL,
    name TEXT,
    organisation TEXT,
    title TEXT,
    connected_on INTEGER,
    delivery INTEGER NOT NULL REFERENCES delivery(id),
    PRIMARY KEY (target, key, delivery)
) STRICT, WITHOUT ROWID;

CREATE TABLE assessment_run (    -- one scoring of the whole case; the newest counts
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    version TEXT NOT NULL,       -- of counterlure and of its rules
    document BLOB NOT NULL       -- findings, progress, groups, assessments, exposure as MessagePack
) STRICT;

CREATE TABLE act (               -- one deed of a person at the workbench; what belongs to an undone one counts no more
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,          -- verdict, note, tag
    author TEXT NOT NULL,
    at INTEGER NOT NULL,
    undone_at INTEGER,           -- NULL while it counts
    undone_by TEXT
) STRICT;

CREATE TABLE verdict (           -- what a person decided on an account; the newest that was not undone counts
    act INTEGER NOT NULL REFERENCES act(id),
    account INTEGER NOT NULL REFERENCES account(id),
    verdict TEXT NOT NULL,       -- confirmed, likely, unclear, benign, insufficient
    PRIMARY KEY (account, act)
) STRICT, WITHOUT ROWID;

CREATE TABLE note (              -- what a person wrote down about an account
    act INTEGER NOT NULL REFERENCES act(id),
    account INTEGER NOT NULL REFERENCES account(id),
    text TEXT NOT NULL,
    PRIMARY KEY (account, act)
) STRICT, WITHOUT ROWID;

CREATE TABLE tag (               -- a word put on an account, or taken off it; the newest of each word counts
    act INTEGER NOT NULL REFERENCES act(id),
    account INTEGER NOT NULL REFERENCES account(id),
    tag TEXT NOT NULL,
    present INTEGER NOT NULL,    -- 1 put on, 0 taken off
    PRIMARY KEY (account, act, tag)
) STRICT, WITHOUT ROWID;

CREATE TABLE letter (            -- a warning to one target, from draft to register
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    target INTEGER NOT NULL REFERENCES target(id),
    lang TEXT NOT NULL           -- en, fr
) STRICT;

CREATE TABLE letter_version (    -- its text, each time it was changed; the newest counts
    letter INTEGER NOT NULL REFERENCES letter(id),
    number INTEGER NOT NULL,     -- from 1
    body TEXT NOT NULL,          -- headings "# " and "## ", items "- ", quotations "> "; empty once purged
    digest TEXT NOT NULL,        -- SHA-256 of the body, which an approval signs
    author TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (letter, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE letter_deed (       -- what became of it
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    letter INTEGER NOT NULL REFERENCES letter(id),
    kind TEXT NOT NULL,          -- approved, exported, handed_over, withdrawn
    digest TEXT NOT NULL,        -- of the version meant
    author TEXT NOT NULL,
    at INTEGER NOT NULL,
    detail TEXT NOT NULL         -- exported: the form; handed_over: how
) STRICT;

CREATE TABLE member (            -- who may work on the case in the workbench
    name TEXT PRIMARY KEY,
    role TEXT NOT NULL,          -- viewer, analyst, lead, auditor
    password TEXT NOT NULL,      -- argon2id, encoded
    added_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (             -- what was done to the case, append-only and hash-chained
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,        -- init, ingest, scan, export, purge, migrate, verdict, reveal, letter ...
    object TEXT NOT NULL,
    result TEXT NOT NULL,
    hash TEXT NOT NULL           -- SHA-256(previous hash || canonical JSON of this row)
) STRICT;

CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;

CREATE INDEX message_conversation ON message(conversation, sent_at);
CREATE INDEX participant_account ON participant(account);
CREATE INDEX contact_account ON contact(account);
CREATE INDEX profile_account ON profile(account);
CREATE INDEX position_profile ON position(profile);
CREATE INDEX letter_target ON letter(target);
CREATE INDEX letter_deed_letter ON letter_deed(letter);
CREATE INDEX source_delivery ON source(delivery);
CREATE UNIQUE INDEX skipped_once ON skipped(source, reason, severity, coalesce(delivery, 0));
CREATE INDEX skipped_unopened ON skipped(source) WHERE delivery IS NULL;
