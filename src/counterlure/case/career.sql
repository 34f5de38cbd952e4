-- Made for a detector when it first asks (`read.py`); the tables behind stay closed to it.
-- What it may see of a career: work in words, everything in months since the profile's first date. So a gap, an
-- overlap or a leap can be seen, and nobody's age, school or year of birth.
CREATE TEMP TABLE career AS
WITH dated AS (
    SELECT w.rowid AS entry, w.*, p.captured_at,
        12 * CAST(substr(w.started, 1, 4) AS INTEGER) + max(CAST(substr(w.started, 6, 2) AS INTEGER) - 1, 0) AS start_at,
        12 * CAST(substr(w.ended, 1, 4) AS INTEGER) + max(CAST(substr(w.ended, 6, 2) AS INTEGER) - 1, 0) AS end_at,
        12 * CAST(strftime('%Y', p.captured_at, 'unixepoch') AS INTEGER)
            + CAST(strftime('%m', p.captured_at, 'unixepoch') AS INTEGER) - 1 AS capture_at
    FROM position AS w JOIN profile AS p ON p.id = w.profile
)
SELECT entry, profile, line, kind,
    CASE kind WHEN 'work' THEN organisation END AS organisation,
    CASE kind WHEN 'work' THEN identifier END AS identifier,
    CASE kind WHEN 'work' THEN title END AS title,
    start_at - min(start_at) OVER own AS began,       -- months since the first start of the profile; NULL: no date
    end_at - min(start_at) OVER own AS finished,      -- NULL: running, or no date
    capture_at - min(start_at) OVER own AS captured,  -- NULL: nobody knows when the capture was made
    length(started) = 7 AS began_to_month,            -- 0 where only the year is known
    length(ended) = 7 AS finished_to_month,
    CASE WHEN kind = 'work' AND length(started) = 7 THEN CAST(substr(started, 6, 2) AS INTEGER) END AS calendar_month
FROM dated WINDOW own AS (PARTITION BY profile);

CREATE TEMP TABLE founding AS    -- how long before a role began its organisation was founded, where a page says so
WITH named AS (
    SELECT w.rowid AS entry, g.id AS page FROM position AS w JOIN page AS g ON g.identifier = w.identifier
    UNION
    SELECT w.rowid, g.id FROM position AS w JOIN page AS g ON g.organisation = w.organisation WHERE w.kind = 'work'
)
SELECT n.entry, w.profile, w.line, g.id AS page, g.source AS page_source, g.line AS page_line,
    12 * (CAST(substr(w.started, 1, 4) AS INTEGER) - CAST(substr(g.founded, 1, 4) AS INTEGER)) AS months
FROM named AS n JOIN position AS w ON w.rowid = n.entry JOIN page AS g ON g.id = n.page
WHERE w.started IS NOT NULL AND g.founded IS NOT NULL;
