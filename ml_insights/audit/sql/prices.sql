-- Products of the price list; those whose suggestion nobody has answered, and that are worth doing, with their profit.
WITH answered AS (
    SELECT product_id, state
    FROM price_decisions
    WHERE id IN (
        SELECT max(id) FROM price_decisions
        WHERE dataset = :dataset AND (
            state IN ('approved', 'scheduled')
            OR state IN ('applied', 'rejected') AND coalesce(applied_at, decided_at) >= (
                SELECT computed_at FROM price_releases WHERE id = :release
            )
        )
        GROUP BY product_id
    )
),
listed AS (
    SELECT price_products.worth, price_products.refusal, price_products.profit_change, answered.state
    FROM price_products
    LEFT JOIN answered ON answered.product_id = price_products.product_id
    WHERE price_products.release_id = :release
)
SELECT count(*) AS products,
    sum(CASE WHEN worth AND state IS NULL THEN 1 ELSE 0 END) AS worth,
    coalesce(sum(CASE WHEN worth AND state IS NULL THEN profit_change END), 0) AS gain,
    sum(CASE WHEN refusal <> '' THEN 1 ELSE 0 END) AS unanswered,
    sum(CASE WHEN state = 'approved' THEN 1 ELSE 0 END) AS approved,
    sum(CASE WHEN state = 'scheduled' THEN 1 ELSE 0 END) AS scheduled,
    sum(CASE WHEN state = 'applied' THEN 1 ELSE 0 END) AS applied
FROM listed
