-- chance(held, pairs, meeting): one row: how many capped rows there are, how many pairs of accounts meet in one value
-- (each counted per value), and the probability that two draws among the capped rows meet in one value.
SELECT
    coalesce(sum(degree), 0)::BIGINT AS held,
    coalesce(sum(degree * (degree - 1)) / 2, 0)::BIGINT AS pairs,
    coalesce(
        sum(degree * (degree - 1))::DOUBLE / (sum(degree)::DOUBLE * sum(degree)::DOUBLE), 0.0::DOUBLE
    )::DOUBLE AS meeting
FROM $degrees
