SELECT count(*) AS customers, sum(chance_7) AS buyers, sum(chance_7 * basket) AS revenue, sum(value) AS value,
    sum(CASE WHEN value_low <= value AND value <= value_high THEN 1 ELSE 0 END) AS within
FROM propensity_scores
WHERE release_id = :release
