-- Who bought after one day and up to another, and the net money of known customers in it.
SELECT
    (SELECT count(DISTINCT customer_id) FROM audit_purchase WHERE day > :after AND day <= :last) AS buyers,
    (SELECT sum(amount) FROM audit_order WHERE day > :after AND day <= :last) AS revenue
