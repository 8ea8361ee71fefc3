-- https://trino.io/docs/current/sql/select.html, TestUnnest.java, TestRecursiveCte.java, TestAnalyzer.java

WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t WHERE n < 4) SELECT sum(n) FROM t;
-- => ["10"]

WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 2 FROM t WHERE n < 6) SELECT * FROM t;
-- => [["1"], ["3"], ["5"], ["7"]]

WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 100) SELECT count(*) FROM t;
-- => "NOT_SUPPORTED: Recursion depth limit exceeded (10). Use 'max_recursion_depth' session property to modify the limit."

WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT * FROM t;
-- => "MISSING_COLUMN_ALIASES"

WITH RECURSIVE p(id, parent, depth) AS (SELECT id, parent, 0 FROM (VALUES (1, NULL), (2, 1), (3, 2)) AS r(id, parent) WHERE parent IS NULL UNION ALL SELECT c.id, c.parent, p.depth + 1 FROM p JOIN (VALUES (1, NULL), (2, 1), (3, 2)) AS c(id, parent) ON c.parent = p.id) SELECT id, depth FROM p ORDER BY id;
-- => [["1", "0"], ["2", "1"], ["3", "2"]]

WITH a AS (SELECT 1 AS x), a AS (SELECT 2 AS x) SELECT * FROM a;
-- => "DUPLICATE_NAMED_QUERY"

SELECT count(*) FROM (VALUES 1, 2, 3) AS t(x) TABLESAMPLE BERNOULLI (100);
-- => ["3"]

SELECT count(*) FROM (VALUES 1, 2, 3) AS t(x) TABLESAMPLE BERNOULLI (0);
-- => ["0"]

SELECT count(*) FROM (VALUES 1, 2, 3) AS t(x) TABLESAMPLE SYSTEM (100);
-- => ["3"]

SELECT x FROM (VALUES 1) AS t(x) TABLESAMPLE BERNOULLI (101);
-- => "NUMERIC_VALUE_OUT_OF_RANGE"

SELECT x, y FROM (VALUES 1, 2) AS t(x) CROSS JOIN LATERAL (SELECT x * 10 AS y) AS u ORDER BY x;
-- => [["1", "10"], ["2", "20"]]

SELECT x, y FROM (VALUES 1, 2) AS t(x), LATERAL (SELECT x * 10) AS u(y) ORDER BY x;
-- => [["1", "10"], ["2", "20"]]

SELECT * FROM ((VALUES 1) AS a(x) CROSS JOIN (VALUES 2) AS b(y));
-- => ["1", "2"]

SELECT * FROM (VALUES 1) AS a(x) NATURAL JOIN (VALUES 1) AS b(x);
-- => "NOT_SUPPORTED"

SELECT a.x FROM (VALUES 1) AS a(x) JOIN (VALUES 1) AS b(x) USING (x);
-- => "COLUMN_NOT_FOUND"

SELECT x, a, b FROM (VALUES (1, 'l')) AS l(x, a) FULL JOIN (VALUES (2, 'r')) AS r(x, b) USING (x) ORDER BY x;
-- => [["1", "l", null], ["2", null, "r"]]

SELECT x FROM (VALUES 1) AS a(x) JOIN (VALUES 1) AS b(y) USING (z);
-- => "COLUMN_NOT_FOUND: line 1:65: Column 'z' is missing from one side of join"

SELECT l.x, r.x FROM (VALUES 1, 2) AS l(x) RIGHT JOIN (VALUES 2, 3) AS r(x) ON l.x = r.x ORDER BY r.x;
-- => [["2", "2"], [null, "3"]]

SELECT n, a FROM (VALUES ('x', ARRAY[1, 2]), ('y', ARRAY[3])) AS t(n, l) CROSS JOIN UNNEST(l) AS u(a) ORDER BY a;
-- => [["x", "1"], ["x", "2"], ["y", "3"]]

SELECT n, a, i FROM (VALUES ('x', ARRAY[7, 8])) AS t(n, l) CROSS JOIN UNNEST(l) WITH ORDINALITY AS u(a, i) ORDER BY i;
-- => [["x", "7", "1"], ["x", "8", "2"]]

SELECT k, v, n FROM UNNEST(MAP(ARRAY['a', 'b'], ARRAY[1, 2])) WITH ORDINALITY AS t(k, v, n) ORDER BY n;
-- => [["a", "1", "1"], ["b", "2", "2"]]

SELECT * FROM UNNEST(ARRAY[1, 2], ARRAY['a', 'b', 'c']) WITH ORDINALITY AS t(x, y, n);
-- => [["1", "a", "1"], ["2", "b", "2"], [null, "c", "3"]]

SELECT name, score FROM UNNEST(ARRAY[ROW('a', 10), ROW('b', 20)]) AS t(name, score);
-- => [["a", "10"], ["b", "20"]]

SELECT * FROM UNNEST(ARRAY[ROW(1, 'a')], ARRAY[true]) AS t(x, y, z);
-- => ["1", "a", "true"]

SELECT n, a FROM (VALUES ('x', ARRAY[1]), ('y', ARRAY[]), ('z', NULL)) AS t(n, l) LEFT JOIN UNNEST(l) AS u(a) ON TRUE ORDER BY n;
-- => [["x", "1"], ["y", null], ["z", null]]

SELECT * FROM UNNEST(ARRAY[1]) AS t(a, b);
-- => "MISMATCHED_COLUMN_ALIASES"

SELECT * FROM UNNEST(1) AS t(a);
-- => "TYPE_MISMATCH"

VALUES (1, 'a'), (2, 'b');
-- => [["1", "a"], ["2", "b"]]

VALUES (1, 2), (3);
-- => "TYPE_MISMATCH: line 1:9: Values rows have mismatched types"

SELECT x FROM (VALUES 1, 2, 2) AS t(x) INTERSECT ALL SELECT x FROM (VALUES 2, 2, 3) AS u(x);
-- => [["2"], ["2"]]

SELECT x FROM (VALUES 1, 2, 2) AS t(x) EXCEPT ALL SELECT 2;
-- => [["1"], ["2"]]

SELECT 1 AS a UNION ALL SELECT 2 ORDER BY a DESC;
-- => [["2"], ["1"]]

SELECT 1 UNION SELECT 2, 3;
-- => "TYPE_MISMATCH: line 1:8: UNION query has different number of fields: 1, 2"

(SELECT 1) UNION ALL (SELECT 2 LIMIT 1) ORDER BY 1;
-- => [["1"], ["2"]]

SELECT 1 UNION ALL SELECT 2 ORDER BY 3;
-- => "INVALID_COLUMN_REFERENCE"

SELECT x, y FROM (VALUES (TIMESTAMP '2020-01-01 00:00:00 UTC', 1)) AS t(x, y) UNION ALL SELECT TIMESTAMP '2020-01-01 00:00:00 +02:00', 2 ORDER BY 2;
-- => [["2020-01-01 00:00:00.000 UTC", "1"], ["2020-01-01 00:00:00.000 +02:00", "2"]]

SELECT t, count(*) FROM (VALUES from_iso8601_timestamp('2020-01-01T00:00:00Z'), from_iso8601_timestamp('2020-01-01T00:00:00Z')) AS v(t) GROUP BY t;
-- => ["2020-01-01 00:00:00.000 UTC", "2"]

SELECT from_iso8601_timestamp(s), date_trunc('hour', from_iso8601_timestamp(s)), hour(from_iso8601_timestamp(s)) FROM (VALUES '2020-05-11T11:15:05.055+01:00', '2020-05-11T11:15:05Z') AS t(s);
-- => [["2020-05-11 11:15:05.055 +01:00", "2020-05-11 11:00:00.000 +01:00", "11"], ["2020-05-11 11:15:05.000 UTC", "2020-05-11 11:00:00.000 UTC", "11"]]

SELECT count(*) FROM (VALUES '2020-05-11T11:15:05+01:00') AS t(s) WHERE from_iso8601_timestamp(s) = TIMESTAMP '2020-05-11 10:15:05 UTC';
-- => ["1"]

SELECT max(from_iso8601_timestamp(s)) - min(from_iso8601_timestamp(s)) FROM (VALUES '2020-05-11T11:15:05+01:00', '2020-05-11T11:15:05Z') AS t(s);
-- => ["0 01:00:00.000"]

SELECT at_timezone(TIMESTAMP '2020-01-01 00:00:00 UTC', z) FROM (VALUES 'Asia/Tokyo', '+01:00') AS t(z);
-- => [["2020-01-01 09:00:00.000 Asia/Tokyo"], ["2020-01-01 01:00:00.000 +01:00"]]

SELECT parse_datetime(s, 'yyyy-MM-dd Z') FROM (VALUES '2020-01-01 +0200') AS t(s);
-- => ["2020-01-01 00:00:00.000 +02:00"]

SELECT date_parse(s, '%d/%b/%Y:%H:%i:%s') FROM (VALUES '12/Feb/2026:10:11:12') AS t(s);
-- => ["2026-02-12 10:11:12.000"]

SELECT regexp_extract(l, '"(GET|POST) ([^ ]+)', 2), regexp_like(l, p) FROM (VALUES ('1.2.3.4 "GET /x HTTP/1.1"', 'GET')) AS t(l, p);
-- => ["/x", "true"]

SELECT x FROM (VALUES 1) AS t(x) WHERE EXISTS (SELECT 1 FROM (VALUES 1) AS u(y) WHERE u.y = t.x);
-- => ["1"]

SELECT x FROM (VALUES 1, 2) AS t(x) WHERE x NOT IN (SELECT y FROM (VALUES 2) AS u(y));
-- => ["1"]

SELECT (SELECT y FROM (VALUES (1, 'a'), (2, 'b')) AS u(x, y) WHERE u.x = t.x) FROM (VALUES 2) AS t(x);
-- => ["b"]

SELECT 1 IN (SELECT 1, 2);
-- => "TYPE_MISMATCH"

SELECT a, b FROM (VALUES (1, 2), (1, 3)) AS t(a, b) WHERE (a, b) IN (SELECT 1, 3);
-- => ["1", "3"]

SELECT 'a' IN (SELECT 1);
-- => "TYPE_MISMATCH"

SELECT x.y FROM (VALUES CAST(ROW(1) AS row(y integer))) AS t(x);
-- => ["1"]

SELECT T.X, "x" FROM (VALUES 1) AS t(x);
-- => ["1", "1"]

SELECT t2.x FROM (VALUES 1) AS t(x);
-- => "COLUMN_NOT_FOUND: line 1:8: Column 't2.x' cannot be resolved"

SELECT u.* FROM (VALUES 1) AS t(x);
-- => "COLUMN_NOT_FOUND"

SELECT * FROM (VALUES (1, 2)) AS t(a);
-- => "MISMATCHED_COLUMN_ALIASES"

SELECT nosuch(x) FROM (VALUES 1) AS t(x);
-- => "FUNCTION_NOT_FOUND: line 1:8: Function 'nosuch' not registered"

SELECT x FROM nosuch;
-- => "TABLE_NOT_FOUND: line 1:15:"

SELECT x FROM (VALUES 1) AS t(x) LIMIT 0;
-- => []

SELECT * FROM t MATCH_RECOGNIZE (MEASURES a AS b PATTERN (x) DEFINE x AS true);
-- => "NOT_SUPPORTED"

SELECT count(DISTINCT from_iso8601_timestamp(s)), approx_distinct(from_iso8601_timestamp(s)) FROM (VALUES '2020-01-01T00:00:00+01:00', '2019-12-31T23:00:00Z') AS t(s);
-- => ["1", "1"]

SELECT * EXCEPT (x) FROM (VALUES (1, 2)) AS t(x, y);
-- => "NOT_SUPPORTED"

SELECT t.* REPLACE (3 AS x) FROM (VALUES (1, 2)) AS t(x, y);
-- => "NOT_SUPPORTED"

SELECT * FROM (VALUES 1) AS a(x) LEFT JOIN (VALUES 2) AS b(y);
-- => "SYNTAX_ERROR"

SELECT * FROM (VALUES 1) AS a(x) JOIN (VALUES 2) AS b(y);
-- => "SYNTAX_ERROR"

SELECT * FROM (VALUES 1) AS a(x) CROSS JOIN (VALUES 2) AS b(y), (VALUES 3) AS c(z);
-- => ["1", "2", "3"]
