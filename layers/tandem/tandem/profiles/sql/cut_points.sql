-- Written by `python -m infra.sql` from tandem/profiles/expressions: change it there.
WITH "t6" AS (
  SELECT
    "t5"."customer_id",
    "t5"."currency",
    COUNT("t5"."row") AS "orders",
    CAST(CAST(SUM("t5"."minor") AS DECIMAL(38, 0)) AS BIGINT) AS "revenue_minor"
  FROM (
    SELECT
      *
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
    WHERE
      "t4"."ordered_at" < "t4"."as_of"
  ) AS "t5"
  GROUP BY
    1,
    2
)
SELECT
  "t14"."currency",
  MAX("t14"."value") FILTER(WHERE
    (
      "t14"."rank" * 3
    ) < (
      "t14"."customers" + 3
    )) AS "low_max",
  MAX("t14"."value") FILTER(WHERE
    (
      "t14"."rank" * 3
    ) < (
      (
        "t14"."customers" * 2
      ) + 3
    )) AS "medium_max"
FROM (
  SELECT
    "t13"."currency",
    "t13"."value",
    (
      ROW_NUMBER() OVER (
        ORDER BY "t13"."value" ASC
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
      ) - 1
    ) + 1 AS "rank",
    COUNT("t13"."value") OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS "customers"
  FROM (
    SELECT
      "t8"."currency",
      CAST((
        (
          (
            "t8"."revenue_minor" + "t8"."orders"
          ) - 1
        ) - (
          (
            (
              "t8"."revenue_minor" + "t8"."orders"
            ) - 1
          ) % "t8"."orders"
        )
      ) / "t8"."orders" AS BIGINT) AS "value"
    FROM "t6" AS "t8"
    SEMI JOIN (
      SELECT
        *
      FROM (
        SELECT
          "t7"."currency",
          CAST(CAST(SUM("t7"."orders") AS DECIMAL(38, 0)) AS BIGINT) AS "used"
        FROM "t6" AS "t7"
        GROUP BY
          1
      ) AS "t9"
      ORDER BY
        "t9"."used" DESC,
        "t9"."currency" ASC
      LIMIT 1
    ) AS "t12"
      ON "t8"."currency" = "t12"."currency"
  ) AS "t13"
) AS "t14"
GROUP BY
  1
