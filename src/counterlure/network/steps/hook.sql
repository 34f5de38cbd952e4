-- labels(node, label) of the next round: what the neighbours have above them is taken by the node itself and by its
-- label, so that whole trees hang themselves under smaller ones; and each node climbs to its label's label.
SELECT
    node,
    min(label) AS label
FROM (
    SELECT own.label AS node, beside.above AS label
    FROM $links AS l
    JOIN $above AS own ON own.node = l.node
    JOIN $above AS beside ON beside.node = l.near
    UNION ALL
    SELECT l.node AS node, beside.above AS label
    FROM $links AS l
    JOIN $above AS beside ON beside.node = l.near
    UNION ALL
    SELECT node, above AS label
    FROM $above
) AS offers
GROUP BY node
