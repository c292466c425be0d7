-- Every order line, what it is worth, and its day in the company's zone; no customer where it names none.
SELECT CASE WHEN trim(customer_id) <> '' THEN customer_id END AS customer_id, order_id, product_id, quantity,
    quantity * unit_price AS amount, {day ordered_at} AS day
FROM order_lines
WHERE dataset = :dataset
