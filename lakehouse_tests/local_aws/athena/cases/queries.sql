-- https://trino.io/docs/current/sql/select.html, functions/aggregate.html, window.html, array.html, map.html

SELECT count(*), sum(x), avg(x), min(x), max(x), count(DISTINCT x) FROM (VALUES 1, 2, 2, NULL) AS t(x);
-- => ["4", "5", "1.6666666666666667", "1", "2", "2"]

SELECT sum(x), count_if(x > 1), bool_and(x > 0), bool_or(x > 5), arbitrary(x) FROM (VALUES 1) AS t(x) WHERE x > 9;
-- => [null, "0", null, null, null]

SELECT typeof(sum(x)), typeof(avg(x)), typeof(sum(1.5)), typeof(avg(1.5)), typeof(count(*)) FROM (VALUES 1) AS t(x);
-- => [bigint, double, "decimal(38,1)", "decimal(2,1)", bigint]

SELECT max_by(a, b), min_by(a, b), max(b, 2) FROM (VALUES ('x', 1), (NULL, 3), ('y', 2)) AS t(a, b);
-- => [null, "x", "[3, 2]"]

SELECT array_agg(x ORDER BY x DESC), listagg(s, '-') WITHIN GROUP (ORDER BY s) FROM (VALUES (1, 'b'), (2, 'a')) AS t(x, s);
-- => ["[2, 1]", "a-b"]

SELECT map_agg(k, v), histogram(k) FROM (VALUES ('a', 1), ('b', 2)) AS t(k, v);
-- => ["{a=1, b=2}", "{a=1, b=1}"]

SELECT approx_percentile(x, 0.5), approx_percentile(x, ARRAY[0.25, 0.95]), approx_distinct(x) FROM UNNEST(sequence(1, 100)) AS t(x);
-- => ["50", "[25, 95]", "100"]

SELECT stddev(x), stddev_pop(x), variance(x), var_pop(x) FROM (VALUES 1, 3) AS t(x);
-- => ["1.4142135623730951", "1.0", "2.0", "1.0"]

SELECT count(*) FILTER (WHERE x > 1), sum(x) FILTER (WHERE x < 3) FROM (VALUES 1, 2, 3) AS t(x);
-- => ["2", "3"]

SELECT x, count(*) AS n FROM (VALUES 1, 1, 2) AS t(x) GROUP BY x HAVING count(*) > 1 ORDER BY n;
-- => ["1", "2"]

SELECT x + 1 AS y, count(*) FROM (VALUES 1, 1) AS t(x) GROUP BY 1;
-- => ["2", "2"]

SELECT x + 1 AS y FROM (VALUES 1, 1) AS t(x) GROUP BY y;
-- => "COLUMN_NOT_FOUND"

SELECT x, y FROM (VALUES (1, 2)) AS t(x, y) GROUP BY x;
-- => "EXPRESSION_NOT_AGGREGATE"

SELECT x FROM (VALUES 1) AS t(x) WHERE sum(x) > 1;
-- => "EXPRESSION_NOT_SCALAR"

SELECT x, y, count(*) FROM (VALUES (1, 'a'), (2, 'a')) AS t(x, y) GROUP BY GROUPING SETS ((x), (y)) ORDER BY x, y;
-- => [["1", null, "1"], ["2", null, "1"], [null, "a", "2"]]

SELECT x, grouping(x), count(*) FROM (VALUES 1, 2) AS t(x) GROUP BY ROLLUP (x) ORDER BY 1;
-- => [["1", "0", "1"], ["2", "0", "1"], [null, "1", "2"]]

SELECT x FROM (VALUES 2, NULL, 1) AS t(x) ORDER BY x;
-- => [["1"], ["2"], [null]]

SELECT x FROM (VALUES 2, NULL, 1) AS t(x) ORDER BY x DESC;
-- => [["2"], ["1"], [null]]

SELECT x FROM (VALUES 2, NULL, 1) AS t(x) ORDER BY x DESC NULLS FIRST LIMIT 2;
-- => [[null], ["2"]]

SELECT x FROM (VALUES 1, 2, 3) AS t(x) ORDER BY -x OFFSET 1 LIMIT 1;
-- => ["2"]

SELECT x FROM (VALUES 1) AS t(x) ORDER BY 2;
-- => "INVALID_COLUMN_REFERENCE"

SELECT DISTINCT x FROM (VALUES 1, 1) AS t(x);
-- => ["1"]

SELECT 1 UNION SELECT 1 UNION ALL SELECT 2 ORDER BY 1;
-- => [["1"], ["2"]]

SELECT x FROM (VALUES 1, 2) AS t(x) INTERSECT SELECT 2;
-- => ["2"]

SELECT x FROM (VALUES 1, 2) AS t(x) EXCEPT SELECT 2;
-- => ["1"]

SELECT 1 UNION ALL SELECT 2.5 ORDER BY 1;
-- => [["1.0"], ["2.5"]]

SELECT 1 UNION SELECT 'a';
-- => "TYPE_MISMATCH: line 1:8: column 1 in UNION query has incompatible types: integer, varchar(1)"

SELECT a.x, b.y FROM (VALUES 1, 2) AS a(x) LEFT JOIN (VALUES (1, 'q')) AS b(x, y) ON a.x = b.x ORDER BY 1;
-- => [["1", "q"], ["2", null]]

SELECT x, y, z FROM (VALUES (1, 'a')) AS a(x, y) JOIN (VALUES (1, 'b')) AS b(x, z) USING (x);
-- => ["1", "a", "b"]

SELECT x FROM (VALUES 1) AS a(x), (VALUES 1) AS b(x);
-- => "AMBIGUOUS_NAME: line 1:8: Column 'x' is ambiguous"

SELECT * FROM (VALUES 1) AS a(x), (VALUES 2) AS b(x);
-- => ["1", "2"]

SELECT b.* FROM (VALUES 1) AS a(x), (VALUES 2) AS b(x);
-- => ["2"]

WITH a AS (SELECT 1 AS x), b(y) AS (SELECT x + 1 FROM a) SELECT a.x, y FROM a, b;
-- => ["1", "2"]

SELECT (SELECT max(x) FROM (VALUES 1, 2) AS t(x)), EXISTS (SELECT 1 WHERE false), 1 IN (SELECT 1), 2 > ALL (SELECT 1);
-- => ["2", "false", "true", "true"]

SELECT x, (SELECT count(*) FROM (VALUES 1, 1, 2) AS u(y) WHERE y = x) FROM (VALUES 1, 3) AS t(x) ORDER BY x;
-- => [["1", "2"], ["3", "0"]]

SELECT (SELECT x FROM (VALUES 1, 2) AS t(x));
-- => "SUBQUERY_MULTIPLE_ROWS"

SELECT x, row_number() OVER (ORDER BY x DESC), rank() OVER (ORDER BY x), lag(x) OVER (ORDER BY x), sum(x) OVER (ORDER BY x ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM (VALUES 1, 2) AS t(x) ORDER BY x;
-- => [["1", "2", "1", null, "1"], ["2", "1", "2", "1", "3"]]

SELECT lead(x, 1, 0) OVER (ORDER BY x), first_value(x) OVER (ORDER BY x), ntile(2) OVER (ORDER BY x), count(*) OVER () FROM (VALUES 1, 2) AS t(x);
-- => [["2", "1", "1", "2"], ["0", "1", "2", "2"]]

SELECT last_value(x) IGNORE NULLS OVER (ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM (VALUES (1, 5), (2, NULL)) AS t(n, x);
-- => [["5"], ["5"]]

SELECT row_number();
-- => "MISSING_OVER"

SELECT a, n FROM UNNEST(ARRAY['x', 'y']) WITH ORDINALITY AS t(a, n);
-- => [["x", "1"], ["y", "2"]]

SELECT a, b FROM UNNEST(ARRAY[1, 2], ARRAY['x']) AS t(a, b);
-- => [["1", "x"], ["2", null]]

SELECT k, v FROM UNNEST(MAP(ARRAY['a'], ARRAY[1])) AS t(k, v);
-- => ["a", "1"]

SELECT a, b FROM UNNEST(ARRAY[ROW(1, 'x'), ROW(2, 'y')]) AS t(a, b);
-- => [["1", "x"], ["2", "y"]]

SELECT x, y FROM (VALUES (1, ARRAY[5, 6]), (2, ARRAY[])) AS t(x, a) CROSS JOIN UNNEST(a) AS u(y);
-- => [["1", "5"], ["1", "6"]]

SELECT x, y FROM (VALUES (1, ARRAY[5]), (2, ARRAY[])) AS t(x, a) LEFT JOIN UNNEST(a) AS u(y) ON TRUE ORDER BY x;
-- => [["1", "5"], ["2", null]]

SELECT ARRAY[1, 2][1], element_at(ARRAY[1], 3), element_at(ARRAY[1, 2], -1), cardinality(ARRAY[1, 2]);
-- => ["1", null, "2", "2"]

SELECT ARRAY[1][2];
-- => "INVALID_FUNCTION_ARGUMENT: Array subscript must be less than or equal to array length: 2 > 1"

SELECT ARRAY[1][0];
-- => "INVALID_FUNCTION_ARGUMENT: SQL array indices start at 1"

SELECT MAP(ARRAY['a'], ARRAY[1])['b'];
-- => "INVALID_FUNCTION_ARGUMENT: Key not present in map: b"

SELECT MAP(ARRAY['a', 'a'], ARRAY[1, 2]);
-- => "INVALID_FUNCTION_ARGUMENT"

SELECT element_at(MAP(ARRAY['a'], ARRAY[1]), 'b'), map_keys(MAP(ARRAY['a'], ARRAY[1])), map_values(MAP(ARRAY['a'], ARRAY[1]));
-- => [null, "[a]", "[1]"]

SELECT contains(ARRAY[1, 2], 2), array_position(ARRAY[5, 6], 6), array_position(ARRAY[5], 7), array_max(ARRAY[1, 3]), array_sort(ARRAY[3, NULL, 1]);
-- => ["true", "2", "0", "3", "[1, 3, null]"]

SELECT array_distinct(ARRAY[2, 1, 2, NULL]), array_join(ARRAY[1, NULL, 3], ','), array_join(ARRAY['a', NULL], ',', 'N'), flatten(ARRAY[ARRAY[1], ARRAY[2]]);
-- => ["[2, 1, null]", "1,3", "a,N", "[1, 2]"]

SELECT transform(ARRAY[1, 2], x -> x * 10), filter(ARRAY[1, 2, 3], x -> x > 1), reduce(ARRAY[5, 20, 50], 0, (s, x) -> s + x, s -> s), any_match(ARRAY[1], x -> x = 1);
-- => ["[10, 20]", "[2, 3]", "75", "true"]

SELECT transform(ARRAY[1], e -> e + y) FROM (VALUES 5) AS t(y);
-- => ["[6]"]

SELECT slice(ARRAY[1, 2, 3], 2, 2), sequence(1, 5, 2), repeat('x', 2), ARRAY[1] || ARRAY[2], array_except(ARRAY[1, 2], ARRAY[2]);
-- => ["[2, 3]", "[1, 3, 5]", "[x, x]", "[1, 2]", "[1]"]

SELECT ROW(1, 'a'), CAST(ROW(1, 'a') AS row(x integer, y varchar)), CAST(ROW(1, 'a') AS row(x integer, y varchar)).y;
-- => ["{field0=1, field1=a}", "{x=1, y=a}", "a"]

SELECT round(2.5e0), round(-2.5e0), round(1.256e0, 2), round(1.256, 2), round(2.5), ceil(1.2e0), floor(-1.2e0), abs(-3);
-- => ["3.0", "-3.0", "1.26", "1.260", "3", "2.0", "-2.0", "3"]

SELECT power(2, 3), sqrt(16), mod(5, 3), sign(-2), truncate(-1.7e0), ln(1), log(2, 8), pi() > 3.14, sqrt(-1);
-- => ["8.0", "4.0", "2", "-1", "-1.0", "0.0", "3.0", "true", "NaN"]

SELECT bitwise_and(6, 3), bitwise_or(6, 3), bitwise_xor(6, 3), bitwise_not(0);
-- => ["2", "7", "5", "-1"]

SELECT *;
-- => "COLUMN_NOT_FOUND: line 1:8: SELECT * not allowed in queries without FROM clause"

SELECT * FROM nope;
-- => "TABLE_NOT_FOUND: line 1:15: Table 'nope' does not exist"

SELECT nope FROM (VALUES 1) AS t(x);
-- => "COLUMN_NOT_FOUND: line 1:8: Column 'nope' cannot be resolved"

SELECT e FROM (VALUES (1, ARRAY[1])) AS t(e, a) WHERE array_distinct(a) = ARRAY[1];
-- => ["1"]

WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 3) SELECT n FROM t;
-- => [["1"], ["2"], ["3"]]

SELECT 'abc' NOT LIKE 'a%', 1 NOT IN (2), 1 NOT BETWEEN 2 AND 3, 1 IS NOT NULL;
-- => ["false", "true", "true", "true"]

SELECT x FROM t FOR TIMESTAMP AS OF TIMESTAMP '2026-01-01 00:00:00';
-- => "NOT_SUPPORTED"

SELECT sum(x) OVER w FROM (VALUES 1) AS t(x) WINDOW w AS (ORDER BY x);
-- => ["1"]

SELECT x FROM (VALUES 1, 2, 3) AS t(x) ORDER BY x FETCH FIRST 2 ROWS ONLY;
-- => [["1"], ["2"]]

SELECT x FROM (VALUES 1, 1, 2) AS t(x) ORDER BY x FETCH FIRST 1 ROW WITH TIES;
-- => [["1"], ["1"]]
