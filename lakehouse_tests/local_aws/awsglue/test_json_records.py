"""JSON text to records without Spark: documents, broken ones, JsonPath."""

from typing import Any

import pytest

from lakehouse.local_aws.awsglue.json_records import Broken, documents, records_of, selector


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ('{"a":1}\n\n{"a":2}', [{"a": 1}, {"a": 2}]),
        ('{"a":1}{"a":2}', [{"a": 1}, {"a": 2}]),
        ('\ufeff{\n  "a": 1\n}\n', [{"a": 1}]),
        ("[1, 2]", [[1, 2]]),
        (
            '{"a":1}\n{"a":\n{"a":3}\n',
            [{"a": 1}, Broken("Expecting ',' delimiter", 22)],
        ),
        ('{"a": nope}\n{"a":2}\n', [Broken("Expecting value", 6), {"a": 2}]),
        ('{"a": "x\n{"a":2}\n', [Broken("Invalid control character at", 8), {"a": 2}]),
        ('{"a": NaN}\n{"a":2}\n', [Broken("NaN is not JSON", 0), {"a": 2}]),
    ],
)
def test_a_text_is_a_stream_of_documents(text: str, expected: list[Any]) -> None:
    assert list(documents(text)) == expected


def test_the_broken_document_of_the_documentation_takes_the_next_one_with_it() -> None:
    text = (
        '{"id": 1, "name": "george", "surname": "washington", "height": 178}\n'
        '{"id": 2, "name": "benjamin", "surname": "franklin",\n'
        '{"id": 3, "name": "alexander", "surname": "hamilton", "height": 171}\n'
        '{"id": 4, "name": "john", "surname": "jay", "height": 190}\n'
    )
    found = list(documents(text))
    assert [d["id"] for d in found if isinstance(d, dict)] == [1, 4]
    assert len([d for d in found if isinstance(d, Broken)]) == 1


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": 1}, [{"a": 1}]),
        ([1], [{"array": [1]}]),
        (7, [Broken("not an object but 7", 0)]),
    ],
)
def test_a_document_stands_for_records(value: Any, expected: list[Any]) -> None:
    assert list(records_of(value)) == expected


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("$", {"a": 1}, [{"a": 1}]),
        ("$.id", {"id": {"x": 1}}, [{"x": 1}]),
        ("$[*]", [{"a": 1}, {"a": 2}], [{"a": 1}, {"a": 2}]),
        ("$.r[*].d", {"r": [{"d": {"a": 1}}, {}, {"d": {"a": 2}}]}, [{"a": 1}, {"a": 2}]),
        ("$.r", {"r": [{"a": 1}]}, [{"a": 1}]),
        ("$['a b'][1]", {"a b": [{"n": 0}, {"n": 1}]}, [{"n": 1}]),
        ("$.*", {"x": {"a": 1}}, [{"a": 1}]),
        ("$.none", {"a": 1}, []),
    ],
)
def test_a_json_path_selects_records(path: str, value: Any, expected: list[Any]) -> None:
    assert list(selector(path)(value)) == expected


@pytest.mark.parametrize("path", ["$..a", "$[?(@.a > 1)]", "$[0:2]"])
def test_other_json_paths_are_refused(path: str) -> None:
    with pytest.raises(NotImplementedError, match="jsonPath"):
        selector(path)
