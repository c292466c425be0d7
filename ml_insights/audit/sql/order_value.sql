-- What a purchase was worth on average in the year up to a day.
SELECT avg(amount) AS average FROM audit_purchase WHERE day > :year_before AND day <= :last
