-- degrees(value, degree): how many accounts hold each value that more than one and at most $cap hold.
-- From $held(account, $value), each pair once. A value of one account joins nobody; one of very many, everybody.
SELECT
    $value AS value,
    count(*)::BIGINT AS degree
FROM $held
GROUP BY $value
HAVING count(*) BETWEEN 2 AND $cap
