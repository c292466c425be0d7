-- A row a customer who has bought: purchases and net money of the year up to a day, and first and last purchase.
SELECT bought.customer_id AS key, bought.first_day, bought.last_day, bought.purchases, bought.orders,
    spent.revenue, spent.lifetime
FROM (
    SELECT customer_id, min(day) AS first_day, max(day) AS last_day, count(*) AS purchases,
        sum(CASE WHEN day > :year_before THEN 1 ELSE 0 END) AS orders
    FROM audit_purchase
    WHERE day <= :last
    GROUP BY customer_id
) AS bought
JOIN (
    SELECT customer_id, sum(amount) AS lifetime, sum(CASE WHEN day > :year_before THEN amount ELSE 0 END) AS revenue
    FROM audit_order
    WHERE day <= :last
    GROUP BY customer_id
) AS spent ON spent.customer_id = bought.customer_id
