"""Athena expressions: what carries over to Spark SQL and what is refused."""

import pytest

from lakehouse.expressions.expression import check_measure, spark_expression

TYPES = {
    "status": "int",
    "size": "bigint",
    "latency": "double",
    "price": "decimal(10,2)",
    "path": "string",
    "ok": "boolean",
    "at": "timestamp",
    "born": "date",
    "meta": "struct<device:string,deep:struct<n:int>>",
    "tags": "array<string>",
}

CARRIED = {
    "status BETWEEN 100 AND 599": "(`status` BETWEEN 100 AND 599)",
    "STATUS <> 404 AND NOT ok": "((`status` <> 404) AND (NOT `ok`))",
    "path IN ('a', 'it''s')": r"(`path` IN ('a', 'it\'s'))",
    "path LIKE 'a\\_%'": r"(`path` LIKE 'a\\\\_%')",
    "path LIKE 'a!_%' ESCAPE '!'": "(`path` LIKE 'a!_%' ESCAPE '!')",
    "path NOT LIKE 'x%'": "(`path` NOT LIKE 'x%')",
    "path IS NOT NULL": "(NOT (`path` IS NULL))",
    "path IS DISTINCT FROM 'x'": "(NOT (`path` <=> 'x'))",
    "status / 100": "(`status` DIV 100)",
    "latency / 1000": "(`latency` / 1000)",
    "latency / 1000.0": "(`latency` / 1000.0BD)",
    "latency * 1e3": "(`latency` * 1e3D)",
    "size / nullif(status, 0)": "(`size` DIV NULLIF(`status`, 0))",
    "size * 3000000000": "TRY_MULTIPLY(`size`, 3000000000L)",
    "-status % 7": "((- `status`) % 7)",
    "meta.device": "`meta`.`device`",
    "meta.deep.n + 1": "TRY_ADD(`meta`.`deep`.`n`, 1)",
    "lower(path) || '!'": "CONCAT(LOWER(`path`), '!')",
    "strpos(path, '/')": "LOCATE('/', `path`)",
    "substr(path, 2)": "SUBSTRING(`path`, 2)",
    "substr(path, 2, 3)": "SUBSTRING(`path`, 2, 3)",
    "split_part(path, '?', 1)": r"TRY_ELEMENT_AT(SPLIT(`path`, '\\?', -1), 1)",
    "regexp_like(path, '\\.png$')": r"(`path` RLIKE '\\.png$')",
    "if(ok, 1, 2)": "CASE WHEN `ok` THEN 1 ELSE 2 END",
    "CASE status WHEN 200 THEN 'a' END": "CASE WHEN (`status` = 200) THEN 'a' END",
    "greatest(status, 1)": "CASE WHEN `status` IS NULL OR 1 IS NULL THEN NULL "
    "ELSE GREATEST(`status`, 1) END",
    "date_trunc('hour', at)": "CAST(DATE_TRUNC('HOUR', `at`) AS TIMESTAMP)",
    "day_of_week(at)": "(WEEKDAY(`at`) + 1)",
    "date_diff('day', at, at)": "TIMESTAMPDIFF(DAY, `at`, `at`)",
    "date_add('hour', -2, at)": "TIMESTAMPADD(HOUR, CAST((- 2) AS INT), `at`)",
    "at >= TIMESTAMP '2026-01-01 00:00:00'": "(`at` >= TIMESTAMP '2026-01-01 00:00:00')",
    "born = DATE '2026-01-01'": "(`born` = DATE '2026-01-01')",
    "CAST(status AS varchar)": "TRY_CAST(`status` AS STRING)",
    "CAST(latency AS bigint)": "TRY_CAST(ROUND(`latency`) AS BIGINT)",
    "CAST(at AS date)": "TRY_CAST(`at` AS DATE)",
}

REFUSED = {
    "status = '200'": "mixes integer and string; CAST one of them",
    "coalesce(path, 0)": "mixes integer and string",
    "price * 2": "Spark multiplies decimals otherwise; CAST AS double",
    "status / 2.5": "Spark divides decimals otherwise; CAST AS double",
    "size / status": "divide by a number, or by NULLIF(status, 0)",
    "status % 0": "divide by a number",
    "path + 1": "mixes integer and string",
    "path || status": "CAST every part AS varchar",
    "random() > 0.5": "differs from run to run",
    "current_date = born": "differs from run to run",
    "sum(status)": "looks at more than one row",
    "row_number() OVER (ORDER BY at)": "looks at more than one row",
    "(SELECT 1)": "one expression expected",
    "round(latency, 2)": "function round cannot be carried over",
    "my_function(path)": "function my_function cannot be carried over",
    "substr(path, status)": "needs a literal whole number >= 1",
    "substr(path, 0)": "needs a literal whole number >= 1",
    "strpos(path, 'a', 2)": "has an argument that Spark lacks",
    "regexp_like(path, '(')": "is no regular expression",
    "regexp_extract(path, 'a|(b)', 1)": "a group that may take no part is '' in Spark, not NULL",
    "regexp_extract(path, 'a', 1)": "has no group 1",
    "path LIKE 'a!b' ESCAPE '!'": "'!' must stand before %, _ or itself",
    "path LIKE path": "LIKE needs a literal pattern",
    "meta = meta": "compares structs or arrays",
    "meta.devise": "unknown field 'devise'; did you mean 'device'?",
    "path.x": "string has no fields",
    "tags[1]": "cannot be carried over to Spark faithfully",
    "CAST(path AS timestamp)": "cannot be carried over to Spark",
    "CAST(path AS boolean)": "cannot be carried over to Spark",
    "TIMESTAMP 'soon' < at": "'soon' is no timestamp",
    "date_trunc('hour', born)": "hour is no unit of a date",
    "date_diff('month', at, at)": "the unit is one of",
    "status > 1,": "does not parse",
    "status > 1; status > 2": "does not parse",
    "status >": "does not parse",
    "'open": "does not parse",
    "": "does not parse",
    "*": "one expression expected",
    "1 FROM t": "one expression expected",
    "1 -- all": "comments are not allowed",
    "status + TRUE": "mixes boolean and integer",
}


@pytest.mark.parametrize(("athena", "spark"), CARRIED.items())
def test_carried_over(athena: str, spark: str) -> None:
    assert spark_expression(athena, TYPES) == spark


@pytest.mark.parametrize(("athena", "message"), REFUSED.items())
def test_refused(athena: str, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        spark_expression(athena, TYPES)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("athena", "wanted", "fits"),
    [
        ("status", "bigint", True),
        ("status", "double", True),
        ("status", "decimal(5,1)", True),
        ("latency", "int", False),
        ("price", "double", True),
        ("path", "date", False),
        ("NULL", "date", True),
        ("status > 1", "boolean", True),
    ],
)
def test_the_value_must_be_of_the_column_s_type(athena: str, wanted: str, fits: bool) -> None:
    if fits:
        spark_expression(athena, TYPES, wanted)
        return
    with pytest.raises(ValueError, match=f"{wanted} expected"):
        spark_expression(athena, TYPES, wanted)


MEASURES = {
    "count(*)": None,
    "count_if(status >= 500)": None,
    "CAST(count_if(status >= 500) AS double) / count(*)": None,
    "approx_percentile(latency, 0.95)": None,
    "sum(size) FILTER (WHERE ok)": None,
    "max(price) - min(price)": None,
    "geometric_mean(latency)": None,
    "sum(size) / path": None,
    "count(meta.device)": None,
    "status": "contains no aggregate function: 'status'",
    "sum(size) / status": "column 'status' is neither aggregated nor in group_by",
    "sum(sise)": "unknown column 'sise'; did you mean 'size'?",
    "sum(size) OVER ()": "a measure is one aggregate expression, without subquery or window",
    "count(*) /* all */": "comments are not allowed",
    "count(*": "does not parse: Expecting ) near '*' in 'count(*'",
}


@pytest.mark.parametrize(("text", "message"), MEASURES.items())
def test_measures(text: str, message: str | None) -> None:
    if message is None:
        check_measure(text, TYPES, ["path"])
        return
    with pytest.raises(ValueError) as caught:
        check_measure(text, TYPES, ["path"])
    assert message in str(caught.value)
