-- pairs(one, other, shared): accounts, one < other, that share at least $shared_min capped values.
-- Part $part of $parts by the first account, so that the counting of one part fits the memory.
SELECT
    x.account AS one,
    y.account AS other,
    count(*)::BIGINT AS shared
FROM $capped AS x
JOIN $capped AS y ON x.value = y.value AND x.account < y.account
WHERE x.account % $parts = $part
GROUP BY x.account, y.account
HAVING count(*) >= $shared_min
