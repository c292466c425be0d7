SELECT segment AS key, count(*) AS customers, sum(orders) AS orders, sum(revenue) AS revenue
FROM segment_members
WHERE release_id = :release
GROUP BY segment
