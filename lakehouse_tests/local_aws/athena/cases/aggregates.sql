-- https://trino.io/docs/current/functions/aggregate.html, window.html, sql/select.html, AbstractTestAggregations.java

SELECT listagg(value, ',') WITHIN GROUP (ORDER BY value) AS csv_value FROM (VALUES 'a', 'c', 'b') t(value);
-- => ["a,b,c"]

SELECT listagg(value, ',' ON OVERFLOW ERROR) WITHIN GROUP (ORDER BY value) FROM (VALUES 'a', 'b', 'c') t(value);
-- => ["a,b,c"]

SELECT listagg(value, ',' ON OVERFLOW TRUNCATE '.....' WITH COUNT) WITHIN GROUP (ORDER BY value) FROM (VALUES 'a', 'b', 'c') t(value);
-- => ["a,b,c"]

SELECT listagg(v, ',' ON OVERFLOW TRUNCATE '.....' WITH COUNT) WITHIN GROUP (ORDER BY v) = concat(array_join(repeat('xxxxxxxxx', 10000), ','), ',xxxxxx') FROM (SELECT 'x' AS v) t;
-- => ["false"]

SELECT id, listagg(value, ',') WITHIN GROUP (ORDER BY o) FROM (VALUES (100, 1, 'a'), (200, 3, 'c'), (200, 2, 'b')) t(id, o, value) GROUP BY id ORDER BY id;
-- => [["100", "a"], ["200", "b,c"]]

SELECT country, listagg(city, ',') WITHIN GROUP (ORDER BY population DESC) FILTER (WHERE population >= 10000000) FROM (VALUES ('India', 'Bangalore', 13700000), ('India', 'Chennai', 12200000), ('India', 'Ranchi', 1547000), ('Austria', 'Vienna', 1897000)) t(country, city, population) GROUP BY country ORDER BY country;
-- => [["Austria", null], ["India", "Bangalore,Chennai"]]

SELECT listagg(x, ',') WITHIN GROUP (ORDER BY x) FROM (VALUES 1) t(x);
-- => "FUNCTION_NOT_FOUND: line 1:16: Unexpected parameters (integer) for function listagg."

SELECT reduce_agg(value, 0, (a, b) -> a + b, (a, b) -> a + b) FROM (VALUES (1), (2), (3), (4), (5)) AS t(value);
-- => ["15"]

SELECT map_union(m) FROM (VALUES MAP(ARRAY['a'], ARRAY[1]), MAP(ARRAY['b'], ARRAY[2])) AS t(m);
-- => ["{a=1, b=2}"]

SELECT multimap_agg(k, v) FROM (VALUES ('a', 1), ('b', 2), ('a', 3)) AS t(k, v);
-- => ["{a=[1, 3], b=[2]}"]

SELECT map_agg(k, v) FROM (VALUES ('a', 1), (NULL, 2), ('a', 3)) AS t(k, v);
-- => ["{a=1}"]

SELECT histogram(x), approx_most_frequent(2, x, 10) FROM (VALUES 'a', 'b', 'b', 'c', 'c', 'c') AS t(x);
-- => ["{a=1, b=2, c=3}", "{c=3, b=2}"]

SELECT numeric_histogram(2, x) FROM (VALUES 1, 2, 10, 11) AS t(x);
-- => ["{1.5=2.0, 10.5=2.0}"]

SELECT max_by(a, b, 2), min_by(a, b, 2) FROM (VALUES ('x', 1), ('y', 2), ('z', 3), ('n', NULL)) AS t(a, b);
-- => ["[z, y]", "[x, y]"]

SELECT max(x, 2), min(x, 2) FROM (VALUES 3, 1, 2) AS t(x);
-- => ["[3, 2]", "[1, 2]"]

SELECT approx_percentile(x, w, 0.5) FROM (VALUES (1, 1), (2, 1), (3, 8)) AS t(x, w);
-- => ["3"]

SELECT approx_percentile(x, ARRAY[0.5, 1.0]) FROM (VALUES 1, 2, 3, 4) AS t(x);
-- => ["[2, 4]"]

SELECT typeof(approx_percentile(x, 0.5)), typeof(approx_percentile(x + 0e0, 0.5)) FROM (VALUES 1) AS t(x);
-- => ["integer", "double"]

SELECT count(*), count(x), count(DISTINCT x), approx_distinct(x) FROM (VALUES 1, 1, NULL) AS t(x);
-- => ["3", "2", "1", "1"]

SELECT sum(DISTINCT x), avg(DISTINCT x), array_agg(DISTINCT x ORDER BY x) FROM (VALUES 1, 1, 3) AS t(x);
-- => ["4", "2.0", "[1, 3]"]

SELECT array_agg(x ORDER BY y DESC), array_agg(x) FILTER (WHERE x IS NOT NULL) FROM (VALUES ('a', 1), (NULL, 2), ('c', 3)) AS t(x, y);
-- => ["[c, null, a]", "[a, c]"]

SELECT avg(x), typeof(avg(x)) FROM (VALUES DECIMAL '1.10', DECIMAL '2.15') AS t(x);
-- => ["1.63", "decimal(3,2)"]

SELECT sum(x), typeof(sum(x)) FROM (VALUES DECIMAL '1.10', DECIMAL '2.15') AS t(x);
-- => ["3.25", "decimal(38,2)"]

SELECT sum(x) FROM (VALUES 9223372036854775807, 1) AS t(x);
-- => "NUMERIC_VALUE_OUT_OF_RANGE"

SELECT sum(x), avg(x) FROM (VALUES INTERVAL '1' DAY, INTERVAL '2' DAY) AS t(x);
-- => ["3 00:00:00.000", "1 12:00:00.000"]

SELECT sum('a');
-- => "FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (varchar(1)) for function sum."

SELECT geometric_mean(x), round(stddev(x), 6), round(variance(x), 6) FROM (VALUES 1, 2, 4) AS t(x);
-- => ["2.0", "1.527525", "2.333333"]

SELECT round(skewness(x), 6), round(kurtosis(x), 6) FROM (VALUES 1, 2, 4, 9) AS t(x);
-- => ["0.768417", "1.5"]

SELECT corr(y, x), covar_pop(y, x), covar_samp(y, x), regr_slope(y, x), regr_intercept(y, x) FROM (VALUES (2e0, 1e0), (4e0, 2e0), (6e0, 3e0)) AS t(y, x);
-- => ["1.0", "1.3333333333333333", "2.0", "2.0", "0.0"]

SELECT entropy(x) FROM (VALUES 1, 1) AS t(x);
-- => ["1.0"]

SELECT bitwise_and_agg(x), bitwise_or_agg(x), bitwise_xor_agg(x) FROM (VALUES 6, 3) AS t(x);
-- => ["2", "7", "5"]

SELECT bool_and(x), bool_or(x), every(x), count_if(x) FROM (VALUES true, false, NULL) AS t(x);
-- => ["false", "true", "false", "1"]

SELECT any_value(x), arbitrary(x) FROM (VALUES CAST(NULL AS integer), 1) AS t(x);
-- => ["1", "1"]

SELECT checksum(x) = checksum(y) FROM (VALUES (1, 2), (2, 1)) AS t(x, y);
-- => ["true"]

SELECT sum(count(*)) FROM (VALUES 1) AS t(x);
-- => "NESTED_AGGREGATION: line 1:12: Cannot nest aggregations inside aggregation 'sum'"

SELECT x FROM (VALUES 1) AS t(x) WHERE sum(x) > 1;
-- => "EXPRESSION_NOT_SCALAR: line 1:40: WHERE clause cannot contain aggregations, window functions or grouping operations"

SELECT x, count(*) FROM (VALUES 1) AS t(x);
-- => "EXPRESSION_NOT_AGGREGATE: line 1:8: 'x' must be an aggregate expression or appear in GROUP BY clause"

SELECT t.x + 1, y FROM (VALUES (1, 2)) AS t(x, y) GROUP BY x;
-- => "EXPRESSION_NOT_AGGREGATE: line 1:17: 'y' must be an aggregate expression or appear in GROUP BY clause"

SELECT * FROM (VALUES (1, 2)) AS t(x, y) GROUP BY x;
-- => "EXPRESSION_NOT_AGGREGATE"

SELECT x + 1, (x + 1) * 2, t.x FROM (VALUES 1, 1) AS t(x) GROUP BY x;
-- => ["2", "4", "1"]

SELECT substr(s, 1, 1), count(*) FROM (VALUES 'ab', 'ac') AS t(s) GROUP BY substr(t.s, 1, 1);
-- => ["a", "2"]

SELECT r.a, count(*) FROM (VALUES CAST(ROW(1) AS row(a integer))) AS t(r) GROUP BY r;
-- => ["1", "1"]

SELECT x FROM (VALUES 1, 2) AS t(x) GROUP BY x HAVING sum(x) > 1;
-- => ["2"]

SELECT x FROM (VALUES 1, 2) AS t(x) GROUP BY x HAVING y > 1;
-- => "COLUMN_NOT_FOUND: line 1:55: Column 'y' cannot be resolved"

SELECT count(*) FROM (VALUES 1) AS t(x) GROUP BY count(*);
-- => "EXPRESSION_NOT_SCALAR: line 1:50: GROUP BY clause cannot contain aggregations"

SELECT x, y, count(*), grouping(x, y) FROM (VALUES (1, 'a'), (1, 'b')) AS t(x, y) GROUP BY CUBE (x, y) ORDER BY 4, 1, 2;
-- => [["1", "a", "1", "0"], ["1", "b", "1", "0"], ["1", null, "2", "1"], [null, "a", "1", "2"], [null, "b", "1", "2"], [null, null, "2", "3"]]

SELECT x, y, count(*) FROM (VALUES (1, 'a'), (1, 'b')) AS t(x, y) GROUP BY GROUPING SETS ((x, y), ()) ORDER BY 1, 2;
-- => [["1", "a", "1"], ["1", "b", "1"], [null, null, "2"]]

SELECT x, sum(y) FROM (VALUES (1, 2), (1, 3)) AS t(x, y) GROUP BY ROLLUP (x) ORDER BY 1;
-- => [["1", "5"], [null, "5"]]

SELECT sum(x) OVER w, avg(x) OVER (w ROWS 1 PRECEDING) FROM (VALUES 1, 2, 3) AS t(x) WINDOW w AS (ORDER BY x);
-- => [["1", "1.0"], ["3", "1.5"], ["6", "2.5"]]

SELECT sum(x) OVER nope FROM (VALUES 1) AS t(x);
-- => "INVALID_WINDOW_REFERENCE"

SELECT x, sum(x) OVER (ORDER BY x GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM (VALUES 1, 1, 2, 3) AS t(x) ORDER BY x;
-- => [["1", "2"], ["1", "2"], ["2", "4"], ["3", "5"]]

SELECT x, sum(x) OVER (ORDER BY x RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING) FROM (VALUES 1, 2, 4) AS t(x) ORDER BY x;
-- => [["1", "3"], ["2", "3"], ["4", "4"]]

SELECT d, count(*) OVER (ORDER BY d RANGE BETWEEN INTERVAL '1' DAY PRECEDING AND CURRENT ROW) FROM (VALUES DATE '2020-01-01', DATE '2020-01-02', DATE '2020-01-05') AS t(d) ORDER BY d;
-- => [["2020-01-01", "1"], ["2020-01-02", "2"], ["2020-01-05", "1"]]

SELECT x, rank() OVER (ORDER BY x), dense_rank() OVER (ORDER BY x), percent_rank() OVER (ORDER BY x), cume_dist() OVER (ORDER BY x) FROM (VALUES 1, 1, 2) AS t(x) ORDER BY x;
-- => [["1", "1", "1", "0.0", "0.6666666666666666"], ["1", "1", "1", "0.0", "0.6666666666666666"], ["2", "3", "2", "1.0", "1.0"]]

SELECT ntile(4) OVER (ORDER BY x) FROM (VALUES 1, 2, 3, 4, 5, 6) AS t(x) ORDER BY x;
-- => [["1"], ["1"], ["2"], ["2"], ["3"], ["4"]]

SELECT lag(x, 1, 0) OVER (ORDER BY x), lead(x) OVER (ORDER BY x), nth_value(x, 2) OVER (ORDER BY x ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM (VALUES 1, 2) AS t(x) ORDER BY x;
-- => [["0", "2", "2"], ["1", null, "2"]]

SELECT lag(x) IGNORE NULLS OVER (ORDER BY n), first_value(x) RESPECT NULLS OVER (ORDER BY n) FROM (VALUES (1, 5), (2, NULL), (3, 7)) AS t(n, x) ORDER BY n;
-- => [[null, "5"], ["5", "5"], ["5", "5"]]

SELECT x, count(*) FILTER (WHERE x > 1) OVER () FROM (VALUES 1, 2) AS t(x) ORDER BY x;
-- => [["1", "1"], ["2", "1"]]

SELECT x, sum(count(*)) OVER (ORDER BY x) FROM (VALUES 1, 1, 2) AS t(x) GROUP BY x ORDER BY x;
-- => [["1", "2"], ["2", "3"]]

SELECT max_by(x, y) OVER (ORDER BY y) FROM (VALUES ('a', 1), ('b', 2)) AS t(x, y) ORDER BY 1;
-- => [["a"], ["b"]]

SELECT rank() OVER (ORDER BY x) FROM (VALUES 1) AS t(x) WHERE rank() OVER (ORDER BY x) = 1;
-- => "EXPRESSION_NOT_SCALAR"

SELECT abs(x) FILTER (WHERE x > 0) FROM (VALUES 1) AS t(x);
-- => "FUNCTION_NOT_AGGREGATE"

SELECT x FROM (VALUES 1, 1, 2, 2, 3) AS t(x) ORDER BY x FETCH FIRST 3 ROWS WITH TIES;
-- => [["1"], ["1"], ["2"], ["2"]]

SELECT x FROM (VALUES 1, 2) AS t(x) FETCH FIRST 1 ROW WITH TIES;
-- => "MISSING_ORDER_BY"

SELECT DISTINCT x FROM (VALUES (1, 2)) AS t(x, y) ORDER BY y;
-- => "EXPRESSION_NOT_IN_DISTINCT"
