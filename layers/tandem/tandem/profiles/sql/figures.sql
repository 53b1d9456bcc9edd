-- Written by `python -m infra.sql` from tandem/profiles/expressions: change it there.
SELECT
  "t0"."customer_id",
  "t0"."last_order_at",
  "t0"."orders" AS "frequency",
  CASE
    WHEN "t0"."basket_orders" > 0
    THEN CAST((
      "t0"."revenue_minor" - (
        "t0"."revenue_minor" % NULLIF("t0"."basket_orders", 0)
      )
    ) / NULLIF("t0"."basket_orders", 0) AS BIGINT)
    ELSE 0
  END AS "monetary_minor"
FROM "baskets" AS "t0"
