SELECT
    (SELECT count(*) FROM order_lines WHERE dataset = :dataset) AS order_lines,
    (SELECT count(*) FROM (SELECT DISTINCT order_id FROM order_lines WHERE dataset = :dataset) AS o) AS orders,
    (SELECT count(*) FROM products WHERE dataset = :dataset) AS products,
    (SELECT count(*) FROM customers WHERE dataset = :dataset) AS customers
