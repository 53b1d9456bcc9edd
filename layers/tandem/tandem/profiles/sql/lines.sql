-- Written by `python -m infra.sql` from tandem/profiles/expressions: change it there.
SELECT
  "t1"."row",
  "t1"."customer_id",
  "t1"."order_id",
  "t1"."ordered_at",
  "t1"."amount",
  "t1"."currency",
  TRY_CAST("t1"."ordered_at" AS TIMESTAMPTZ) AS "moment",
  REGEXP_REPLACE(REGEXP_EXTRACT("t1"."amount", '^([0-9]*)[.]?([0-9]*)$', 1), '^0+', '', 'g') AS "whole",
  REGEXP_EXTRACT("t1"."amount", '^([0-9]*)[.]?([0-9]*)$', 2) AS "fraction",
  CASE
    WHEN "t1"."currency" IN (
      'BIF',
      'CLP',
      'DJF',
      'GNF',
      'ISK',
      'JPY',
      'KMF',
      'KRW',
      'PYG',
      'RWF',
      'UGX',
      'UYI',
      'VND',
      'VUV',
      'XAF',
      'XOF',
      'XPF'
    )
    THEN 0
    WHEN "t1"."currency" IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND')
    THEN 3
    WHEN "t1"."currency" IN ('CLF', 'UYW')
    THEN 4
    ELSE 2
  END AS "places"
FROM (
  SELECT
    "t0"."row",
    COALESCE("t0"."customer_id", '') AS "customer_id",
    COALESCE("t0"."order_id", '') AS "order_id",
    COALESCE("t0"."ordered_at", '') AS "ordered_at",
    COALESCE("t0"."amount", '') AS "amount",
    UPPER(COALESCE("t0"."currency", '')) AS "currency"
  FROM "history" AS "t0"
) AS "t1"
