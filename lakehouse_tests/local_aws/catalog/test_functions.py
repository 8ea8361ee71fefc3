"""User-defined functions: created, read, listed by pattern and page, changed, deleted."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from lakehouse_tests.local_aws.catalog.inputs import code_and_message


def test_a_function_is_created_changed_and_deleted(glue: Any, database: str) -> None:
    given = {"FunctionName": "Upper2", "ClassName": "a.B", "OwnerName": "ann", "OwnerType": "USER"}
    glue.create_user_defined_function(DatabaseName=database, FunctionInput=given)
    where = {"DatabaseName": database, "FunctionName": "UPPER2"}
    found = glue.get_user_defined_function(**where)["UserDefinedFunction"]
    created = found.pop("CreateTime")
    named = {"FunctionName": "upper2", "DatabaseName": database, "CatalogId": "123456789012"}
    assert found == {**given, **named}
    glue.update_user_defined_function(**where, FunctionInput={"ClassName": "a.C"})
    found = glue.get_user_defined_function(**where)["UserDefinedFunction"]
    assert found == {"ClassName": "a.C", **named, "CreateTime": created}
    glue.delete_user_defined_function(**where)
    with pytest.raises(ClientError) as refused:
        glue.get_user_defined_function(**where)
    assert code_and_message(refused) == ("EntityNotFoundException", "Function UPPER2 not found.")


def test_functions_are_listed_by_pattern_kind_and_page(glue: Any, database: str) -> None:
    for name, kind in (("sum2", "AGGREGATE_FUNCTION"), ("sub2", "REGULAR_FUNCTION"), ("x", None)):
        given = {"FunctionName": name, **({"FunctionType": kind} if kind else {})}
        glue.create_user_defined_function(DatabaseName=database, FunctionInput=given)

    def names(**asked: Any) -> list[str]:
        pages = glue.get_paginator("get_user_defined_functions").paginate(
            **asked, PaginationConfig={"PageSize": 1}
        )
        return [f["FunctionName"] for page in pages for f in page["UserDefinedFunctions"]]

    assert names(DatabaseName=database, Pattern="su*") == ["sub2", "sum2"]
    aggregate = {"FunctionType": "AGGREGATE_FUNCTION"}
    assert names(DatabaseName=database, Pattern="*", **aggregate) == ["sum2"]
    assert set(names(Pattern=".*")) >= {"sub2", "sum2", "x"}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"FunctionName": "F"}, "AlreadyExistsException"),
        ({"ClassName": "c"}, "InvalidInputException"),
    ],
)
def test_a_function_that_cannot_be_is_refused(
    glue: Any, database: str, given: dict[str, Any], code: str
) -> None:
    glue.create_user_defined_function(DatabaseName=database, FunctionInput={"FunctionName": "f"})
    with pytest.raises(ClientError) as refused:
        glue.create_user_defined_function(DatabaseName=database, FunctionInput=given)
    assert code_and_message(refused)[0] == code
