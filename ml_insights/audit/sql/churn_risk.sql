-- Scored customers, and those with enough at risk for a contact to pay.
SELECT count(*) AS scored,
    sum(CASE WHEN at_risk > 0 AND at_risk >= :least THEN 1 ELSE 0 END) AS customers,
    sum(CASE WHEN at_risk > 0 AND at_risk >= :least THEN probability * value ELSE 0 END) AS revenue,
    sum(probability * value) AS every
FROM churn_scores
WHERE release_id = :release
