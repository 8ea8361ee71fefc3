-- Aggregates, windows, joins, sets, zones as analysts combine them: https://trino.io/docs/current/functions/aggregate.html,
-- window.html, datetime.html, sql/select.html, AbstractTestWindowQueries.java, AbstractTestAggregations.java

SELECT count(DISTINCT (a, b)) FROM (VALUES (1, 'x'), (1, 'x'), (2, 'y')) AS t(a, b);
-- => [["2"]]

SELECT count(DISTINCT a) FILTER (WHERE b = 'x') FROM (VALUES (1, 'x'), (1, 'x'), (2, 'y')) AS t(a, b);
-- => [["1"]]

SELECT x FROM (VALUES nan(), 1e0, NULL) AS t(x) ORDER BY x;
-- => [["1.0"], ["NaN"], [null]]

SELECT x FROM (VALUES nan(), 1e0) AS t(x) ORDER BY x DESC;
-- => [["NaN"], ["1.0"]]

SELECT max(x), min(x) FROM (VALUES nan(), 1e0) AS t(x);
-- => [["NaN", "1.0"]]

SELECT avg(x) FROM (VALUES DECIMAL '1.00', DECIMAL '2.01') AS t(x);
-- => [["1.51"]]

SELECT sum(x) FROM (VALUES 0.1e0, 0.2e0) AS t(x);
-- => [["0.30000000000000004"]]

SELECT array_agg(x) FROM (VALUES 1) AS t(x) WHERE false;
-- => [[null]]

SELECT count(*) FROM (VALUES (1, NULL), (1, NULL)) AS t(a, b) GROUP BY a, b;
-- => [["2"]]

SELECT DISTINCT a FROM (VALUES NULL, NULL) AS t(a);
-- => [[null]]

SELECT a FROM (VALUES 1, NULL) AS t(a) WHERE a NOT IN (2, NULL);
-- => []

SELECT a FROM (VALUES 1, 2) AS t(a) WHERE a NOT IN (SELECT CAST(NULL AS integer));
-- => []

SELECT a FROM (VALUES 'b', 'A', 'a', 'B') AS t(a) ORDER BY a;
-- => [["A"], ["B"], ["a"], ["b"]]

SELECT a FROM (VALUES 'é', 'z', 'e') AS t(a) ORDER BY a;
-- => [["e"], ["z"], ["é"]]

SELECT max(a) FROM (VALUES 'a', 'B') AS t(a);
-- => [["a"]]

SELECT min_by(a, b), max_by(a, b) FROM (VALUES ('x', 1), ('y', 2)) AS t(a, b);
-- => [["x", "y"]]

SELECT min(a, 2) FROM (VALUES 3, 1, 2) AS t(a);
-- => [["[1, 2]"]]

SELECT listagg(a, ', ') WITHIN GROUP (ORDER BY a DESC) FROM (VALUES 'x', 'y') AS t(a);
-- => [["y, x"]]

SELECT array_join(array_agg(a ORDER BY a), ',') FROM (VALUES 'b', 'a') AS t(a);
-- => [["a,b"]]

SELECT map_agg(a, b) FROM (VALUES ('x', 1), ('y', NULL)) AS t(a, b);
-- => [["{x=1, y=null}"]]

SELECT multimap_agg(a, b) FROM (VALUES ('x', 1), ('x', 2)) AS t(a, b);
-- => [["{x=[1, 2]}"]]

SELECT numeric_histogram(10, x) FROM (VALUES 1e0, 2e0) AS t(x);
-- => [["{1.0=1.0, 2.0=1.0}"]]

SELECT approx_most_frequent(1, x, 100) FROM (VALUES 'a', 'a', 'b') AS t(x);
-- => [["{a=2}"]]

SELECT bool_and(x > 0), every(x > 1) FROM (VALUES 1, 2) AS t(x);
-- => [["true", "false"]]

SELECT corr(x, y) FROM (VALUES (1e0, 2e0), (2e0, 4e0)) AS t(x, y);
-- => [["1.0"]]

SELECT geometric_mean(x) FROM (VALUES 1, 4) AS t(x);
-- => [["2.0"]]

SELECT stddev_pop(x), var_samp(x) FROM (VALUES 1, 3) AS t(x);
-- => [["1.0", "2.0"]]

SELECT stddev(x) FROM (VALUES 1) AS t(x);
-- => [[null]]

SELECT row_number() OVER (ORDER BY x), ntile(2) OVER (ORDER BY x) FROM (VALUES 10, 20) AS t(x) ORDER BY 1;
-- => [["1", "1"], ["2", "2"]]

SELECT sum(x) OVER (ORDER BY x RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM (VALUES 1, 1, 2) AS t(x) ORDER BY 1;
-- => [["2"], ["2"], ["4"]]

SELECT first_value(x) IGNORE NULLS OVER (ORDER BY n ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) FROM (VALUES (1, NULL), (2, 5)) AS t(n, x) ORDER BY n;
-- => [["5"], ["5"]]

SELECT lag(x, 2, -1) OVER (ORDER BY x) FROM (VALUES 1, 2, 3) AS t(x) ORDER BY x;
-- => [["-1"], ["-1"], ["1"]]

SELECT percent_rank() OVER (ORDER BY x), cume_dist() OVER (ORDER BY x) FROM (VALUES 1, 2) AS t(x) ORDER BY 1;
-- => [["0.0", "0.5"], ["1.0", "1.0"]]

SELECT nth_value(x, 2) OVER (ORDER BY x ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM (VALUES 1, 2) AS t(x);
-- => [["2"], ["2"]]

SELECT x, count(*) OVER (PARTITION BY x % 2) FROM (VALUES 1, 2, 3) AS t(x) ORDER BY x;
-- => [["1", "2"], ["2", "1"], ["3", "2"]]

SELECT sum(sum(x)) OVER (ORDER BY g) FROM (VALUES (1, 10), (1, 20), (2, 5)) AS t(g, x) GROUP BY g ORDER BY g;
-- => [["30"], ["35"]]

SELECT g, sum(x) FROM (VALUES ('a', 1), ('b', 2)) AS t(g, x) GROUP BY ROLLUP (g) HAVING grouping(g) = 1;
-- => [[null, "3"]]

SELECT a, b, sum(x) FROM (VALUES ('a', 'p', 1), ('a', 'q', 2)) AS t(a, b, x) GROUP BY a, ROLLUP (b) ORDER BY 1, 2;
-- => [["a", "p", "1"], ["a", "q", "2"], ["a", null, "3"]]

SELECT grouping(a, b) FROM (VALUES (1, 2)) AS t(a, b) GROUP BY GROUPING SETS ((a), (b), ()) ORDER BY 1;
-- => [["1"], ["2"], ["3"]]

SELECT t.a, u.b FROM (VALUES 1) AS t(a) LEFT JOIN LATERAL (SELECT t.a + 1 AS b) AS u ON true;
-- => [["1", "2"]]

SELECT a FROM (VALUES 1, 2) AS t(a) INTERSECT SELECT b FROM (VALUES 2, 3) AS u(b);
-- => [["2"]]

SELECT 1 UNION ALL SELECT 1;
-- => [["1"], ["1"]]

SELECT a FROM (VALUES 1) AS t(a) UNION SELECT CAST(2 AS bigint) ORDER BY 1;
-- => [["1"], ["2"]]

SELECT typeof(a) FROM (SELECT 1 AS a UNION ALL SELECT 1.5) AS t LIMIT 1;
-- => [["decimal(11,1)"]]

SELECT * FROM (SELECT 1 AS a) t JOIN (SELECT 1 AS a, 2 AS b) u USING (a);
-- => [["1", "2"]]

SELECT t.a FROM (SELECT 1 AS a) t JOIN (SELECT 1 AS a) u ON t.a = u.a AND u.a > 0;
-- => [["1"]]

SELECT * FROM (VALUES 1, 2) AS t(a) WHERE a = ANY (VALUES 2, 3);
-- => [["2"]]

SELECT a FROM (VALUES 1, 2, 3) AS t(a) WHERE a > ALL (SELECT 1 UNION SELECT 2);
-- => [["3"]]

SELECT EXISTS (SELECT 1 FROM (VALUES 1) AS t(a) WHERE a = 2);
-- => [["false"]]

SELECT (SELECT count(*) FROM (VALUES 1, 2) AS u(b) WHERE b <= a) FROM (VALUES 2) AS t(a);
-- => [["2"]]

SELECT a FROM (VALUES 3, 1, 2) AS t(a) ORDER BY a LIMIT 2;
-- => [["1"], ["2"]]

SELECT a AS b, b AS c FROM (VALUES (2, 1), (1, 2)) AS t(a, b) ORDER BY b;
-- => [["1", "2"], ["2", "1"]]

SELECT -a AS a FROM (VALUES 1, 2) AS t(a) ORDER BY a;
-- => [["-2"], ["-1"]]

SELECT a FROM (VALUES 1, 2) AS t(a) ORDER BY -t.a;
-- => [["2"], ["1"]]

SELECT count(*) c FROM (VALUES 'a', 'b', 'a') AS t(x) GROUP BY x ORDER BY count(*) DESC, x;
-- => [["2"], ["1"]]

SELECT upper(x) u FROM (VALUES 'a', 'b') AS t(x) GROUP BY upper(x) ORDER BY u DESC;
-- => [["B"], ["A"]]

SELECT x FROM UNNEST(ARRAY[3, 1, 2]) AS t(x) ORDER BY x;
-- => [["1"], ["2"], ["3"]]

SELECT * FROM UNNEST(ARRAY[1, 2], ARRAY['a', 'b']) AS t(x, y) ORDER BY x;
-- => [["1", "a"], ["2", "b"]]

SELECT sum(v) FROM UNNEST(MAP(ARRAY['a', 'b'], ARRAY[1, 2])) AS t(k, v);
-- => [["3"]]

SELECT a, x FROM (VALUES (1, ARRAY[]), (2, NULL)) AS t(a, b) LEFT JOIN UNNEST(b) AS u(x) ON true ORDER BY a;
-- => [["1", null], ["2", null]]

SELECT id, e.name FROM (VALUES (1, ARRAY[CAST(ROW('n') AS ROW(name varchar))])) AS t(id, l) CROSS JOIN UNNEST(l) AS e(name);
-- => [["1", "n"]]

WITH t AS (SELECT 1 AS a), u AS (SELECT a + 1 AS b FROM t) SELECT * FROM t, u;
-- => [["1", "2"]]

WITH t(a) AS (VALUES 1, 2) SELECT sum(a) FROM t;
-- => [["3"]]

WITH RECURSIVE f(n, a, b) AS (VALUES (1, 0, 1) UNION ALL SELECT n + 1, b, a + b FROM f WHERE n < 8) SELECT max(a) FROM f;
-- => [["13"]]

SELECT date_diff('hour', TIMESTAMP '2026-03-08 00:00:00 America/New_York', TIMESTAMP '2026-03-09 00:00:00 America/New_York');
-- => [["23"]]

SELECT date_diff('day', TIMESTAMP '2026-03-08 00:00:00 America/New_York', TIMESTAMP '2026-03-09 00:00:00 America/New_York');
-- => [["1"]]

SELECT TIMESTAMP '2026-07-01 12:00:00 UTC' AT TIME ZONE 'Asia/Kolkata';
-- => [["2026-07-01 17:30:00.000 Asia/Kolkata"]]

SELECT hour(TIMESTAMP '2026-07-01 12:00:00 UTC' AT TIME ZONE 'Asia/Kolkata');
-- => [["17"]]

SELECT CAST(TIMESTAMP '2026-07-01 12:00:00 UTC' AT TIME ZONE 'Asia/Kolkata' AS timestamp);
-- => [["2026-07-01 17:30:00.000"]]

SELECT CAST(TIMESTAMP '2026-07-01 12:00:00' AS timestamp with time zone);
-- => [["2026-07-01 12:00:00.000 UTC"]]

SELECT TIMESTAMP '2026-07-01 12:00:00 UTC' = TIMESTAMP '2026-07-01 14:00:00 +02:00';
-- => [["true"]]

SELECT DATE '2026-07-01' = TIMESTAMP '2026-07-01 00:00:00';
-- => [["true"]]

SELECT date_format(TIMESTAMP '2026-07-01 12:00:00 UTC' AT TIME ZONE 'Asia/Kolkata', '%H:%i');
-- => [["17:30"]]

SELECT to_iso8601(TIMESTAMP '2026-07-01 12:00:00 UTC' AT TIME ZONE 'Asia/Kolkata');
-- => [["2026-07-01T17:30:00+05:30"]]

SELECT with_timezone(TIMESTAMP '2026-07-01 12:00:00', 'Asia/Kolkata') = TIMESTAMP '2026-07-01 06:30:00 UTC';
-- => [["true"]]

SELECT now() - INTERVAL '7' DAY < now();
-- => [["true"]]

SELECT date_add('minute', -15, TIMESTAMP '2026-01-01 00:00:00');
-- => [["2025-12-31 23:45:00.000"]]

SELECT last_day_of_month(DATE '2024-02-10');
-- => [["2024-02-29"]]

SELECT day_of_week(DATE '2026-11-27'), week(DATE '2026-01-01'), year_of_week(DATE '2026-01-01');
-- => [["5", "1", "2026"]]

SELECT CAST('12:34:56' AS time);
-- => [["12:34:56.000"]]

SELECT CAST(DATE '2026-01-01' AS timestamp) + INTERVAL '90' MINUTE;
-- => [["2026-01-01 01:30:00.000"]]

SELECT INTERVAL '1' DAY * 1.5;
-- => [["1 12:00:00.000"]]

SELECT CAST(1.5 AS varchar), CAST(1.5e0 AS varchar), CAST(DATE '2026-01-01' AS varchar);
-- => [["1.5", "1.5E0", "2026-01-01"]]

SELECT CAST(TIMESTAMP '2026-01-01 00:00:00.000' AS varchar);
-- => [["2026-01-01 00:00:00.000"]]

SELECT 'a' || CAST(1 AS varchar) || 'b';
-- => [["a1b"]]

SELECT CAST(ARRAY[1, 2] AS varchar);
-- => "TYPE_MISMATCH: line 1:8: Cannot cast array(integer) to varchar"

SELECT CAST(now() AS bigint);
-- => "TYPE_MISMATCH"

SELECT CAST('2026-01-01 00:00:00 UTC' AS timestamp);
-- => "INVALID_CAST_ARGUMENT"

SELECT CAST(NULL AS integer) + 1;
-- => [[null]]

SELECT count(*), 1 + NULL;
-- => [["1", null]]
