-- Wrong queries and their errors: https://trino.io/docs/current/sql/select.html, TestAnalyzer.java, StringFunctions.java,
-- SequenceFunction.java, RepeatFunction.java, TestWindowFunctions.java, DecimalOperators.java

SELECT x FROM (VALUES 1) AS t(x) WHERE x = 1 AND x = 'a';
-- => "TYPE_MISMATCH: line 1:52: Cannot apply operator: integer = varchar(1)"

SELECT sum(x) FROM (VALUES '1') AS t(x);
-- => "FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (varchar(1)) for function sum."

SELECT avg(x) FROM (VALUES DATE '2026-01-01') AS t(x);
-- => "FUNCTION_NOT_FOUND"

SELECT x FROM (VALUES MAP(ARRAY['a'], ARRAY[1])) AS t(x) ORDER BY x;
-- => "TYPE_MISMATCH"

SELECT x, count(*) FROM (VALUES JSON '{}') AS t(x) GROUP BY x;
-- => [["{}", "1"]]

SELECT DISTINCT x FROM (VALUES MAP(ARRAY['a'], ARRAY[1]), MAP(ARRAY['a'], ARRAY[1])) AS t(x);
-- => [["{a=1}"]]

SELECT count(DISTINCT x) FROM (VALUES ARRAY[1], ARRAY[1]) AS t(x);
-- => [["1"]]

SELECT a.x FROM (VALUES 1) AS a(x) JOIN (VALUES 'x') AS b(y) ON a.x = b.y;
-- => "TYPE_MISMATCH: line 1:69: Cannot apply operator: integer = varchar(1)"

SELECT 1 FROM (VALUES 1) AS a(x) JOIN (VALUES 1) AS b(x) ON x = 1;
-- => "AMBIGUOUS_NAME"

SELECT * FROM (VALUES 1) AS a(x) JOIN (VALUES 1) AS b(y) ON a.x;
-- => "TYPE_MISMATCH"

SELECT CASE x WHEN 1 THEN 'a' WHEN 2 THEN 3 END FROM (VALUES 1) AS t(x);
-- => "TYPE_MISMATCH"

SELECT x FROM (VALUES 1) AS t(x) HAVING x > 0;
-- => "EXPRESSION_NOT_AGGREGATE"

SELECT x, max(y) FROM (VALUES (1, 2)) AS t(x, y);
-- => "EXPRESSION_NOT_AGGREGATE: line 1:8: 'x' must be an aggregate expression or appear in GROUP BY clause"

SELECT max(x) OVER () FROM (VALUES 1) AS t(x) WHERE max(x) OVER () > 0;
-- => "EXPRESSION_NOT_SCALAR"

SELECT (SELECT x, y FROM (VALUES (1, 2)) AS t(x, y));
-- => "NOT_SUPPORTED: line 1:16: Multiple columns returned by subquery are not yet supported. Found 2"

SELECT x FROM (VALUES 1) AS t(x) OFFSET 5;
-- => []

SELECT 1 UNION SELECT 'a';
-- => "TYPE_MISMATCH: line 1:8: column 1 in UNION query has incompatible types: integer, varchar(1)"

SELECT 1, 2 EXCEPT SELECT 1;
-- => "TYPE_MISMATCH: line 1:8: EXCEPT query has different number of fields: 2, 1"

WITH a(x, y) AS (SELECT 1) SELECT * FROM a;
-- => "MISMATCHED_COLUMN_ALIASES"

SELECT t.* FROM (VALUES 1) AS u(x);
-- => "COLUMN_NOT_FOUND: line 1:8: Unable to resolve reference t"

SELECT lag(x) FROM (VALUES 1) AS t(x);
-- => "MISSING_OVER: line 1:8: Window function lag requires an OVER clause"

SELECT rank(1) OVER (ORDER BY x) FROM (VALUES 1) AS t(x);
-- => "FUNCTION_NOT_FOUND"

SELECT ntile(0) OVER (ORDER BY x) FROM (VALUES 1) AS t(x);
-- => "INVALID_FUNCTION_ARGUMENT: Buckets must be greater than 0"

SELECT approx_percentile(x, 0.5) FROM (VALUES 'a') AS t(x);
-- => "FUNCTION_NOT_FOUND"

SELECT map_agg(x, y) FROM (VALUES (1, 2), (1, 3)) AS t(x, y);
-- => [["{1=2}"]]

SELECT regexp_extract(x, '(a') FROM (VALUES 'a') AS t(x);
-- => "INVALID_FUNCTION_ARGUMENT"

SELECT json_extract(x, 'a') FROM (VALUES '{}') AS t(x);
-- => "INVALID_FUNCTION_ARGUMENT: Invalid JSON path: 'a'"

SELECT date_parse(x, '%Q') FROM (VALUES '1') AS t(x);
-- => "INVALID_FUNCTION_ARGUMENT"

SELECT date_trunc('fortnight', DATE '2026-01-01');
-- => "INVALID_FUNCTION_ARGUMENT: 'fortnight' is not a valid DATE field"

SELECT date_add('fortnight', 1, DATE '2026-01-01');
-- => "INVALID_FUNCTION_ARGUMENT: 'fortnight' is not a valid DATE field"

SELECT date_diff('hour', DATE '2026-01-01', DATE '2026-01-02');
-- => "INVALID_FUNCTION_ARGUMENT: 'hour' is not a valid DATE field"

SELECT CAST(x AS decimal(3,2)) FROM (VALUES 12.345) AS t(x);
-- => "INVALID_CAST_ARGUMENT"

SELECT DECIMAL '99999999999999999999999999999999999999' + 1;
-- => "NUMERIC_VALUE_OUT_OF_RANGE: Decimal overflow"

SELECT CAST('99999999999999999999999999999999999999' AS decimal(38,0)) * 10;
-- => "NUMERIC_VALUE_OUT_OF_RANGE: Decimal overflow"

SELECT sum(x) FROM (VALUES CAST('99999999999999999999999999999999999999' AS decimal(38,0)), CAST(1 AS decimal(38,0))) AS t(x);
-- => "NUMERIC_VALUE_OUT_OF_RANGE"

SELECT BIGINT '9223372036854775807' - BIGINT '-1';
-- => "NUMERIC_VALUE_OUT_OF_RANGE: bigint subtraction overflow: 9223372036854775807 - -1"

SELECT 99999999999;
-- => [["99999999999"]]

SELECT TINYINT '128';
-- => "INVALID_CAST_ARGUMENT"

SELECT array_sort(ARRAY[MAP(ARRAY[1], ARRAY[1])]);
-- => "FUNCTION_NOT_FOUND"

SELECT MAP(ARRAY[1, 1], ARRAY[1, 2]);
-- => "INVALID_FUNCTION_ARGUMENT: Duplicate map keys"

SELECT repeat('x', 20000);
-- => "INVALID_FUNCTION_ARGUMENT: count argument of repeat function must be less than or equal to 10000"

SELECT chr(55296);
-- => "INVALID_FUNCTION_ARGUMENT"

SELECT from_utf8(X'FF');
-- => [["�"]]

SELECT url_decode('%zz');
-- => "INVALID_FUNCTION_ARGUMENT"

SELECT from_hex('zz');
-- => "INVALID_FUNCTION_ARGUMENT"

SELECT lpad('a', -1, 'x');
-- => "INVALID_FUNCTION_ARGUMENT: Target length must be in the range [0..2147483647]"

SELECT split('a,b', ',', 0);
-- => "INVALID_FUNCTION_ARGUMENT: Limit must be positive"

SELECT split('a', '');
-- => "INVALID_FUNCTION_ARGUMENT: The delimiter may not be the empty string"

SELECT split_part('a', '', 1);
-- => [["a"]]

SELECT slice(ARRAY[1], 1, -1);
-- => "INVALID_FUNCTION_ARGUMENT: length must be greater than or equal to 0"

SELECT sequence(1, 5, 0);
-- => "INVALID_FUNCTION_ARGUMENT: step must not be zero"

SELECT width_bucket(1, 0, 0, 5);
-- => "INVALID_FUNCTION_ARGUMENT: bounds cannot equal each other"

SELECT random(0);
-- => "INVALID_FUNCTION_ARGUMENT: bound must be positive"

SELECT from_base('1', 99);
-- => "INVALID_FUNCTION_ARGUMENT: Radix must be between 2 and 36"

SELECT codepoint('ab');
-- => "INVALID_FUNCTION_ARGUMENT"

SELECT combinations(ARRAY[1, 2], 6);
-- => "INVALID_FUNCTION_ARGUMENT"

SELECT lag(x, -1) OVER (ORDER BY x) FROM (VALUES 1, 2) AS t(x);
-- => "INVALID_FUNCTION_ARGUMENT: Offset must be at least 0"

SELECT lead(x, -1, 7) OVER (ORDER BY x) FROM (VALUES 1, 2) AS t(x);
-- => "INVALID_FUNCTION_ARGUMENT: Offset must be at least 0"

SELECT nth_value(x, 0) OVER (ORDER BY x) FROM (VALUES 1, 2) AS t(x);
-- => "INVALID_FUNCTION_ARGUMENT: Offset must be at least 1"

SELECT from_base64('*');
-- => "INVALID_FUNCTION_ARGUMENT"

SELECT from_base64url('a+b=');
-- => "INVALID_FUNCTION_ARGUMENT"
