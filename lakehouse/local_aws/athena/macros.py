"""Macros: arithmetic, texts and times that Trino does otherwise than DuckDB.

Only SQL text by name, `(parameters) AS expression`; `extensions` makes a macro at its first use.
"""

from lakehouse.local_aws.athena.typed import MARK

MACROS: dict[str, str] = {
    # Division of doubles never fails in Trino: 1e0/0 is Infinity, 0e0/0 is NaN.
    "float_divide": """(a, b) AS CASE
        WHEN b = 0 THEN CASE WHEN isnan(a) OR a = 0 THEN CAST('NaN' AS DOUBLE)
                             WHEN (a > 0) = (signbit(b) = FALSE) THEN CAST('inf' AS DOUBLE)
                             ELSE CAST('-inf' AS DOUBLE) END
        ELSE a / b END""",
    "float_modulo": "(a, b) AS CASE WHEN b = 0 THEN CAST('NaN' AS DOUBLE) ELSE a % b END",
    # Division of unscaled decimals, rounding half away from zero; by zero it raises.
    "rounded_divide": """(a, b) AS
        (abs(a) * 2 + abs(b)) // (abs(b) * 2) * CASE WHEN (a < 0) = (b < 0) THEN 1 ELSE -1 END""",
    # A double as Trino's CAST writes it, from DuckDB's shortest digits: 1e+16 is 1.0E16.
    "double_digits": """(s) AS
        ltrim(replace(split_part(ltrim(s, '-'), 'e', 1), '.', ''), '0')""",
    "double_exponent": r"""(s) AS
        CASE WHEN contains(s, 'e') THEN CAST(split_part(s, 'e', 2) AS INTEGER) ELSE 0 END
        + CASE WHEN regexp_matches(ltrim(s, '-'), '^0\.')
               THEN -1 - length(regexp_extract(s, '0\.(0*)', 1))
               ELSE strpos(split_part(ltrim(s, '-'), 'e', 1) || '.', '.') - 2 END""",
    "double_scientific": """(d, e) AS
        d[1:1] || '.' || CASE WHEN length(rtrim(d[2:], '0')) = 0 THEN '0'
                              ELSE rtrim(d[2:], '0') END || 'E' || e""",
    "double_cast_text": """(s) AS CASE
        WHEN s = 'nan' OR s = '-nan' THEN 'NaN' WHEN s = 'inf' THEN 'Infinity'
        WHEN s = '-inf' THEN '-Infinity' WHEN s = '0.0' THEN '0E0' WHEN s = '-0.0' THEN '-0E0'
        ELSE CASE WHEN starts_with(s, '-') THEN '-' ELSE '' END ||
             double_scientific(double_digits(s), CAST(double_exponent(s) AS INTEGER)) END""",
    # Values with a zone of their own: a struct of the moment and the zone's name.
    "zoned_local": """(z) AS CASE
        WHEN z.zone = 'UTC' THEN timezone('UTC', z.at)
        WHEN z.zone[1] IN ('+', '-') THEN timezone('UTC', z.at) + to_minutes(zone_minutes(z.zone))
        ELSE timezone(z.zone, z.at) END""",
    "zoned_moment": """(local, z) AS CASE
        WHEN z = 'UTC' THEN timezone('UTC', local)
        WHEN z[1] IN ('+', '-') THEN timezone('UTC', local - to_minutes(zone_minutes(z)))
        ELSE timezone(z, local) END""",
    "zone_minutes": """(z) AS
        (CAST(z[2:3] AS BIGINT) * 60 + CAST(z[5:6] AS BIGINT))
        * CASE WHEN z[1] = '-' THEN -1 ELSE 1 END""",
    "percentile": f"""(p) AS CASE WHEN p BETWEEN 0 AND 1 THEN p ELSE CAST('{MARK}'
        || 'INVALID_FUNCTION_ARGUMENT: Percentile must be between 0 and 1{MARK}' AS DOUBLE) END""",
    "row_offset": f"""(n, least_n) AS CASE WHEN n >= least_n THEN n WHEN n IS NULL THEN NULL
        ELSE CAST('{MARK}INVALID_FUNCTION_ARGUMENT: Offset must be at least '
        || least_n || '{MARK}' AS BIGINT) END""",
    "repetitions": f"""(n) AS CASE WHEN n <= 10000 THEN greatest(n, 0) ELSE CAST(
        '{MARK}INVALID_FUNCTION_ARGUMENT: count argument of repeat function must be less than or '
        || 'equal to 10000{MARK}' AS BIGINT) END""",
    "delimiter": f"""(d) AS CASE WHEN d = '' THEN CAST(CAST('{MARK}INVALID_FUNCTION_ARGUMENT: '
        || 'The delimiter may not be the empty string{MARK}' AS INTEGER) AS VARCHAR)
        ELSE d END""",
    # Rounds a timestamp half up to units of so many microseconds.
    "rounded_time": """(t, unit) AS
        make_timestamp(
            (epoch_us(t) + unit // 2 - ((epoch_us(t) + unit // 2) % unit + unit) % unit))""",
    "rounded_clock": """(t, unit) AS
        CAST(rounded_time(TIMESTAMP '1970-01-01' + to_microseconds(epoch_us(t)), unit) AS TIME)""",
    "interval_millis": "(i) AS CAST(epoch_ms(i) AS BIGINT)",
    "interval_months": "(i) AS CAST(datepart('year', i) * 12 + datepart('month', i) AS BIGINT)",
    "replaced": """(s, a, b) AS CASE WHEN a <> '' THEN replace(s, a, b) WHEN s = '' THEN b
        ELSE b || array_to_string(string_split(s, ''), b) || b END""",
    # Arrays. The first of equal values stays; NULL counts as one value.
    "distinct_values": """(l) AS CASE WHEN len(list_distinct(l)) = len(l) THEN l ELSE
        list_filter(l, lambda _de, _di: coalesce(list_position(l, _de), _di) = _di) END""",
    "has_null": "(l) AS (len(l) > len(list_filter(l, lambda _ne: _ne IS NOT NULL)))",
    "any_true": """(l) AS CASE WHEN list_contains(l, TRUE) THEN TRUE
        WHEN has_null(l) THEN NULL WHEN l IS NOT NULL THEN FALSE END""",
    "all_true": """(l) AS CASE WHEN list_contains(l, FALSE) THEN FALSE
        WHEN has_null(l) THEN NULL WHEN l IS NOT NULL THEN TRUE END""",
    "contained": """(l, e) AS CASE WHEN l IS NULL OR e IS NULL THEN NULL
        WHEN list_contains(l, e) THEN TRUE WHEN has_null(l) THEN NULL ELSE FALSE END""",
    "common_values": """(a, b) AS distinct_values(
        list_filter(a, lambda _ce: list_contains(b, _ce) OR (_ce IS NULL AND has_null(b))))""",
    "other_values": """(a, b) AS CASE WHEN b IS NOT NULL THEN distinct_values(
        list_filter(a, lambda _oe: NOT coalesce(list_contains(b, _oe), FALSE)
            AND NOT (_oe IS NULL AND has_null(b)))) END""",
    "overlapping": """(a, b) AS CASE
        WHEN len(list_filter(a, lambda _ve: list_contains(b, _ve) AND _ve IS NOT NULL)) > 0
            THEN TRUE
        WHEN (has_null(a) AND len(b) > 0) OR (has_null(b) AND len(a) > 0) THEN NULL
        WHEN a IS NULL OR b IS NULL THEN NULL ELSE FALSE END""",
    "instance_position": """(l, e, n) AS CASE WHEN l IS NOT NULL AND e IS NOT NULL THEN coalesce(
        list_filter(list_transform(l, lambda _pe, _pi: CASE WHEN _pe = e THEN _pi END),
            lambda _pf: _pf IS NOT NULL)[n], 0) END""",
    "counted_values": """(l) AS map_from_entries(list_transform(
        list_filter(distinct_values(l), lambda _he: _he IS NOT NULL), lambda _hk:
        {'k': _hk, 'v': CAST(len(list_filter(l, lambda _hf: _hf = _hk)) AS BIGINT)}))""",
    "grams": """(l, n) AS CASE WHEN len(l) <= n THEN [l] ELSE
        list_transform(range(1, len(l) - n + 2), lambda _gi: l[_gi:_gi + n - 1]) END""",
    "has_sequence": """(l, s) AS CASE WHEN len(s) = 0 THEN TRUE ELSE len(list_filter(
        range(1, len(l) - len(s) + 2), lambda _qi: l[_qi:_qi + len(s) - 1]
        IS NOT DISTINCT FROM s)) > 0 END""",
    # Maps of pairs with the fields k and v.
    "grouped_pairs": """(l) AS map_from_entries(list_transform(
        distinct_values(list_transform(l, lambda _ge: _ge.k)),
        lambda _gk: {'k': _gk, 'v': list_transform(
            list_filter(l, lambda _gf: _gf.k = _gk), lambda _gv: _gv.v)}))""",
    "first_pairs": """(l) AS map_from_entries(list_filter(l, lambda _fe, _fi:
        list_position(list_transform(l, lambda _fx: _fx.k), _fe.k) = _fi))""",
    "unique_map": """(l) AS CASE
        WHEN len(list_distinct(list_transform(l, lambda _ue: _ue.k))) = len(l)
        THEN map_from_entries(l) ELSE first_pairs(l) END""",
    "united_maps": """(l) AS CASE WHEN len(l) > 0 THEN unique_map(flatten(list_transform(l,
        lambda _um: list_transform(map_entries(_um), lambda _ue: {'k': _ue.key, 'v': _ue.value}))))
        END""",
    "frequent_values": """(m, n) AS map_from_entries(list_transform(list_sort(list_transform(
        map_entries(m), lambda _fe: {'n': -CAST(_fe.value AS BIGINT), 'k': _fe.key}))[1:n],
        lambda _fv: {'k': _fv.k, 'v': -_fv.n}))""",
    # Sparse vectors: maps of their coordinates.
    "map_cosine": """(a, b) AS map_product(a, b)
        / nullif(sqrt(map_product(a, a)) * sqrt(map_product(b, b)), 0)""",
    "map_product": """(a, b) AS CASE WHEN a IS NOT NULL AND b IS NOT NULL THEN coalesce(
        list_sum(list_transform(map_keys(a), lambda _pk:
            map_extract_value(a, _pk) * map_extract_value(b, _pk))), 0e0) END""",
    # Bits of integers as wide as their type.
    "shifted_left": """(x, n, bits) AS CASE WHEN n >= bits THEN 0 WHEN n >= 0 THEN
        signed_bits((CAST(x AS HUGEINT) * (CAST(1 AS HUGEINT) << CAST(n AS INTEGER))), bits) END""",
    "shifted_right": """(x, n, bits) AS CASE WHEN n >= bits THEN 0 WHEN n = 0 THEN x ELSE
        ((CAST(x AS HUGEINT) + CASE WHEN x < 0 THEN CAST(1 AS HUGEINT) << bits ELSE 0 END)
        >> CAST(n AS INTEGER)) END""",
    "signed_bits": """(x, bits) AS CASE
        WHEN low_bits(x, bits) >= CAST(1 AS HUGEINT) << (bits - 1)
        THEN low_bits(x, bits) - (CAST(1 AS HUGEINT) << bits) ELSE low_bits(x, bits) END""",
    "low_bits": """(x, bits) AS ((x % (CAST(1 AS HUGEINT) << bits)) + (CAST(1 AS HUGEINT) << bits))
        % (CAST(1 AS HUGEINT) << bits)""",
    "counted_bits": """(x, bits) AS
        bit_count(low_bits(CAST(x AS HUGEINT), CAST(bits AS INTEGER)))""",
}
