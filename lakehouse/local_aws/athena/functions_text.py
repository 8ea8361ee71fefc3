# ruff: noqa: E501 - tables, one row a line
"""The function table: texts, bytes, URLs, addresses, JSON.

Builders stand in `text_builders`, `regexp_builders` and `json_builders`.
Source: Trino "String functions", "Binary functions", "URL functions", "JSON functions", "IP
Address Functions", checked 2026-11.
"""

from lakehouse.local_aws.athena.function_row import Rows

_SPACE = "(' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || chr(8232) || chr(8233))"
_RE2 = "exact; a pattern that is computed, or that RE2 cannot match, is slower"

STRINGS: Rows = {
    "lower": [("varchar -> varchar(x)", "lower({0})")],
    "upper": [("varchar -> varchar(x)", "replace(upper({0}), chr(7838), chr(223))")],
    "length": [("varchar -> bigint", "length({0})"), ("varbinary -> bigint", "octet_length({0})")],
    "trim": [("varchar -> varchar(x)", f"trim({{0}}, {_SPACE})")],
    "ltrim": [("varchar -> varchar(x)", f"ltrim({{0}}, {_SPACE})")],
    "rtrim": [("varchar -> varchar(x)", f"rtrim({{0}}, {_SPACE})")],
    "reverse": [
        ("varchar -> varchar(x)", "array_to_string(list_reverse(string_split({0}, '')), '')"),
        ("varbinary -> varbinary", "py_reverse_bytes({0})"),
        ("array(T) -> array(T)", "list_reverse({0})"),
    ],
    "replace": [
        ("varchar, varchar -> varchar(x)", "replace({0}, {1}, '')"),
        ("varchar, varchar, varchar -> varchar", "replaced({0}, {1}, {2})"),
    ],
    "strpos": [
        ("varchar, varchar -> bigint", "strpos({0}, {1})"),
        ("varchar, varchar, bigint -> bigint", "py_strpos({0}, {1}, {2})"),
    ],
    "starts_with": [("varchar, varchar -> boolean", "starts_with({0}, {1})")],
    "ends_with": [("varchar, varchar -> boolean", "ends_with({0}, {1})")],
    "split": [
        ("varchar, varchar -> array(varchar(x))", "string_split({0}, delimiter({1}))"),
        ("varchar, varchar, bigint -> array(varchar(x))", "py_split({0}, {1}, {2})"),
    ],
    "split_part": [("varchar, varchar, bigint -> varchar(x)", "py_split_part({0}, {1}, {2})")],
    "split_to_map": [("varchar, varchar, varchar -> map(varchar,varchar)", "py_split_to_map({0}, {1}, {2})")],
    "split_to_multimap": [("varchar, varchar, varchar -> map(varchar,array(varchar))", "py_split_to_multimap({0}, {1}, {2})")],
    "lpad": [("varchar, bigint, varchar -> varchar", "py_pad({0}, {1}, {2}, true)")],
    "rpad": [("varchar, bigint, varchar -> varchar", "py_pad({0}, {1}, {2}, false)")],
    "chr": [("bigint -> varchar", "py_chr({0})")],
    "codepoint": [("varchar -> integer", "py_codepoint({0})")],
    "translate": [("varchar, varchar, varchar -> varchar", "py_translate({0}, {1}, {2})")],
    "levenshtein_distance": [("varchar, varchar -> bigint", "levenshtein({0}, {1})")],
    "hamming_distance": [("varchar, varchar -> bigint", "py_hamming({0}, {1})")],
    "soundex": [("varchar -> varchar", "py_soundex({0})")],
    "luhn_check": [("varchar -> boolean", "py_luhn_check({0})")],
    "normalize": [("varchar -> varchar", "py_normalize({0}, 'NFC')")],
    "to_utf8": [("varchar -> varbinary", "encode({0})")],
    "from_utf8": [
        ("varbinary -> varchar", "coalesce(TRY(decode({0})), py_from_utf8({0}, chr(65533)))"),
        ("varbinary, varchar -> varchar", "py_from_utf8({0}, {1})"),
        ("varbinary, bigint -> varchar", "py_from_utf8({0}, py_chr({1}))"),
    ],
    "format_number": [("N -> varchar", "py_format_number({0})")],
    "parse_data_size": [("varchar -> decimal(38,0)", "py_parse_data_size({0})")],
    "human_readable_seconds": [("double -> varchar", "py_human_readable_seconds({0})")],
    "parse_duration": [("varchar -> interval day to second", "py_parse_duration({0})")],
    "uuid": [("-> uuid", "gen_random_uuid()")],
    "version": [("-> varchar", "'Athena engine version 3'")],
    "current_timezone": [("-> varchar", "'UTC'")],
}  # fmt: skip

URLS: Rows = {
    **{
        f"url_extract_{part}": [("varchar -> varchar(x)", f"py_url_part({{0}}, '{part}')")]
        for part in ("protocol", "host", "path", "query", "fragment")
    },
    "url_extract_port": [("varchar -> bigint", "TRY_CAST(py_url_part({0}, 'port') AS BIGINT)")],
    "url_extract_parameter": [("varchar, varchar -> varchar(x)", "py_url_parameter({0}, {1})")],
    "url_decode": [("varchar -> varchar(x)", "py_url_decode({0})")],
    "url_encode": [("varchar -> varchar", "py_url_encode({0})")],
}

_HASHES = ("md5", "sha1", "sha256")
BYTES: Rows = {
    "to_hex": [("varbinary -> varchar", "hex({0})")],
    "from_hex": [("varchar -> varbinary", "py_from_hex({0})"), ("varbinary -> varbinary", "py_from_hex(decode({0}))")],
    "to_base64": [("varbinary -> varchar", "to_base64({0})")],
    "from_base64": [("varchar -> varbinary", "py_from_base64({0})"), ("varbinary -> varbinary", "py_from_base64(decode({0}))")],
    "to_base64url": [("varbinary -> varchar", "py_to_base64url({0})")],
    "from_base64url": [("varchar -> varbinary", "py_from_base64url({0})"), ("varbinary -> varbinary", "py_from_base64url(decode({0}))")],
    "to_base32": [("varbinary -> varchar", "py_to_base32({0})")],
    "from_base32": [("varchar -> varbinary", "py_from_base32({0})"), ("varbinary -> varbinary", "py_from_base32(decode({0}))")],
    **{f: [("varbinary -> varbinary", f"unhex({f}({{0}}))")] for f in _HASHES},
    "sha512": [("varbinary -> varbinary", "py_sha512({0})")],
    **{f"hmac_{f}": [("varbinary, varbinary -> varbinary", f"py_hmac_{f}({{0}}, {{1}})")] for f in (*_HASHES, "sha512")},
    "crc32": [("varbinary -> bigint", "py_crc32({0})")],
    "xxhash64": [("varbinary -> varbinary", "py_xxhash64({0})")],
    "murmur3": [("varbinary -> varbinary", "py_murmur3({0})")],
    **{
        f"{way}_{name}": [(f"{a} -> {b}", f"py_{way}_{name}({{0}})")]
        for name, number in (("big_endian_32", "integer"), ("big_endian_64", "bigint"), ("ieee754_32", "real"), ("ieee754_64", "double"))
        for way, a, b in (("to", number, "varbinary"), ("from", "varbinary", number))
    },
}  # fmt: skip

JSON: Rows = {
    "json_parse": [("varchar -> json", "py_json_parse({0})")],
    "json_format": [("json -> varchar", "{0}")],
    "json_array_length": [("json -> bigint", "py_json_array_length({0})"), ("varchar -> bigint", "py_json_array_length({0})")],
    "json_array_get": [("json, bigint -> json", "py_json_array_get({0}, {1})"), ("varchar, bigint -> json", "py_json_array_get({0}, {1})")],
    "json_array_contains": [
        *(
            (f"{text}, {kind} -> boolean", "py_json_array_contains({0}, {1})")
            for text in ("json", "varchar")
            for kind in ("boolean", "bigint", "double", "varchar")
        )
    ],
    "is_json_scalar": [("json -> boolean", "py_is_json_scalar({0})"), ("varchar -> boolean", "py_is_json_scalar({0})")],
}  # fmt: skip

TEXT_FUNCTIONS: Rows = {**STRINGS, **URLS, **BYTES, **JSON}
REGEXP_NOTE = _RE2
