"""Macros of the engine: arithmetic and texts that Trino does otherwise than DuckDB.

Only SQL text; `operators` and `casts` call them.
"""

MACROS = (
    # Division of doubles never fails in Trino: 1e0/0 is Infinity, 0e0/0 is NaN.
    """CREATE MACRO float_divide(a, b) AS CASE
        WHEN b = 0 THEN CASE WHEN isnan(a) OR a = 0 THEN CAST('NaN' AS DOUBLE)
                             WHEN a > 0 THEN CAST('inf' AS DOUBLE)
                             WHEN a < 0 THEN CAST('-inf' AS DOUBLE) END
        ELSE a / b END""",
    "CREATE MACRO float_modulo(a, b) AS CASE WHEN b = 0 THEN CAST('NaN' AS DOUBLE) ELSE a % b END",
    # Division of unscaled decimals, rounding half away from zero; by zero it raises.
    """CREATE MACRO rounded_divide(a, b) AS
        (abs(a) * 2 + abs(b)) // (abs(b) * 2) * CASE WHEN (a < 0) = (b < 0) THEN 1 ELSE -1 END""",
    # Java's text of a double from DuckDB's shortest digits: 1e+16 -> 1.0E16.
    """CREATE MACRO double_digits(s) AS
        ltrim(replace(split_part(ltrim(s, '-'), 'e', 1), '.', ''), '0')""",
    """CREATE MACRO double_exponent(s) AS
        CASE WHEN contains(s, 'e') THEN CAST(split_part(s, 'e', 2) AS INTEGER) ELSE 0 END
        + CASE WHEN regexp_matches(ltrim(s, '-'), '^0\\.')
               THEN -1 - length(regexp_extract(s, '0\\.(0*)', 1))
               ELSE strpos(split_part(ltrim(s, '-'), 'e', 1) || '.', '.') - 2 END""",
    """CREATE MACRO double_scientific(d, e) AS
        d[1:1] || '.' || CASE WHEN length(rtrim(d[2:], '0')) = 0 THEN '0'
                              ELSE rtrim(d[2:], '0') END || 'E' || e""",
    """CREATE MACRO double_plain(d, e) AS CASE
        WHEN e < 0 THEN '0.' || repeat('0', -1 - e) || rtrim(d, '0')
        ELSE rpad(d, e + 1, '0')[1:e + 1] || '.' ||
             CASE WHEN length(rtrim(d[e + 2:], '0')) = 0 THEN '0'
                  ELSE rtrim(d[e + 2:], '0') END END""",
    """CREATE MACRO trino_double(s) AS CASE
        WHEN s = 'nan' OR s = '-nan' THEN 'NaN' WHEN s = 'inf' THEN 'Infinity'
        WHEN s = '-inf' THEN '-Infinity' WHEN s IN ('0.0', '-0.0') THEN s
        ELSE CASE WHEN starts_with(s, '-') THEN '-' ELSE '' END ||
             CASE WHEN double_exponent(s) BETWEEN -3 AND 6
                  THEN double_plain(double_digits(s), CAST(double_exponent(s) AS INTEGER))
                  ELSE double_scientific(double_digits(s), CAST(double_exponent(s) AS INTEGER)) END
        END""",
)
