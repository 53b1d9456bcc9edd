-- Written by `python -m infra.sql` from tandem/profiles/expressions: change it there.
SELECT
  "t1"."customer_id",
  "t1"."order_id",
  "t1"."ordered_at",
  "t1"."currency",
  "t1"."minor",
  MIN("t1"."row") AS "row",
  COUNT("t1"."row") AS "copies"
FROM (
  SELECT
    "t0"."customer_id",
    "t0"."order_id",
    "t0"."currency",
    "t0"."row",
    "t0"."moment" AS "ordered_at",
    TRY_CAST('0' || "t0"."whole" || SUBSTRING(
      "t0"."fraction" || '0000',
      CASE
        WHEN (
          0 + 1
        ) >= 1
        THEN 0 + 1
        ELSE 0 + 1 + LENGTH("t0"."fraction" || '0000')
      END,
      "t0"."places"
    ) AS BIGINT) + CASE
      WHEN (
        REGEXP_REPLACE(
          SUBSTRING(
            "t0"."fraction",
            CASE
              WHEN (
                "t0"."places" + 1
              ) >= 1
              THEN "t0"."places" + 1
              ELSE "t0"."places" + 1 + LENGTH("t0"."fraction")
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
              "t0"."fraction",
              CASE
                WHEN (
                  "t0"."places" + 1
                ) >= 1
                THEN "t0"."places" + 1
                ELSE "t0"."places" + 1 + LENGTH("t0"."fraction")
              END
            ),
            '0+$',
            '',
            'g'
          ) = '5'
        )
        AND (
          (
            TRY_CAST('0' || "t0"."whole" || SUBSTRING(
              "t0"."fraction" || '0000',
              CASE
                WHEN (
                  0 + 1
                ) >= 1
                THEN 0 + 1
                ELSE 0 + 1 + LENGTH("t0"."fraction" || '0000')
              END,
              "t0"."places"
            ) AS BIGINT) % 2
          ) = 1
        )
      )
      THEN 1
      ELSE 0
    END AS "minor"
  FROM "lines" AS "t0"
) AS "t1"
GROUP BY
  1,
  2,
  3,
  4,
  5
