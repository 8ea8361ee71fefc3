-- Queries as log analysts write them: https://docs.aws.amazon.com/athena/latest/ug/querying-arrays.html, querying-JSON.html,
-- functions.html, select.html and the pages of AWS's logs; https://trino.io/docs/current/sql/select.html

WITH dataset AS (SELECT ARRAY ['hello', 'amazon', 'athena'] AS items) SELECT * FROM dataset;
-- => ["[hello, amazon, athena]"]

WITH dataset AS (SELECT 'hello' AS hello, 'amazon' AS amazon, 'athena' AS athena) SELECT ARRAY[hello, amazon, athena] AS items FROM dataset;
-- => ["[hello, amazon, athena]"]

WITH dataset AS (SELECT ARRAY [4,3,1,2] AS items) SELECT CAST(items AS ARRAY<VARCHAR>) AS items FROM dataset;
-- => ["[4, 3, 1, 2]"]

WITH dataset AS (SELECT MAP(ARRAY['first', 'last', 'age'], ARRAY['Bob', 'Smith', '35']) AS user) SELECT user['first'] AS first_name FROM dataset;
-- => ["Bob"]

WITH dataset AS (SELECT ARRAY[CAST(ROW('Bob', 38) AS ROW(name VARCHAR, age INTEGER)), CAST(ROW('Alice', 35) AS ROW(name VARCHAR, age INTEGER))] AS users) SELECT names.name, names.age FROM dataset CROSS JOIN UNNEST(users) AS t(names);
-- => "MISMATCHED_COLUMN_ALIASES"

WITH dataset AS (SELECT 'engineering' AS department, ARRAY['Sharon', 'John', 'Bob', 'Sally'] AS users) SELECT department, names FROM dataset CROSS JOIN UNNEST(users) AS t(names) ORDER BY names;
-- => [["engineering", "Bob"], ["engineering", "John"], ["engineering", "Sally"], ["engineering", "Sharon"]]

WITH dataset AS (SELECT 'engineering' AS department, MAP(ARRAY['first', 'last', 'age'], ARRAY['Bob', 'Smith', '35']) AS people) SELECT names, ages FROM dataset CROSS JOIN UNNEST(people) AS t(names, ages) WHERE names = 'age';
-- => ["age", "35"]

WITH dataset AS (SELECT ARRAY[ARRAY[1,2], ARRAY[3,4]] AS items) SELECT flatten(items) AS items FROM dataset;
-- => ["[1, 2, 3, 4]"]

WITH dataset AS (SELECT ARRAY[CAST(ROW('Bob', 38) AS ROW(name VARCHAR, age INTEGER)), CAST(ROW('Jane', 30) AS ROW(name VARCHAR, age INTEGER))] AS users), people AS (SELECT name, age FROM dataset CROSS JOIN UNNEST(users) AS t(name, age)) SELECT name FROM people WHERE age > 35;
-- => ["Bob"]

WITH dataset AS (SELECT ARRAY[1,2,3] AS items) SELECT reduce(items, 0, (s, x) -> s + x, s -> s) AS total, filter(items, x -> x % 2 = 1) AS odd FROM dataset;
-- => ["6", "[1, 3]"]

WITH dataset AS (SELECT CAST(ROW('aws.amazon.com', ROW(true)) AS ROW(hostname VARCHAR, flaggedActivity ROW(isNew BOOLEAN))) AS sites) SELECT sites.hostname, sites.flaggedactivity.isnew FROM dataset WHERE regexp_like(sites.hostname, 'aws|redshift');
-- => ["aws.amazon.com", "true"]

WITH dataset AS (SELECT JSON_PARSE('{"name": "Bob Smith", "org": "engineering", "projects": [{"name":"project1", "completed":false},{"name":"project2","completed":true}]}') AS myblob) SELECT json_extract_scalar(myblob, '$.name') AS name, json_extract(myblob, '$.projects') AS projects, json_array_length(json_extract(myblob, '$.projects')), json_extract_scalar(myblob, '$.projects[1].name') FROM dataset;
-- => ["Bob Smith", "[{\"completed\":false,\"name\":\"project1\"},{\"completed\":true,\"name\":\"project2\"}]", "2", "project2"]

WITH dataset AS (SELECT '{"name": "Bob Smith", "projects": [{"name":"project1", "completed":false},{"name":"project2","completed":true}]}' AS blob) SELECT json_extract_scalar(p, '$.name') AS project FROM dataset CROSS JOIN UNNEST(CAST(json_extract(blob, '$.projects') AS ARRAY(JSON))) AS t(p) WHERE CAST(json_extract(p, '$.completed') AS boolean);
-- => ["project2"]

WITH dataset AS (SELECT '{"name": "Bob Smith", "projects": [{"name":"project1", "completed":false},{"name":"project2","completed":true}]}' AS blob) SELECT json_extract_scalar(blob, '$.name'), p.name, p.completed FROM dataset CROSS JOIN UNNEST(CAST(json_extract(blob, '$.projects') AS ARRAY(ROW(name VARCHAR, completed BOOLEAN)))) AS p(name, completed) ORDER BY p.name;
-- => [["Bob Smith", "project1", "false"], ["Bob Smith", "project2", "true"]]

WITH dataset AS (SELECT * FROM (VALUES (JSON '{"name": "Bob Smith", "org": "legal", "projects": ["project1"]}'), (JSON '{"name": "Susan Smith", "org": "engineering", "projects": ["project1", "project2", "project3"]}')) AS t (users)) SELECT json_extract_scalar(users, '$.name') AS user FROM dataset WHERE json_array_contains(json_extract(users, '$.projects'), 'project2');
-- => ["Susan Smith"]

WITH dataset AS (SELECT CAST(MAP(ARRAY['k', 'l'], ARRAY[1, 2]) AS JSON) AS j) SELECT CAST(j AS MAP(VARCHAR, INTEGER))['l'], json_format(j) FROM dataset;
-- => ["2", "{\"k\":1,\"l\":2}"]

WITH logs(ts, status, ms, path) AS (VALUES ('2026-11-27T10:00:01Z', 200, 12.5e0, '/a'), ('2026-11-27T10:00:31Z', 500, 900e0, '/a'), ('2026-11-27T10:07:00Z', 404, 3e0, '/b?x=1'), ('2026-11-27T11:00:00Z', 200, 20e0, '/b')) SELECT date_trunc('hour', from_iso8601_timestamp(ts)) AS hour, count(*) AS n, count_if(status >= 500) AS errors, round(100.0 * count_if(status >= 400) / count(*), 2) AS pct, max_by(path, ms) AS slowest FROM logs GROUP BY 1 ORDER BY 1;
-- => [["2026-11-27 10:00:00.000 UTC", "3", "1", "66.7", "/a"], ["2026-11-27 11:00:00.000 UTC", "1", "0", "0.0", "/b"]]

WITH logs(ts, status) AS (VALUES ('2026-11-27T10:00:01Z', 200), ('2026-11-27T10:04:31Z', 500), ('2026-11-27T10:07:00Z', 404)) SELECT from_unixtime(floor(to_unixtime(from_iso8601_timestamp(ts)) / 300) * 300) AS five, count(*) FROM logs GROUP BY 1 ORDER BY 1;
-- => [["2026-11-27 10:00:00.000 UTC", "2"], ["2026-11-27 10:05:00.000 UTC", "1"]]

WITH logs(ip, ts) AS (VALUES ('a', TIMESTAMP '2026-01-01 00:00:00'), ('a', TIMESTAMP '2026-01-01 00:10:00'), ('a', TIMESTAMP '2026-01-01 01:00:00'), ('b', TIMESTAMP '2026-01-01 00:00:00')), gaps AS (SELECT ip, ts, CASE WHEN ts - lag(ts) OVER (PARTITION BY ip ORDER BY ts) <= INTERVAL '30' MINUTE THEN 0 ELSE 1 END AS new FROM logs) SELECT ip, ts, sum(new) OVER (PARTITION BY ip ORDER BY ts ROWS UNBOUNDED PRECEDING) AS session FROM gaps ORDER BY ip, ts;
-- => [["a", "2026-01-01 00:00:00.000", "1"], ["a", "2026-01-01 00:10:00.000", "1"], ["a", "2026-01-01 01:00:00.000", "2"], ["b", "2026-01-01 00:00:00.000", "1"]]

WITH logs(ip, path, ts) AS (VALUES ('a', '/x', 1), ('a', '/y', 2), ('b', '/x', 3)) SELECT ip, path FROM (SELECT *, row_number() OVER (PARTITION BY ip ORDER BY ts DESC) AS rn FROM logs) WHERE rn = 1 ORDER BY ip;
-- => [["a", "/y"], ["b", "/x"]]

SELECT status / 100 * 100 AS class, count(*) FROM (VALUES 200, 204, 404, 503) AS t(status) GROUP BY status / 100 * 100 HAVING count(*) > 1;
-- => ["200", "2"]

SELECT CASE WHEN s BETWEEN 200 AND 299 THEN '2xx' WHEN s BETWEEN 400 AND 499 THEN '4xx' ELSE 'other' END AS class, array_agg(s ORDER BY s) FROM (VALUES 200, 404, 201, 301) AS t(s) GROUP BY 1 ORDER BY 1;
-- => [["2xx", "[200, 201]"], ["4xx", "[404]"], ["other", "[301]"]]

SELECT element_at(split(path, '/'), 2) AS top, count(DISTINCT ip) FROM (VALUES ('/api/v1/x', 'a'), ('/api/v2', 'b'), ('/', 'a')) AS t(path, ip) GROUP BY 1 ORDER BY 1;
-- => [["", "1"], ["api", "2"]]

SELECT split(path, '/')[5] FROM (VALUES '/a/b') AS t(path);
-- => "INVALID_FUNCTION_ARGUMENT: Array subscript must be less than or equal to array length: 5 > 3"

SELECT split_to_map(url_extract_query(url), '&', '=')['id'], element_at(split_to_map(url_extract_query(url), '&', '='), 'nope') FROM (VALUES 'http://h/p?id=7&z=1') AS t(url);
-- => ["7", null]

SELECT date(from_iso8601_timestamp(ts)) AS day, count(*) FROM (VALUES '2026-11-27T23:59:59.999Z', '2026-11-28T00:00:00+02:00') AS t(ts) GROUP BY 1 ORDER BY 1;
-- => [["2026-11-27", "1"], ["2026-11-28", "1"]]

SELECT date(at_timezone(from_iso8601_timestamp(ts), 'UTC')) AS day, count(*) FROM (VALUES '2026-11-27T23:59:59.999Z', '2026-11-28T00:00:00+02:00') AS t(ts) GROUP BY 1 ORDER BY 1;
-- => ["2026-11-27", "2"]

SELECT count(*) FROM (VALUES '2026-11-27T10:00:00Z', '2026-11-26T10:00:00Z') AS t(ts) WHERE from_iso8601_timestamp(ts) BETWEEN TIMESTAMP '2026-11-27 00:00:00 UTC' AND TIMESTAMP '2026-11-28 00:00:00 UTC';
-- => ["1"]

SELECT count(*) FROM (VALUES '2026-11-27') AS t(day) WHERE day >= date_format(DATE '2026-11-30' - INTERVAL '7' DAY, '%Y-%m-%d') AND date(day) < DATE '2026-12-01';
-- => ["1"]

SELECT count(*) FROM (VALUES ('2026', '11', '27')) AS t(year, month, day) WHERE date_parse(year || '-' || month || '-' || day, '%Y-%m-%d') >= DATE '2026-11-27' AND CAST(concat(year, '-', month, '-', day) AS date) = DATE '2026-11-27';
-- => ["1"]

SELECT count(*) FROM (VALUES '2026-11-27') AS t(day) WHERE day > current_date - INTERVAL '7' DAY;
-- => "TYPE_MISMATCH: line 1:64: Cannot apply operator: varchar(10) > date"

SELECT a.ip, b.n FROM (VALUES 'x', 'y') AS a(ip) LEFT JOIN (SELECT ip, count(*) AS n FROM (VALUES 'x', 'x') AS t(ip) GROUP BY ip) AS b ON a.ip = b.ip WHERE b.ip IS NULL OR b.n > 1 ORDER BY 1;
-- => [["x", "2"], ["y", null]]

SELECT ip FROM (VALUES 'a', 'b', 'c') AS t(ip) WHERE ip IN (SELECT ip FROM (VALUES 'b', 'c') AS u(ip)) AND NOT EXISTS (SELECT 1 FROM (VALUES 'c') AS v(ip) WHERE v.ip = t.ip);
-- => ["b"]

SELECT coalesce(region, 'all') AS region, coalesce(status, 'all') AS status, sum(n) FROM (VALUES ('eu', 'ok', 1), ('eu', 'bad', 2), ('us', 'ok', 4)) AS t(region, status, n) GROUP BY GROUPING SETS ((region, status), (region), ()) ORDER BY grouping(region, status), 1, 2;
-- => [["eu", "bad", "2"], ["eu", "ok", "1"], ["us", "ok", "4"], ["eu", "all", "3"], ["us", "all", "4"], ["all", "all", "7"]]

SELECT path, n, round(100e0 * n / sum(n) OVER (), 1) AS share, sum(n) OVER (ORDER BY n DESC, path) AS running FROM (SELECT path, count(*) AS n FROM (VALUES '/a', '/a', '/b', '/c') AS t(path) GROUP BY path) ORDER BY n DESC, path;
-- => [["/a", "2", "50.0", "2"], ["/b", "1", "25.0", "3"], ["/c", "1", "25.0", "4"]]

SELECT day, n, n - lag(n, 1, 0) OVER (ORDER BY day) AS delta, avg(n) OVER (ORDER BY day ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS moving FROM (VALUES (DATE '2026-01-01', 10), (DATE '2026-01-02', 14), (DATE '2026-01-03', 9)) AS t(day, n) ORDER BY day;
-- => [["2026-01-01", "10", "10", "10.0"], ["2026-01-02", "14", "4", "12.0"], ["2026-01-03", "9", "-5", "11.5"]]

SELECT d.day, coalesce(t.n, 0) FROM UNNEST(sequence(DATE '2026-01-01', DATE '2026-01-03', INTERVAL '1' DAY)) AS d(day) LEFT JOIN (VALUES (DATE '2026-01-02', 5)) AS t(day, n) ON t.day = d.day ORDER BY d.day;
-- => [["2026-01-01", "0"], ["2026-01-02", "5"], ["2026-01-03", "0"]]

SELECT map_agg(status, n)['500'], transform_values(map_agg(status, n), (k, v) -> v * 10), map_keys(map_filter(map_agg(status, n), (k, v) -> v > 1)) FROM (VALUES ('200', 7), ('500', 1)) AS t(status, n);
-- => ["1", "{200=70, 500=10}", "[200]"]

SELECT histogram(status), approx_distinct(ip), arbitrary(status), checksum(ip) IS NOT NULL FROM (VALUES (200, 'a'), (200, 'b')) AS t(status, ip);
-- => ["{200=2}", "2", "200", "true"]

SELECT approx_percentile(ms, 0.5), approx_percentile(ms, ARRAY[0.5, 0.9, 0.99]), typeof(approx_percentile(ms, 0.5)) FROM (VALUES 1e0, 2e0, 3e0, 4e0) AS t(ms);
-- => ["2.0", "[2.0, 4.0, 4.0]", "double"]

SELECT approx_percentile(ms, 1.5) FROM (VALUES 1) AS t(ms);
-- => "INVALID_FUNCTION_ARGUMENT: Percentile must be between 0 and 1"

SELECT name, length(name) AS len FROM (VALUES 'b', 'aa') AS t(name) ORDER BY len DESC, name;
-- => [["aa", "2"], ["b", "1"]]

SELECT x AS y FROM (VALUES 1) AS t(x) WHERE y = 1;
-- => "COLUMN_NOT_FOUND: line 1:45: Column 'y' cannot be resolved"

SELECT count(*) AS n FROM (VALUES 1) AS t(x) HAVING n > 0;
-- => "COLUMN_NOT_FOUND: line 1:53: Column 'n' cannot be resolved"

SELECT "a b", "A B" FROM (VALUES 1) AS t("a b");
-- => ["1", "1"]

SELECT 'it''s', U&'\00e9', 'a\nb';
-- => ["it's", "é", "a\\nb"]

SELECT "nope" FROM (VALUES 1) AS t(x);
-- => "COLUMN_NOT_FOUND: line 1:8: Column 'nope' cannot be resolved"

SELECT x FROM (VALUES 1) AS t(x) WHERE x = "abc";
-- => "COLUMN_NOT_FOUND: line 1:44: Column 'abc' cannot be resolved"

SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS t(id, v) ORDER BY id DESC LIMIT 1;
-- => ["2", "b"]

SELECT x FROM (VALUES 1, 2, 3, 4) AS t(x) ORDER BY x OFFSET 1 ROWS LIMIT 2;
-- => [["2"], ["3"]]

SELECT x FROM (VALUES 1, 2) AS t(x) LIMIT ALL;
-- => [["1"], ["2"]]

SELECT sum(x) FROM (VALUES 1) AS t(x) WHERE false;
-- => [null]

SELECT x, count(*) FROM (VALUES 1) AS t(x) WHERE false GROUP BY x;
-- => []

SELECT count(*), count(x), min(x), max(x), avg(x) FROM (SELECT CAST(NULL AS double) AS x) AS t;
-- => ["1", "0", null, null, null]

SELECT status, count(*) FROM (VALUES 200, NULL, NULL) AS t(status) GROUP BY status ORDER BY status NULLS FIRST;
-- => [[null, "2"], ["200", "1"]]

SELECT t1.k, t2.v FROM (VALUES (1, 'a')) AS t1(k, v) FULL OUTER JOIN (VALUES (2, 'b')) AS t2(k, v) ON t1.k = t2.k ORDER BY t1.k;
-- => [["1", null], [null, "b"]]

SELECT k FROM (VALUES 1) AS a(k) CROSS JOIN (VALUES 1) AS b(k);
-- => "AMBIGUOUS_NAME: line 1:8: Column 'k' is ambiguous"

SELECT x FROM (SELECT 1 AS x UNION ALL SELECT 2 UNION ALL SELECT 3) WHERE x > 1 ORDER BY x DESC;
-- => [["3"], ["2"]]

SELECT 1 AS a, 2 AS b UNION SELECT 1, 2;
-- => ["1", "2"]

(SELECT 2 AS x ORDER BY 1 LIMIT 1) UNION ALL (SELECT 1) ORDER BY x;
-- => [["1"], ["2"]]

WITH RECURSIVE days(d) AS (SELECT DATE '2026-01-01' UNION ALL SELECT d + INTERVAL '1' DAY FROM days WHERE d < DATE '2026-01-04') SELECT count(*), max(d) FROM days;
-- => ["4", "2026-01-04"]

WITH RECURSIVE tree(id, path) AS (SELECT id, CAST(name AS varchar) FROM (VALUES (1, 0, 'root')) AS r(id, p, name) UNION ALL SELECT c.id, tree.path || '/' || c.name FROM tree JOIN (VALUES (2, 1, 'a'), (3, 2, 'b')) AS c(id, p, name) ON c.p = tree.id) SELECT path FROM tree ORDER BY id;
-- => [["root"], ["root/a"], ["root/a/b"]]

SELECT TRY_CAST(v AS integer), TRY(10 / CAST(v AS integer)) FROM (VALUES '5', '0', 'x', NULL) AS t(v) ORDER BY v;
-- => [["0", null], ["5", "2"], [null, null], [null, null]]

SELECT sum(TRY_CAST(v AS bigint)), count(*) - count(TRY_CAST(v AS bigint)) AS bad FROM (VALUES '5', '-', '7') AS t(v);
-- => ["12", "1"]

SELECT CAST(v AS integer) FROM (VALUES '5', '-') AS t(v);
-- => "INVALID_CAST_ARGUMENT: Cannot cast '-' to INT"

SELECT ip, any_match(codes, c -> c >= 500), all_match(codes, c -> c < 600), none_match(codes, c -> c = 404) FROM (VALUES ('a', ARRAY[200, 503])) AS t(ip, codes);
-- => ["a", "true", "true", "true"]

SELECT zip_with(ARRAY['a', 'b'], ARRAY[1, 2], (k, v) -> k || CAST(v AS varchar)), array_sort(ARRAY[3, 1, 2], (x, y) -> IF(x < y, 1, IF(x = y, 0, -1))), arrays_overlap(ARRAY[1, 2], ARRAY[2, 3]), array_intersect(ARRAY[1, 2], ARRAY[2, 3]), zip(ARRAY[1], ARRAY['a']);
-- => ["[a1, b2]", "[3, 2, 1]", "true", "[2]", "[{field0=1, field1=a}]"]

SELECT t.n, u.v FROM (VALUES (1, ARRAY['x', 'y']), (2, ARRAY['z'])) AS t(n, vs) CROSS JOIN UNNEST(t.vs) WITH ORDINALITY AS u(v, i) WHERE u.i = 1 ORDER BY 1;
-- => [["1", "x"], ["2", "z"]]

SELECT id, k, v FROM (VALUES (1, MAP(ARRAY['a', 'b'], ARRAY[10, 20]))) AS t(id, m), UNNEST(m) AS u(k, v) ORDER BY k;
-- => [["1", "a", "10"], ["1", "b", "20"]]

SELECT n, a, b FROM (VALUES (1, ARRAY[1, 2], ARRAY['x'])) AS t(n, p, q) CROSS JOIN UNNEST(p, q) AS u(a, b) ORDER BY a;
-- => [["1", "1", "x"], ["1", "2", null]]

SELECT json_extract_scalar(j, '$.user.name'), json_extract_scalar(j, '$["user"]["name"]'), CAST(json_extract(j, '$.n') AS bigint) + 1 FROM (VALUES '{"user": {"name": "bob"}, "n": 41}') AS t(j);
-- => ["bob", "bob", "42"]

SELECT k, v FROM (VALUES '{"a": 1, "b": "x"}') AS t(j) CROSS JOIN UNNEST(CAST(json_parse(j) AS MAP(varchar, varchar))) AS u(k, v) ORDER BY k;
-- => [["a", "1"], ["b", "x"]]

SELECT CAST(json_parse(j) AS ROW(id bigint, tags ARRAY(varchar), meta MAP(varchar, double))) FROM (VALUES '{"id": 7, "tags": ["x", null], "meta": {"m": 1.5}, "more": true}') AS t(j);
-- => ["{id=7, tags=[x, null], meta={m=1.5}}"]

SELECT json_parse('{"a":') IS NULL;
-- => "INVALID_FUNCTION_ARGUMENT: Cannot convert value to JSON: '{\"a\":'"

SELECT TRY(json_parse('{"a":')), json_extract('{"a":', '$.a'), json_extract_scalar('{"a": {"b": 1}}', '$.a');
-- => [null, null, null]

SELECT url_extract_host(u) AS host, count(*) FROM (VALUES 'https://a.com/x', 'https://a.com/y', 'nope') AS t(u) GROUP BY 1 ORDER BY 2 DESC;
-- => [["a.com", "2"], ["", "1"]]

SELECT regexp_extract(line, '^(\S+) \S+ \S+ \[([^\]]+)\] "(\S+) (\S+)', 4) AS path, date_parse(regexp_extract(line, '\[([^ ]+)', 1), '%d/%b/%Y:%H:%i:%s') AS ts FROM (VALUES '1.2.3.4 - - [27/Nov/2026:10:11:12 +0000] "GET /x?y=1 HTTP/1.1" 200 5') AS t(line);
-- => ["/x?y=1", "2026-11-27 10:11:12.000"]

SELECT CAST(ip AS ipaddress) < IPADDRESS '10.0.0.2', contains('10.0.0.0/8', CAST(ip AS ipaddress)), contains('10.0.1.0/24', CAST(ip AS ipaddress)) FROM (VALUES '10.0.0.1') AS t(ip);
-- => ["true", "true", "false"]

SELECT merge_me FROM (VALUES 1) AS t(merge_me) TABLESAMPLE BERNOULLI (100);
-- => ["1"]

SELECT format('%s has %d rows (%.1f%%)', 'a', 5, 12.34e0), lpad(CAST(7 AS varchar), 2, '0'), concat_ws('/', '2026', '11', '27');
-- => ["a has 5 rows (12.3%)", "07", "2026/11/27"]

SELECT min(ts), max(ts), date_diff('second', min(ts), max(ts)), max(ts) - min(ts) FROM (VALUES TIMESTAMP '2026-01-01 00:00:00', TIMESTAMP '2026-01-02 03:04:05') AS t(ts);
-- => ["2026-01-01 00:00:00.000", "2026-01-02 03:04:05.000", "97445", "1 03:04:05.000"]

SELECT count(*) FILTER (WHERE s >= 500) AS errors, sum(b) FILTER (WHERE s < 400) AS bytes FROM (VALUES (200, 10), (503, 20), (301, 5)) AS t(s, b);
-- => ["1", "15"]

SELECT first_value(s) OVER (PARTITION BY ip ORDER BY ts) AS first, last_value(s) OVER (PARTITION BY ip ORDER BY ts ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS last, count(*) OVER (PARTITION BY ip) FROM (VALUES ('a', 1, 200), ('a', 2, 500)) AS t(ip, ts, s);
-- => [["200", "500", "2"], ["200", "500", "2"]]

SELECT x FROM (VALUES 1, 2) AS t(x) WHERE x > (SELECT avg(x) FROM (VALUES 1, 2) AS u(x));
-- => ["2"]

SELECT a.x FROM (VALUES 1, 2) AS a(x) WHERE EXISTS (SELECT 1 FROM (VALUES 2) AS b(y) WHERE b.y = a.x AND a.x > 1);
-- => ["2"]

SELECT (1, 'a') = (1, 'a'), ROW(1, 2) IN ((1, 2), (3, 4)), (1, NULL) = (1, NULL);
-- => ["true", "true", null]

SELECT nullif(trim(' '), ''), coalesce(nullif('-', '-'), 'none'), IF('' = '', 'empty', 'full');
-- => [null, "none", "empty"]

SELECT ARRAY[1, NULL] = ARRAY[1, NULL], ARRAY[1, NULL] = ARRAY[2, NULL], ARRAY[1] = ARRAY[1, 2], ARRAY[ROW(1, 'a')] = ARRAY[ROW(1, 'a')], ARRAY[ARRAY[1]] <> ARRAY[ARRAY[2]];
-- => [null, "false", "false", "true", "true"]

SELECT r = ROW(1, 'a'), r <> ROW(1, 'b'), r = ROW(1, NULL), r = ROW(2, NULL), r IN (ROW(1, 'a')) FROM (SELECT ROW(1, 'a') AS r) AS t;
-- => ["true", "true", null, "false", "true"]

SELECT TRY(sum(n) / count_if(n > 5)), TRY(count(*) * 100 / sum(n)), coalesce(TRY(max(n) / min(z)), -1) FROM (VALUES (1, 0), (3, 0)) AS t(n, z);
-- => [null, "50", "-1"]

SELECT n, TRY(n / (n - lag(n) OVER (ORDER BY n))) FROM (VALUES 1, 1, 3) AS t(n) ORDER BY n;
-- => [["1", null], ["1", null], ["3", "1"]]

SELECT TRY_CAST(1 / n AS varchar) FROM (VALUES 0) AS t(n);
-- => "DIVISION_BY_ZERO"

SELECT ip, sum(TRY(100 / n)), TRY(sum(n) / 0) FROM (VALUES ('a', 5), ('a', 0), ('b', 10)) AS t(ip, n) GROUP BY ip ORDER BY ip;
-- => [["a", "20", null], ["b", "10", null]]

SELECT TRY(10 / (n - 1)), TRY(10 / (n - 1)) + 1 FROM (VALUES 1, 3) AS t(n) GROUP BY n ORDER BY n;
-- => [[null, null], ["5", "6"]]

SELECT TRY(date_parse(s, '%Y')), TRY(year(date_parse(s, '%Y'))) FROM (VALUES '2026', 'x') AS t(s) ORDER BY s;
-- => [["2026-01-01 00:00:00.000", "2026"], [null, null]]

SELECT approx_percentile(ms, -0.5) FROM (VALUES 1) AS t(ms);
-- => "INVALID_FUNCTION_ARGUMENT: Percentile must be between 0 and 1"
