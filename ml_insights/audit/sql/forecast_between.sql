-- What the stored forecast says of the days from one to another, both included, and how many of them there are.
SELECT demand_series.unique_id AS key, sum(demand_forecasts.mean) AS expected, count(*) AS days
FROM demand_forecasts
JOIN demand_series ON demand_series.id = demand_forecasts.series_id
WHERE demand_series.release_id = :release AND demand_series.level = 'total'
    AND CAST(demand_forecasts.ds AS VARCHAR(10)) BETWEEN :first AND :last
GROUP BY demand_series.unique_id
