-- Everybody: those who have bought, and those of the list of customers who have not.
SELECT count(*) AS customers FROM (
    SELECT customer_id FROM audit_purchase
    UNION
    SELECT customer_id FROM customers WHERE dataset = :dataset
) AS everybody
