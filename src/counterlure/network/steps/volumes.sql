-- volumes(account, volume): how many capped values each account holds.
SELECT
    account,
    count(*)::BIGINT AS volume
FROM $capped
GROUP BY account
