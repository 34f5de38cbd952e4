-- above(node, label, above): each node, its label, and the label of that label.
SELECT
    l.node AS node,
    l.label AS label,
    up.label AS above
FROM $labels AS l
JOIN $labels AS up ON up.node = l.label
