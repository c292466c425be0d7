SELECT
    sum(CASE WHEN closed_at IS NULL AND NOT asleep THEN 1 ELSE 0 END) AS todo,
    sum(CASE WHEN closed_at IS NULL AND NOT asleep THEN at_risk ELSE 0 END) AS waiting,
    sum(CASE WHEN closed_at IS NULL AND NOT asleep AND due_on < :today THEN 1 ELSE 0 END) AS overdue,
    sum(CASE WHEN closed_at IS NULL AND asleep THEN 1 ELSE 0 END) AS snoozed,
    sum(CASE WHEN contacted_at IS NOT NULL THEN 1 ELSE 0 END) AS contacted,
    sum(CASE WHEN status = 'retained' THEN 1 ELSE 0 END) AS saved,
    sum(CASE WHEN status = 'retained' THEN at_risk ELSE 0 END) AS kept
FROM (
    SELECT closed_at, due_on, contacted_at, status, at_risk,
        snoozed_until IS NOT NULL AND snoozed_until > :today AS asleep
    FROM churn_alerts
    WHERE dataset = :dataset
) AS alert
