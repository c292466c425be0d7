-- A purchase: an order that is worth more than nothing. What came back on the day on which it was bought, as much as
-- was bought or more, does not count.
WITH undone AS (
    SELECT customer_id, product_id, day
    FROM audit_line
    WHERE customer_id IS NOT NULL
    GROUP BY customer_id, product_id, day
    HAVING sum(quantity) <= 0 AND max(quantity) > 0
)
SELECT line.customer_id, line.order_id, min(CASE WHEN line.quantity > 0 THEN line.day END) AS day,
    sum(line.amount) AS amount
FROM audit_line AS line
LEFT JOIN undone ON undone.customer_id = line.customer_id AND undone.product_id = line.product_id
    AND undone.day = line.day
WHERE line.customer_id IS NOT NULL AND undone.customer_id IS NULL
GROUP BY line.customer_id, line.order_id
HAVING sum(line.amount) > 0.000001 AND max(line.quantity) > 0
