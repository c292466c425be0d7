-- Net units and money of each product up to a day.
SELECT product_id AS key, sum(quantity) AS units, sum(amount) AS revenue
FROM audit_line
WHERE day <= :last
GROUP BY product_id
