SELECT count(*) AS listed, sum(CASE WHEN propensity_picks.mark = 'open' THEN 1 ELSE 0 END) AS waiting
FROM propensity_picks
WHERE list_id = (
    SELECT id FROM propensity_lists WHERE dataset = :dataset ORDER BY as_of DESC LIMIT 1
)
