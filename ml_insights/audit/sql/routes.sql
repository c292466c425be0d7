-- Routes with an estimate; of those that were driven, how far off it was, beside the rule of thumb.
SELECT count(*) AS every, count(cost) AS driven,
    sum(CASE WHEN cost IS NULL THEN 1 ELSE 0 END) AS planned,
    sum(CASE WHEN cost < lo_80 OR cost > hi_80 THEN 1 ELSE 0 END) AS outside,
    avg(abs(expected - cost)) AS error, sum(abs(expected - cost)) / sum(cost) AS share,
    avg(CASE WHEN cost IS NULL THEN NULL WHEN cost >= lo_80 AND cost <= hi_80 THEN 1.0 ELSE 0.0 END) AS inside,
    avg(abs(baseline - cost)) AS rule_error
FROM (
    SELECT deliveries.cost, route_estimates.expected, route_estimates.lo_80, route_estimates.hi_80,
        route_estimates.baseline
    FROM route_estimates
    LEFT JOIN deliveries ON deliveries.dataset = route_estimates.dataset
        AND deliveries.route_id = route_estimates.route_id
    WHERE route_estimates.dataset = :dataset
) AS route
