-- Written by `python -m infra.sql` from tandem/profiles/expressions: change it there.
SELECT
  *
FROM (
  SELECT
    "t2"."row",
    COUNT("t2"."row") OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS "times"
  FROM (
    SELECT
      *
    FROM (
      SELECT
        "t0"."customer_id",
        "t0"."order_id",
        "t0"."ordered_at",
        "t0"."currency",
        "t0"."minor",
        "t0"."row",
        "t0"."copies",
        COUNT("t0"."row") OVER (
          PARTITION BY "t0"."order_id"
          ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ) AS "versions"
      FROM "orders" AS "t0"
    ) AS "t1"
    WHERE
      "t1"."versions" > 1
  ) AS "t2"
) AS "t3"
ORDER BY
  "t3"."row" ASC
LIMIT 5
