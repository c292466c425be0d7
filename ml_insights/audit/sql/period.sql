-- Net units and money from one day to another, both included.
SELECT sum(quantity) AS units, sum(amount) AS revenue FROM audit_line WHERE day BETWEEN :first AND :last
