-- Customers who have bought up to a day.
SELECT count(DISTINCT customer_id) AS customers FROM audit_purchase WHERE day <= :last
