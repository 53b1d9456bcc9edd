-- Written by `python -m infra.sql` from tandem/profiles/expressions: change it there.
SELECT
  MAX("t2"."value") FILTER(WHERE
    (
      "t2"."rank" * 3
    ) < (
      "t2"."customers" + 3
    )) AS "low_max",
  MAX("t2"."value") FILTER(WHERE
    (
      "t2"."rank" * 3
    ) < (
      (
        "t2"."customers" * 2
      ) + 3
    )) AS "medium_max"
FROM (
  SELECT
    "t1"."value",
    (
      ROW_NUMBER() OVER (
        ORDER BY "t1"."value" ASC
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
      ) - 1
    ) + 1 AS "rank",
    COUNT("t1"."value") OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS "customers"
  FROM (
    SELECT
      CAST((
        (
          (
            "t0"."revenue_minor" + "t0"."basket_orders"
          ) - 1
        ) - (
          (
            (
              "t0"."revenue_minor" + "t0"."basket_orders"
            ) - 1
          ) % "t0"."basket_orders"
        )
      ) / "t0"."basket_orders" AS BIGINT) AS "value"
    FROM "baskets" AS "t0"
    WHERE
      "t0"."basket_orders" > 0
  ) AS "t1"
) AS "t2"
