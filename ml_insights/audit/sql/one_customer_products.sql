-- What one customer bought from a day on, returns taken off.
SELECT product_id AS key, sum(quantity) AS units, sum(amount) AS revenue
FROM audit_line
WHERE customer_id = :customer AND day >= :first
GROUP BY product_id
