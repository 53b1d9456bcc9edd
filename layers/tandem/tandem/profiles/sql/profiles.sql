-- Written by `python -m infra.sql` from tandem/profiles/expressions: change it there.
WITH "t4" AS (
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
), "t6" AS (
  SELECT
    *
  FROM "t4" AS "t5"
  WHERE
    "t5"."ordered_at" < "t5"."as_of"
), "t9" AS (
  SELECT
    "t7"."customer_id",
    "t7"."currency",
    COUNT("t7"."row") AS "orders",
    CAST(CAST(SUM("t7"."minor") AS DECIMAL(38, 0)) AS BIGINT) AS "revenue_minor"
  FROM "t6" AS "t7"
  GROUP BY
    1,
    2
)
SELECT
  "t33"."customer_id",
  "t33"."totals",
  "t33"."first_order_at",
  "t33"."last_order_at",
  "t33"."frequency",
  "t33"."listed",
  "t33"."recent",
  CAST((
    (
      CAST(CAST(EPOCH(CAST(DATE_TRUNC('SECOND', "t33"."as_of") AS TIMESTAMP)) AS DECIMAL(38, 0)) AS BIGINT) - "t33"."last_second"
    ) - (
      (
        CAST(CAST(EPOCH(CAST(DATE_TRUNC('SECOND', "t33"."as_of") AS TIMESTAMP)) AS DECIMAL(38, 0)) AS BIGINT) - "t33"."last_second"
      ) % 86400
    )
  ) / 86400 AS BIGINT) AS "recency_days",
  COALESCE("t33"."monetary_minor", 0) AS "monetary_minor"
FROM (
  SELECT
    "t32".*
    EXCLUDE ("customer_id_right")
  FROM (
    SELECT
      "t31"."customer_id",
      "t31"."first_order_at",
      "t31"."last_order_at",
      "t31"."frequency",
      "t31"."listed",
      "t31"."as_of",
      "t31"."last_second",
      "t31"."totals",
      "t31"."recent",
      "t27"."customer_id" AS "customer_id_right",
      "t27"."monetary_minor"
    FROM (
      SELECT
        "t29".*
        EXCLUDE ("customer_id_right")
      FROM (
        SELECT
          "t28"."customer_id",
          "t28"."first_order_at",
          "t28"."last_order_at",
          "t28"."frequency",
          "t28"."listed",
          "t28"."as_of",
          "t28"."last_second",
          "t28"."totals",
          "t20"."customer_id" AS "customer_id_right",
          "t20"."recent"
        FROM (
          SELECT
            "t24".*
            EXCLUDE ("customer_id_right")
          FROM (
            SELECT
              "t22"."customer_id",
              "t22"."first_order_at",
              "t22"."last_order_at",
              "t22"."frequency",
              "t22"."listed",
              "t22"."as_of",
              "t22"."last_second",
              "t16"."customer_id" AS "customer_id_right",
              "t16"."totals"
            FROM (
              SELECT
                "t12"."customer_id",
                "t12"."first_order_at",
                "t12"."last_order_at",
                "t12"."frequency",
                "t12"."listed",
                "t12"."as_of",
                CAST(CAST(EPOCH(CAST(DATE_TRUNC('SECOND', "t12"."last_order_at") AS TIMESTAMP)) AS DECIMAL(38, 0)) AS BIGINT) + CASE
                  WHEN "t12"."last_order_at" > DATE_TRUNC('SECOND', "t12"."last_order_at")
                  THEN 1
                  ELSE 0
                END AS "last_second"
              FROM (
                SELECT
                  "t7"."customer_id",
                  MIN("t7"."ordered_at") AS "first_order_at",
                  MAX("t7"."ordered_at") AS "last_order_at",
                  COUNT("t7"."row") AS "frequency",
                  LIST_SORT(
                    ARRAY_AGG(
                      SUBSTRING(
                        SHA256('order_completed
' || "t7"."order_id"),
                        CASE
                          WHEN (
                            0 + 1
                          ) >= 1
                          THEN 0 + 1
                          ELSE 0 + 1 + LENGTH(SHA256('order_completed
' || "t7"."order_id"))
                        END,
                        16
                      )
                    ) FILTER(WHERE
                      SUBSTRING(
                        SHA256('order_completed
' || "t7"."order_id"),
                        CASE
                          WHEN (
                            0 + 1
                          ) >= 1
                          THEN 0 + 1
                          ELSE 0 + 1 + LENGTH(SHA256('order_completed
' || "t7"."order_id"))
                        END,
                        16
                      ) IS NOT NULL
                      AND "t7"."ordered_at" >= "t7"."listed_from")
                  ) AS "listed",
                  MAX("t7"."as_of") AS "as_of"
                FROM "t6" AS "t7"
                GROUP BY
                  1
              ) AS "t12"
            ) AS "t22"
            LEFT OUTER JOIN (
              SELECT
                "t10"."customer_id",
                LIST_SORT(
                  ARRAY_AGG(
                    {'currency': "t10"."currency", 'orders': "t10"."orders", 'revenue_minor': "t10"."revenue_minor"}
                  ) FILTER(WHERE
                    {'currency': "t10"."currency", 'orders': "t10"."orders", 'revenue_minor': "t10"."revenue_minor"} IS NOT NULL)
                ) AS "totals"
              FROM "t9" AS "t10"
              GROUP BY
                1
            ) AS "t16"
              ON "t22"."customer_id" = "t16"."customer_id"
          ) AS "t24"
        ) AS "t28"
        LEFT OUTER JOIN (
          SELECT
            "t13"."customer_id",
            LIST_SORT(
              ARRAY_AGG(
                {'quarter': "t13"."quarter", 'currency': "t13"."currency", 'minor': "t13"."minor"}
              ) FILTER(WHERE
                {'quarter': "t13"."quarter", 'currency': "t13"."currency", 'minor': "t13"."minor"} IS NOT NULL)
            ) AS "recent"
          FROM (
            SELECT
              "t8"."customer_id",
              "t8"."quarter",
              "t8"."currency",
              CAST(CAST(SUM("t8"."minor") AS DECIMAL(38, 0)) AS BIGINT) AS "minor"
            FROM (
              SELECT
                "t5"."customer_id",
                "t5"."order_id",
                "t5"."ordered_at",
                "t5"."currency",
                "t5"."minor",
                "t5"."row",
                "t5"."copies",
                "t5"."earliest",
                "t5"."as_of",
                "t5"."listed_from",
                "t5"."recent_from",
                CAST(CAST(EPOCH(CAST(DATE_TRUNC('SECOND', "t5"."ordered_at") AS TIMESTAMP)) AS DECIMAL(38, 0)) AS BIGINT) - (
                  CAST(CAST(EPOCH(CAST(DATE_TRUNC('SECOND', "t5"."ordered_at") AS TIMESTAMP)) AS DECIMAL(38, 0)) AS BIGINT) % 900
                ) AS "quarter"
              FROM "t4" AS "t5"
              WHERE
                "t5"."ordered_at" < "t5"."as_of" AND "t5"."ordered_at" >= "t5"."recent_from"
            ) AS "t8"
            GROUP BY
              1,
              2,
              3
          ) AS "t13"
          GROUP BY
            1
        ) AS "t20"
          ON "t28"."customer_id" = "t20"."customer_id"
      ) AS "t29"
    ) AS "t31"
    LEFT OUTER JOIN (
      SELECT
        "t11"."customer_id",
        CAST((
          "t11"."revenue_minor" - (
            "t11"."revenue_minor" % "t11"."orders"
          )
        ) / "t11"."orders" AS BIGINT) AS "monetary_minor"
      FROM "t9" AS "t11"
      SEMI JOIN (
        SELECT
          *
        FROM (
          SELECT
            "t10"."currency",
            CAST(CAST(SUM("t10"."orders") AS DECIMAL(38, 0)) AS BIGINT) AS "used"
          FROM "t9" AS "t10"
          GROUP BY
            1
        ) AS "t14"
        ORDER BY
          "t14"."used" DESC,
          "t14"."currency" ASC
        LIMIT 1
      ) AS "t23"
        ON "t11"."currency" = "t23"."currency"
    ) AS "t27"
      ON "t31"."customer_id" = "t27"."customer_id"
  ) AS "t32"
) AS "t33"
ORDER BY
  "t33"."customer_id" ASC
