-- From version 2: what people do at the workbench. No program wrote a verdict before.
DROP TABLE verdict;
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

ALTER TABLE target ADD COLUMN department TEXT;
CREATE INDEX letter_target ON letter(target);
CREATE INDEX letter_deed_letter ON letter_deed(letter);
