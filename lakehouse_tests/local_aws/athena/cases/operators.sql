-- https://trino.io/docs/current/functions/math.html, decimal.html, comparison.html, conversion.html

SELECT 7/2, -7/2, 7 % 3, -7 % 3;
-- => ["3", "-3", "1", "-1"]

SELECT 1/0;
-- => "DIVISION_BY_ZERO: Division by zero"

SELECT 1 % 0;
-- => "DIVISION_BY_ZERO"

SELECT 1e0/0, -1e0/0, 0e0/0;
-- => ["Infinity", "-Infinity", "NaN"]

SELECT 10.0/3, 1.5*1.5, 1.25 + 1, DECIMAL '1.0' / DECIMAL '0.33';
-- => ["3.3", "2.25", "2.25", "3.03"]

SELECT typeof(10.0/3), typeof(1.5*1.5), typeof(1.25 + 1);
-- => ["decimal(3,1)", "decimal(4,2)", "decimal(13,2)"]

SELECT -2.0/3, 2.0/-3;
-- => ["-0.7", "-0.7"]

SELECT 1/DECIMAL '0.0';
-- => "DIVISION_BY_ZERO"

SELECT typeof(7/2), typeof(7/2e0), typeof(1 + 1.0), typeof(2147483648);
-- => [integer, double, "decimal(12,1)", bigint]

SELECT 2147483647 + 1;
-- => "NUMERIC_VALUE_OUT_OF_RANGE"

SELECT 1 = 'a';
-- => "TYPE_MISMATCH: line 1:10: Cannot apply operator: integer = varchar(1)"

SELECT DATE '2026-01-01' = '2026-01-01';
-- => "TYPE_MISMATCH"

SELECT 1 || 'a';
-- => "TYPE_MISMATCH"

SELECT 1 IN ('a');
-- => "TYPE_MISMATCH: line 1:8: IN value and list items must be the same type"

SELECT 1 BETWEEN 'a' AND 'b';
-- => "TYPE_MISMATCH: line 1:8: Cannot check if integer is BETWEEN varchar(1) and varchar(1)"

SELECT 1 + 'a';
-- => "TYPE_MISMATCH: line 1:10: Cannot apply operator: integer + varchar(1)"

SELECT 1 WHERE 1;
-- => "TYPE_MISMATCH: line 1:16: WHERE clause must evaluate to a boolean: actual type integer"

SELECT NOT 1;
-- => "TYPE_MISMATCH"

SELECT NULL = NULL, NULL IS NULL, NULL IS DISTINCT FROM 1, 1 IS NOT DISTINCT FROM 1;
-- => [null, "true", "true", "true"]

SELECT 'a' || 'b' || NULL;
-- => [null]

SELECT 'abc' LIKE 'a%', 'a_c' LIKE 'a\_c' ESCAPE '\', 'ABC' LIKE 'a%';
-- => ["true", "true", "false"]

SELECT CASE WHEN 1 = 1 THEN 'a' END, CASE 2 WHEN 1 THEN 'x' ELSE 'y' END, IF(1 > 2, 1, 2), IF(1 > 2, 1);
-- => ["a", "y", "2", null]

SELECT CASE WHEN true THEN 1 ELSE 'a' END;
-- => "TYPE_MISMATCH: line 1:"

SELECT coalesce(NULL, 2), nullif(1, 1), nullif(1, 2);
-- => ["2", null, "1"]

SELECT greatest(1, 3, 2), least(2, 1), greatest(1, NULL);
-- => ["3", "1", null]

SELECT try(1/0), try(CAST('x' AS integer)), try_cast('x' AS bigint), try_cast('5' AS bigint);
-- => [null, null, null, "5"]

SELECT CAST('abc' AS integer);
-- => "INVALID_CAST_ARGUMENT: Cannot cast 'abc' to INT"

SELECT CAST('1.5' AS bigint);
-- => "INVALID_CAST_ARGUMENT"

SELECT CAST(2.5e0 AS bigint), CAST(-2.5e0 AS integer), CAST(2.5 AS integer);
-- => ["3", "-3", "3"]

SELECT CAST(300 AS tinyint);
-- => "NUMERIC_VALUE_OUT_OF_RANGE"

SELECT CAST(1e10 AS varchar), CAST(1.0E-4 AS varchar), CAST(0.1e0 AS varchar), CAST(100e0 AS varchar);
-- => ["1.0E10", "1.0E-4", "1.0E-1", "1.0E2"]

SELECT 1e7, 1e6, 1.5e-3, 1e-4, 123456.789e0, -0e0;
-- => ["1.0E7", "1000000.0", "0.0015", "1.0E-4", "123456.789", "-0.0"]

SELECT CAST(true AS varchar), CAST(1.50 AS varchar), CAST(DATE '2026-01-02' AS varchar);
-- => ["true", "1.50", "2026-01-02"]

SELECT CAST(TIMESTAMP '2026-01-02 03:04:05' AS varchar);
-- => ["2026-01-02 03:04:05"]

SELECT CAST('2026-01-02' AS date), CAST('2026-01-02 03:04:05.678' AS timestamp);
-- => ["2026-01-02", "2026-01-02 03:04:05.678"]

SELECT CAST('2026-13-02' AS date);
-- => "INVALID_CAST_ARGUMENT: Value cannot be cast to date: 2026-13-02"

SELECT CAST(1 AS date);
-- => "TYPE_MISMATCH: line 1:8: Cannot cast integer to date"

SELECT typeof('abc'), typeof(NULL), typeof(ARRAY[1]), typeof(MAP(ARRAY['a'], ARRAY[1])), typeof(ROW(1, 'a'));
-- => ["varchar(3)", unknown, "array(integer)", "map(varchar(1), integer)", "row(integer, varchar(1))"]

SELECT (((1))), -(-1), +1;
-- => ["1", "1", "1"]

SELECT X'6162', true, DECIMAL '1.10', REAL '0.1', TIME '10:00:00';
-- => ["61 62", "true", "1.10", "0.1", "10:00:00.000"]
