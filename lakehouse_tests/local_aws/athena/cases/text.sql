-- https://trino.io/docs/current/functions/string.html, regexp.html, url.html, json.html

SELECT lower('AbC'), upper('abc'), length('añb'), reverse('abc'), trim('  a '), ltrim('  a'), rtrim('a  ');
-- => ["abc", "ABC", "3", "cba", "a", "a", "a"]

SELECT concat('a', 'b', 'c'), concat_ws(',', 'a', NULL, 'b'), concat_ws('-', ARRAY['x', 'y']);
-- => ["abc", "a,b", "x-y"]

SELECT substr('Quadratically', 5), substr('Quadratically', 5, 6), substr('abc', -2), substr('abc', 0), substring('abc' FROM 2 FOR 1);
-- => ["ratically", "ratica", "bc", "", "b"]

SELECT split('a,b,c', ','), split_part('a,b,c', ',', 2), split_part('a,b', ',', 5);
-- => ["[a, b, c]", "b", null]

SELECT strpos('high', 'ig'), position('ig' IN 'high'), strpos('a', 'x'), starts_with('abc', 'ab');
-- => ["2", "2", "0", "true"]

SELECT replace('abca', 'a'), replace('abca', 'a', 'x'), lpad('5', 3, '0'), rpad('5', 3, '0'), chr(97), codepoint('a');
-- => ["bc", "xbcx", "005", "500", "a", "97"]

SELECT translate('abcd', 'ab', 'xy'), levenshtein_distance('apple', 'epplea');
-- => ["xycd", "2"]

SELECT trim(BOTH 'x' FROM 'xxaxx'), trim(LEADING 'x' FROM 'xxa');
-- => ["a", "a"]

SELECT regexp_extract('1a 2b 14m', '\d+'), regexp_extract('1a 2b 14m', '(\d+)([a-z]+)', 2), regexp_extract('abc', '\d');
-- => ["1", "a", null]

SELECT regexp_extract_all('1a 2b 14m', '\d+'), regexp_extract_all('1a 2b 14m', '(\d+)([a-z]+)', 2);
-- => ["[1, 2, 14]", "[a, b, m]"]

SELECT regexp_like('1a 2b 14m', '\d+b'), regexp_count('1a 2b 14m', '\s*[a-z]+\s*');
-- => ["true", "3"]

SELECT regexp_replace('1a 2b 14m', '\d+[ab] '), regexp_replace('1a 2b 14m', '(\d+)([ab]) ', '3c$2 ');
-- => ["14m", "3ca 3cb 14m"]

SELECT regexp_replace('a.b', '\.', '\$'), regexp_split('1a 2b 14m', '\s*[a-z]+\s*');
-- => ["a$b", "[1, 2, 14, ]"]

SELECT url_extract_host('https://a.org:81/p/q?x=1&y=2#f'), url_extract_port('https://a.org:81/p'), url_extract_path('https://a.org:81/p/q?x=1'), url_extract_query('https://a.org/p?x=1#f'), url_extract_protocol('https://a.org'), url_extract_fragment('http://a#f');
-- => ["a.org", "81", "/p/q", "x=1", "https", "f"]

SELECT url_encode('a b&c~*'), url_decode('a+b%26c');
-- => ["a+b%26c%7E*", "a b&c"]

SELECT json_extract_scalar('[1, 2, 3]', '$[2]'), json_extract_scalar('{"a": {"b c": "x"}}', '$.a["b c"]'), json_extract_scalar('{"a": {}}', '$.a');
-- => ["3", "x", null]

SELECT json_extract('{"store": {"book": [1, 2]}}', '$.store.book'), json_extract_scalar('nope', '$.a');
-- => ["[1,2]", null]

SELECT json_parse('{"a": 1}'), json_array_length('[1, 2, 3]'), json_format(json_parse('[1, 2]')), CAST(json_parse('[1,2]') AS array(integer));
-- => ["{\"a\":1}", "3", "[1,2]", "[1, 2]"]

SELECT to_hex(md5(to_utf8('a'))), to_base64(to_utf8('abc')), from_utf8(from_base64('YWJj'));
-- => ["0CC175B9C0F1B6A831C399E269772661", "YWJj", "abc"]

SELECT sum('a');
-- => "FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (varchar(1)) for function sum. Expected: sum("

SELECT nope(1);
-- => "FUNCTION_NOT_FOUND: line 1:8: Function 'nope' not registered"

SELECT lower(1);
-- => "FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (integer) for function lower"

SELECT regexp_like('a', '(?=a)');
-- => ["true"]
