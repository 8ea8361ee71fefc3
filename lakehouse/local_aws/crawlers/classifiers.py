"""Custom classifiers: CreateClassifier and its neighbours, and the classifiers of a crawler.

Belongs here: the operations of the API on classifiers, their checks, and making the classifier
that a stored definition describes. What a classifier sees in a file belongs to `formats`.

Source: https://docs.aws.amazon.com/glue/latest/webapi/API_CreateClassifier.html (checked 2026-11).
XML is refused.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from lakehouse.local_aws.catalog.paging import page, page_size, start_key
from lakehouse.local_aws.crawlers.configuration import invalid
from lakehouse.local_aws.crawlers.formats.certainty import CustomClassifier
from lakehouse.local_aws.crawlers.formats.custom_csv import DATATYPES, CsvClassifier
from lakehouse.local_aws.crawlers.formats.custom_grok import GrokClassifier, checked_pattern
from lakehouse.local_aws.crawlers.formats.custom_json import JsonClassifier
from lakehouse.local_aws.crawlers.formats.json_path import parse_path
from lakehouse.local_aws.dispatch import Operation, noted
from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.state import State

Document = dict[str, Any]

_KIND = "glue_classifier"
_PAGE = 1000
_KINDS = ("GrokClassifier", "XMLClassifier", "JsonClassifier", "CsvClassifier")


class Classifiers:
    """The classifiers of one account and region, by name."""

    def __init__(self, state: State, scope: str) -> None:
        self._state = state
        self._scope = scope

    def operations(self) -> Mapping[str, Operation]:
        """Name the API operations that this class answers."""
        return {
            "CreateClassifier": noted(self.create, "not of XML"),
            "UpdateClassifier": self.update,
            "GetClassifier": lambda body: {"Classifier": self._get(body["Name"])},
            "GetClassifiers": self.get_page,
            "DeleteClassifier": self.delete,
        }

    def create(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer CreateClassifier."""
        kind, given = _only_kind(body)
        now = time.time()
        fresh = {**given, "CreationTime": now, "LastUpdated": now, "Version": 1}
        classifier_of({kind: fresh})
        with self._state.transaction():
            if self._state.get(self._scope, _KIND, given["Name"]):
                raise AwsError(
                    "AlreadyExistsException", f"Classifier {given['Name']} already exists."
                )
            self._state.put(self._scope, _KIND, given["Name"], {kind: fresh})
        return {}

    def update(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer UpdateClassifier: what is not given stays."""
        kind, given = _only_kind(body)
        with self._state.transaction():
            current = self._get(given["Name"]).get(kind)
            if current is None:
                raise invalid(f"Classifier {given['Name']} is not a {kind}.")
            version = {"LastUpdated": time.time(), "Version": current["Version"] + 1}
            fresh = {**current, **given, **version}
            classifier_of({kind: fresh})
            self._state.put(self._scope, _KIND, given["Name"], {kind: fresh})
        return {}

    def get_page(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer GetClassifiers."""
        size = page_size(body, _PAGE)
        found = self._state.list(self._scope, _KIND, after=start_key(body), limit=size + 1)
        return page(found, "Classifiers", size)

    def delete(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer DeleteClassifier."""
        self._get(body["Name"])
        self._state.delete(self._scope, _KIND, body["Name"])
        return {}

    def check(self, names: Sequence[str]) -> None:
        """Check that classifiers exist. Raises InvalidInputException, as CreateCrawler would."""
        for name in names:
            if self._state.get(self._scope, _KIND, name) is None:
                raise invalid(f"Classifier {name} does not exist.")

    def of(self, crawler: Mapping[str, Any]) -> list[CustomClassifier]:
        """Make the classifiers of a crawler, in its order. Raises EntityNotFoundException."""
        return [classifier_of(self._get(name)) for name in crawler["Classifiers"]]

    def _get(self, name: str) -> Document:
        found = self._state.get(self._scope, _KIND, name)
        if found is None:
            raise AwsError("EntityNotFoundException", f"Classifier {name} not found.")
        return found


def classifier_of(definition: Mapping[str, Any]) -> CustomClassifier:
    """Make the classifier of a Classifier structure. Raises AwsError for what is not acceptable."""
    kind, given = _only_kind(definition)
    if kind == "CsvClassifier":
        return _csv(given)
    try:
        if kind == "JsonClassifier":
            parse_path(given["JsonPath"])
            return JsonClassifier(given["JsonPath"])
        custom = given.get("CustomPatterns", "")
        checked_pattern(given["GrokPattern"], custom)
    except ValueError as error:
        raise invalid(str(error)) from error
    return GrokClassifier(given["Classification"], given["GrokPattern"], custom)


def _only_kind(body: Mapping[str, Any]) -> tuple[str, Document]:
    kinds = [kind for kind in _KINDS if kind in body]
    if len(kinds) != 1:
        raise invalid("Exactly one kind of classifier must be given.")
    if kinds[0] == "XMLClassifier":
        raise invalid("XMLClassifier is not supported by the local AWS.")
    return kinds[0], body[kinds[0]]


def _csv(given: Document) -> CsvClassifier:
    delimiter, quote = given.get("Delimiter", ","), given.get("QuoteSymbol", "")
    if delimiter == quote:
        raise invalid("The quote symbol must be different from the column delimiter.")
    datatypes = tuple(given.get("CustomDatatypes", ())) if _has_datatypes(given) else ()
    for name in datatypes:
        if name not in DATATYPES:
            raise invalid(f"Custom datatype {name} is not one of {', '.join(DATATYPES)}.")
    return CsvClassifier(
        delimiter,
        quote,
        given.get("ContainsHeader", "UNKNOWN"),
        tuple(given.get("Header", ())),
        trimmed=not given.get("DisableValueTrimming", True),
        single_column=given.get("AllowSingleColumn", False),
        datatypes=datatypes,
        serde=given.get("Serde", "None"),
    )


def _has_datatypes(given: Document) -> bool:
    return bool(given.get("CustomDatatypeConfigured", "CustomDatatypes" in given))
