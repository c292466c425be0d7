-- Net units and money, by category, of products that no forecast is made of: those without a history of their own,
-- first sold lately, or of which no more was sold than came back.
SELECT coalesce(products.category, 'others') AS key, sum(line.quantity) AS units, sum(line.amount) AS revenue
FROM audit_line AS line
LEFT JOIN products ON products.dataset = :dataset AND products.product_id = line.product_id
WHERE line.day <= :last AND line.product_id NOT IN (
    SELECT demand_series.key
    FROM demand_series
    JOIN (
        SELECT product_id
        FROM audit_line
        WHERE day <= :last
        GROUP BY product_id
        HAVING min(day) <= :lately AND sum(quantity) > 0
    ) AS sold ON sold.product_id = demand_series.key
    WHERE demand_series.release_id = :release AND demand_series.level = 'product' AND demand_series.start IS NOT NULL
)
GROUP BY coalesce(products.category, 'others')
