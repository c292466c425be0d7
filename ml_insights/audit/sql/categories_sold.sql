-- Net units and money of each category up to a day; products without one are in none.
SELECT products.category AS key, sum(line.quantity) AS units, sum(line.amount) AS revenue
FROM audit_line AS line
JOIN products ON products.dataset = :dataset AND products.product_id = line.product_id
WHERE line.day <= :last AND products.category IS NOT NULL
GROUP BY products.category
