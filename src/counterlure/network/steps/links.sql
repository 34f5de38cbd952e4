-- links(node, near): every link of $pairs(one, other) from both of its ends.
SELECT one AS node, other AS near FROM $pairs
UNION ALL
SELECT other AS node, one AS near FROM $pairs
