-- Written by `python -m infra.sql` from tandem/profiles/expressions: change it there.
SELECT
  CAST(CAST(COALESCE(SUM("t4"."copies"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "rows",
  CAST(CAST(COALESCE(SUM("t4"."copies" - 1), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "duplicates",
  COUNT("t4"."row") FILTER(WHERE
    NOT (
      "t4"."ordered_at" < "t4"."as_of"
    )) AS "after_as_of",
  COUNT("t4"."row") FILTER(WHERE
    "t4"."ordered_at" < "t4"."as_of") AS "orders",
  COUNT(DISTINCT "t4"."customer_id") FILTER(WHERE
    "t4"."ordered_at" < "t4"."as_of") AS "customers"
FROM (
  SELECT
    "t2"."customer_id",
    "t2"."order_id",
    "t2"."ordered_at",
    "t2"."currency",
    "t2"."minor",
    "t2"."row",
    "t2"."copies",
    "t3"."earliest",
    "t3"."as_of",
    "t3"."listed_from",
    "t3"."recent_from"
  FROM "orders" AS "t2"
  CROSS JOIN "parameters" AS "t3"
) AS "t4"
