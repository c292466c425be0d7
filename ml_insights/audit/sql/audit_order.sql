-- What an order of a known customer is worth, returns taken off, on the day of its first sale, or of its first line.
SELECT customer_id, order_id, coalesce(min(CASE WHEN quantity > 0 THEN day END), min(day)) AS day,
    sum(amount) AS amount
FROM audit_line
WHERE customer_id IS NOT NULL
GROUP BY customer_id, order_id
