-- Written by `python -m infra.sql` from tandem/profiles/expressions: change it there.
SELECT
  CAST(CAST(COALESCE(SUM("t0"."copies"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "rows",
  CAST(CAST(COALESCE(SUM("t0"."copies" - 1), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "duplicates",
  COUNT("t0"."row") AS "orders",
  COUNT(DISTINCT "t0"."customer_id") AS "customers"
FROM "orders" AS "t0"
