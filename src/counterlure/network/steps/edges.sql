-- edges(account, target, first_at): each account with each target it contacted, once, and when first.
-- From $rows(account, target, first_at), one row per contact; first_at is -1 where the input does not tell the time.
SELECT
    account,
    target,
    coalesce(min(CASE WHEN first_at >= 0 THEN first_at END), -1)::BIGINT AS first_at
FROM $rows
GROUP BY account, target
