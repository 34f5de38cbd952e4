-- labels(node, label): each account that is linked at all, labelled with itself or a smaller neighbour.
SELECT
    node,
    least(node, min(near)) AS label
FROM $links
GROUP BY node
