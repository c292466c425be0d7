-- The months of one customer: net money.
SELECT substr(day, 1, 7) AS key, sum(amount) AS revenue
FROM audit_line
WHERE customer_id = :customer
GROUP BY substr(day, 1, 7)
