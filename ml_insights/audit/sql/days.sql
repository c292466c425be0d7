-- Net units and money of a day, all customers.
SELECT day AS key, sum(quantity) AS units, sum(amount) AS revenue FROM audit_line GROUP BY day
