"""What a crawler remembers of the folders that it has crawled: their leaves, by include path.

Belongs here: keeping leaves in State, so that a folder that has not changed need not be read again
and a crawl of new folders knows which are new. What is looked at again is decided in `look`.

Source: https://docs.aws.amazon.com/glue/latest/dg/add-classifier.html ("A crawler keeps track of
previously crawled data"; an updated classifier does not reclassify it; checked 2026-11).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from lakehouse.local_aws.catalog.records import key_of
from lakehouse.local_aws.crawlers.formats.schema import (
    AvroSchema,
    Delimited,
    FileSchema,
    Grok,
    JsonFields,
)
from lakehouse.local_aws.crawlers.formats.types import Column, type_document, type_of_document
from lakehouse.local_aws.crawlers.layout import Leaf, Parts
from lakehouse.local_aws.state import State

Document = dict[str, Any]

_FOLDER = "glue_crawled_folder"
_LISTED = "glue_crawler_listed"
_DETAILS = {kind.__name__: kind for kind in (AvroSchema, Delimited, Grok, JsonFields)}


@dataclass(frozen=True)
class Remembered:
    """A folder as it was when it was crawled."""

    fingerprint: str
    leaves: tuple[Leaf, ...]


Folders = Mapping[Parts, Remembered]


class CrawlMemory:
    """The memory of one crawler; `area` is any text that tells one target from another."""

    def __init__(self, state: State, scope: str, crawler: str) -> None:
        self._state = state
        self._scope = scope
        self._crawler = crawler

    def listed(self) -> str | None:
        """Return the definition's digest of the last crawl that listed everything and succeeded."""
        found = self._state.get(self._scope, _LISTED, self._crawler)
        return str(found["Definition"]) if found else None

    def folders(self, area: str) -> dict[Parts, Remembered]:
        """Return all folders of an area."""
        prefix = key_of(self._crawler, area, "")
        found = self._state.list(self._scope, _FOLDER, prefix=prefix)
        return {_parts(key[len(prefix) :]): _remembered(body) for key, body in found}

    def keep(self, area: str, before: Folders, now: Folders) -> None:
        """Replace what was known of an area by what is known now, in one transaction."""
        gone = [self._key(area, path) for path in before if path not in now]
        new = {path: folder for path, folder in now.items() if before.get(path) is not folder}
        with self._state.transaction():
            self._state.delete_many(self._scope, _FOLDER, gone)
            documents = {self._key(area, path): _document(f) for path, f in new.items()}
            self._state.put_many(self._scope, _FOLDER, documents)

    def keep_listed(self, definition: str, areas: Sequence[str]) -> None:
        """Note that all of these areas were listed; what is known of others is dropped."""
        known = self._state.get(self._scope, _LISTED, self._crawler)
        if known is None or known["Areas"] != list(areas):
            self._forget_others(areas)
        body = {"Definition": definition, "Areas": list(areas)}
        self._state.put(self._scope, _LISTED, self._crawler, body)

    def forget(self) -> None:
        """Drop everything."""
        self._forget_others(())
        self._state.delete(self._scope, _LISTED, self._crawler)

    def _forget_others(self, areas: Iterable[str]) -> None:
        kept = tuple(key_of(self._crawler, area, "") for area in areas)
        known = self._state.list(self._scope, _FOLDER, prefix=key_of(self._crawler, ""))
        gone = [key for key, _ in known if not key.startswith(kept)]
        self._state.delete_many(self._scope, _FOLDER, gone)

    def _key(self, area: str, path: Parts) -> str:
        return key_of(self._crawler, area, "".join(f"/{part}" for part in path))


def _parts(text: str) -> Parts:
    return tuple(text.split("/")[1:])


def _document(folder: Remembered) -> Document:
    leaves = [_leaf_document(leaf) for leaf in folder.leaves]
    return {"Fingerprint": folder.fingerprint, "Leaves": leaves}


def _remembered(document: Document) -> Remembered:
    return Remembered(document["Fingerprint"], tuple(map(_leaf, document["Leaves"])))


def _leaf_document(leaf: Leaf) -> Document:
    schema = leaf.schema
    details = schema.details
    return {
        **{name: getattr(leaf, name) for name in ("path", "objects", "size", "is_file")},
        "classification": schema.classification,
        "compression": schema.compression,
        "columns": [[column.name, type_document(column.type)] for column in schema.columns],
        "details": {"kind": type(details).__name__, **asdict(details)} if details else None,
        "records": schema.records,
        "bytes": schema.bytes,
    }


def _leaf(document: Document) -> Leaf:
    schema = FileSchema(
        document["classification"],
        _columns(document["columns"]),
        document["compression"],
        _details(document["details"]),
        document["records"],
        document["bytes"],
    )
    path = tuple(document["path"])
    return Leaf(path, schema, document["objects"], document["size"], document["is_file"])


def _columns(pairs: Sequence[Sequence[Any]]) -> tuple[Column, ...]:
    return tuple(Column(name, type_of_document(type_)) for name, type_ in pairs)


def _details(document: Document | None) -> Any:
    if document is None:
        return None
    fields = {name: value for name, value in document.items() if name != "kind"}
    if "paths" in fields:
        fields["paths"] = tuple(fields["paths"])
    return _DETAILS[document["kind"]](**fields)
