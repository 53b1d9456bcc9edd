-- Written by `python -m infra.sql` from tandem/profiles/expressions: change it there.
SELECT
  "t7"."problem",
  "t7"."times",
  "t7"."row"
FROM (
  SELECT
    "t6"."row",
    "t6"."customer_id",
    "t6"."order_id",
    "t6"."ordered_at",
    "t6"."moment",
    "t6"."amount",
    "t6"."whole",
    "t6"."fraction",
    "t6"."places",
    "t6"."currency",
    "t6"."earliest",
    "t6"."problem",
    ROW_NUMBER() OVER (
      PARTITION BY "t6"."problem"
      ORDER BY "t6"."row" ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) - 1 AS "nth",
    COUNT("t6"."row") OVER (
      PARTITION BY "t6"."problem"
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) AS "times"
  FROM (
    SELECT
      *
    FROM (
      SELECT
        "t4"."row",
        "t4"."customer_id",
        "t4"."order_id",
        "t4"."ordered_at",
        "t4"."moment",
        "t4"."amount",
        "t4"."whole",
        "t4"."fraction",
        "t4"."places",
        "t4"."currency",
        "t4"."earliest",
        CASE
          WHEN "t4"."customer_id" = ''
          THEN 'customer_id: empty'
          WHEN LENGTH("t4"."customer_id") > 256
          THEN 'customer_id: longer than 256 characters'
          WHEN REGEXP_MATCHES("t4"."customer_id", '[\x00-\x1f\x7f]')
          THEN 'customer_id: holds a control character'
          WHEN "t4"."order_id" = ''
          THEN 'order_id: empty'
          WHEN LENGTH("t4"."order_id") > 256
          THEN 'order_id: longer than 256 characters'
          WHEN REGEXP_MATCHES("t4"."order_id", '[\x00-\x1f\x7f]')
          THEN 'order_id: holds a control character'
          WHEN REGEXP_MATCHES(
            "t4"."ordered_at",
            '^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?)?$'
          )
          THEN 'ordered_at: without a time zone'
          WHEN NOT (
            REGEXP_MATCHES(
              "t4"."ordered_at",
              '^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?)(Z|[+-][0-9]{2}(:?[0-9]{2})?)$'
            )
          )
          OR (
            "t4"."moment" IS NULL
          )
          THEN 'ordered_at: not an ISO 8601 time like 2026-11-21T09:30:00Z'
          WHEN "t4"."moment" < "t4"."earliest"
          THEN 'ordered_at: before 1995'
          WHEN REGEXP_MATCHES("t4"."amount", '^-[0-9.]+$')
          THEN 'amount: negative (a refund is not an order)'
          WHEN NOT (
            REGEXP_MATCHES("t4"."amount", '^([0-9]+[.]?[0-9]*|[.][0-9]+)$')
          )
          THEN 'amount: not an exact decimal like 39.95'
          WHEN LENGTH("t4"."whole") > 13
          THEN 'amount: too large'
          WHEN NOT (
            REGEXP_MATCHES("t4"."currency", '^[A-Z]{3}$')
          )
          THEN 'currency: not an ISO 4217 code'
          WHEN (
            TRY_CAST('0' || "t4"."whole" || SUBSTRING(
              "t4"."fraction" || '0000',
              CASE
                WHEN (
                  0 + 1
                ) >= 1
                THEN 0 + 1
                ELSE 0 + 1 + LENGTH("t4"."fraction" || '0000')
              END,
              "t4"."places"
            ) AS BIGINT) + CASE
              WHEN (
                REGEXP_REPLACE(
                  SUBSTRING(
                    "t4"."fraction",
                    CASE
                      WHEN (
                        "t4"."places" + 1
                      ) >= 1
                      THEN "t4"."places" + 1
                      ELSE "t4"."places" + 1 + LENGTH("t4"."fraction")
                    END
                  ),
                  '0+$',
                  '',
                  'g'
                ) > '5'
              )
              OR (
                (
                  REGEXP_REPLACE(
                    SUBSTRING(
                      "t4"."fraction",
                      CASE
                        WHEN (
                          "t4"."places" + 1
                        ) >= 1
                        THEN "t4"."places" + 1
                        ELSE "t4"."places" + 1 + LENGTH("t4"."fraction")
                      END
                    ),
                    '0+$',
                    '',
                    'g'
                  ) = '5'
                )
                AND (
                  (
                    TRY_CAST('0' || "t4"."whole" || SUBSTRING(
                      "t4"."fraction" || '0000',
                      CASE
                        WHEN (
                          0 + 1
                        ) >= 1
                        THEN 0 + 1
                        ELSE 0 + 1 + LENGTH("t4"."fraction" || '0000')
                      END,
                      "t4"."places"
                    ) AS BIGINT) % 2
                  ) = 1
                )
              )
              THEN 1
              ELSE 0
            END
          ) > 1000000000000000
          THEN 'amount: too large'
          ELSE NULL
        END AS "problem"
      FROM (
        SELECT
          "t2"."row",
          "t2"."customer_id",
          "t2"."order_id",
          "t2"."ordered_at",
          "t2"."moment",
          "t2"."amount",
          "t2"."whole",
          "t2"."fraction",
          "t2"."places",
          "t2"."currency",
          "t3"."earliest"
        FROM "lines" AS "t2"
        CROSS JOIN "parameters" AS "t3"
      ) AS "t4"
    ) AS "t5"
    WHERE
      "t5"."problem" IS NOT NULL
  ) AS "t6"
) AS "t7"
WHERE
  "t7"."nth" < 5
ORDER BY
  "t7"."row" ASC
