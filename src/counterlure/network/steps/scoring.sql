-- scored(one, other, shared, surprise): pairs that share more than the volumes of the two explain.
-- Under the null the number shared is Poisson with mean l = volume * volume * meeting; surprise is -log10 of the
-- Chernoff bound of its upper tail, (s ln(s/l) - s + l) / ln 10, and 0 where s <= l.
-- Rounded before it is held against the threshold: two engines may differ in the last digit of a logarithm.
WITH expected AS (
    SELECT
        p.one AS one,
        p.other AS other,
        p.shared AS shared,
        p.shared::DOUBLE AS s,
        a.volume::DOUBLE * b.volume::DOUBLE * c.meeting AS l
    FROM $pairs AS p
    JOIN $volumes AS a ON a.account = p.one
    JOIN $volumes AS b ON b.account = p.other
    CROSS JOIN $chance AS c
),
surprising AS (
    SELECT
        one,
        other,
        shared,
        CASE WHEN s > l THEN round((s * ln(s / l) - s + l) / ln(10.0::DOUBLE), 6) ELSE 0.0::DOUBLE END AS surprise
    FROM expected
)
SELECT one, other, shared, surprise
FROM surprising
WHERE surprise >= $surprise_min::DOUBLE
