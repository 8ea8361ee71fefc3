"""Which files a source reads: connection options of S3 carried over to paths for Spark.

From "Amazon S3 connection option reference" of the Glue developer guide (checked 2026-11): only
the files directly in a path unless `recurse`, exclusions as globs, storage classes left out.
Options that only change speed are accepted.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import boto3
from pyspark.sql import DataFrame, DataFrameReader, SparkSession
from pyspark.sql import functions as F  # noqa: N812  Spark's own convention

from .gluetypes import Field, StringType, TimestampType
from .hadoop_files import entries, exists, files_below, has_partition_folders
from .nodes import Node
from .refusal import check_options, flag, unsupported
from .spark_types import to_spark

Options = Mapping[str, Any]
ONLY_SPEED = (
    "groupFiles",
    "groupSize",
    "maxBand",
    "maxFilesInBand",
    "useS3ListImplementation",
)
READING = ("recurse", "exclusions", "excludeStorageClasses", "compressionType", "isFailFast")
_COMPRESSED = {"gzip": ".gz", "bzip2": ".bz2"}
_GLOB = re.compile(r"\*\*|\*|\?|\[[^]]*\]|\{[^}]*\}|.", re.DOTALL)


@dataclass(frozen=True)
class Files:
    """What Spark has to read. `keys`: columns that stand in the names of folders below `base`."""

    paths: tuple[str, ...]
    recursive: bool = False
    base: str | None = None
    keys: tuple[Field, ...] = ()

    def reader(self, session: SparkSession) -> DataFrameReader:
        """A reader for the paths."""
        reader = session.read.option("recursiveFileLookup", str(self.recursive).lower())
        return reader.option("basePath", self.base) if self.base else reader

    def key_schema(self) -> list[tuple[str, Any]]:
        """The keys as columns of Spark."""
        return [(key.name, to_spark(key.dataType)) for key in self.keys]

    def whole(self, session: SparkSession, **options: str) -> DataFrame:
        """The files as text: `value`, and the keys."""
        kinds = ", ".join([f"`{name}` {kind.simpleString()}" for name, kind in self.key_schema()])
        schema = f"value string{', ' if kinds else ''}{kinds}"
        reader = self.reader(session).options(**options).schema(schema)
        return self.loaded(reader.format("text"))

    def loaded(self, reader: DataFrameReader) -> DataFrame:
        """The rows of the files; below folders of keys, only of those directly in them."""
        data = reader.load(list(self.paths))
        if self.base is None or self.recursive:
            return data
        depth = self.base.count("/") + len(self.keys) + 1
        return data.where(F.size(F.split("_metadata.file_path", "/")) == depth)


def attached(options: Options) -> list[Node]:
    """The columns that `attachFilename` and `attachTimestamp` add to what is read of files."""
    encoded = F.regexp_replace("_metadata.file_path", r"\\+", "%2B")
    columns = [
        ("attachFilename", F.url_decode(encoded), StringType()),
        ("attachTimestamp", F.col("_metadata.file_modification_time"), TimestampType()),
    ]
    return [
        Node(str(options[option]), column, kind)
        for option, column, kind in columns
        if options.get(option)
    ]


def files_of(session: SparkSession, connection: Options) -> Files:
    """The files of connection options. Raises NotImplementedError, and ValueError without paths."""
    check_options("reading from s3", connection, ("path", "paths", *READING, *ONLY_SPEED))
    given = connection.get("paths") or connection.get("path")
    if not given:
        raise ValueError("reading from s3 needs the connection option paths")
    paths = [given] if isinstance(given, str) else list(given)
    return located(session, paths, connection)


def located(session: SparkSession, paths: Sequence[str], options: Options) -> Files:
    """The files below some paths, as `recurse`, exclusions and storage classes say."""
    recurse = flag(options.get("recurse", False))
    chosen = _listed(session, paths, recurse, options)
    if chosen is None:
        chosen = [path for given in paths for path in _unlisted(session, given, recurse)]
    _check_compression(session, chosen, options.get("compressionType"))
    return Files(tuple(chosen), recurse)


def _unlisted(session: SparkSession, path: str, recurse: bool) -> list[str]:
    """A path for Spark itself to list; its content if Spark would read more, or cannot."""
    bucket_root = "://" in path and not path.partition("://")[2].partition("/")[2]
    if bucket_root:
        found = entries(session, path if path.endswith("/") else f"{path}/")
        return [entry.uri for entry in found if recurse or not entry.is_folder]
    if recurse or not exists(session, path) or not has_partition_folders(session, path):
        return [path]
    return [entry.uri for entry in entries(session, path) if not entry.is_folder]


def _listed(
    session: SparkSession, paths: Sequence[str], recurse: bool, options: Options
) -> list[str] | None:
    """The single files, if they have to be chosen one by one."""
    patterns = _patterns(options.get("exclusions"))
    classes = options.get("excludeStorageClasses") or ()
    if not patterns and not classes:
        return None
    chosen = []
    for root in paths:
        excluded = _of_storage_classes(root, classes) if classes else set()
        for file in _files(session, root, recurse):
            relative = file.removeprefix(root).lstrip("/")
            if file not in excluded and not any(p.fullmatch(relative) for p in patterns):
                chosen.append(file)
    return chosen


def _files(session: SparkSession, root: str, recurse: bool) -> Iterable[str]:
    if recurse:
        return files_below(session, root)
    return [entry.uri for entry in entries(session, root) if not entry.is_folder]


def _patterns(exclusions: Any) -> list[re.Pattern[str]]:
    """The globs of exclusions: a list, or a list as JSON."""
    globs = json.loads(exclusions) if isinstance(exclusions, str) else exclusions or []
    return [re.compile(_regex(glob)) for glob in globs]


def _regex(glob: str) -> str:
    """Translate a glob: `*` stays in a folder, `**` crosses folders."""
    return "".join(_glob_part(part) for part in _GLOB.findall(glob))


def _glob_part(part: str) -> str:
    if part in ("**", "*", "?"):
        return {"**": ".*", "*": "[^/]*", "?": "[^/]"}[part]
    if part.startswith("{") and len(part) > 1:
        return f"(?:{'|'.join(_regex(choice) for choice in part[1:-1].split(','))})"
    if part.startswith("[") and len(part) > 1:
        return f"[{part[1:-1].replace('!', '^', 1) if part[1] == '!' else part[1:-1]}]"
    return re.escape(part)


def _of_storage_classes(root: str, classes: Iterable[str]) -> set[str]:
    scheme, _, rest = root.partition("://")
    bucket, _, prefix = rest.partition("/")
    pages = boto3.client("s3").get_paginator("list_objects_v2")
    return {
        f"{scheme}://{bucket}/{found['Key']}"
        for page in pages.paginate(Bucket=bucket, Prefix=prefix)
        for found in page.get("Contents", [])
        if found.get("StorageClass", "STANDARD") in set(classes)
    }


def _check_compression(session: SparkSession, paths: Iterable[str], kind: str | None) -> None:
    """Spark goes by the names of files: another compression than they say is refused."""
    if kind is None:
        return
    if kind not in _COMPRESSED:
        raise unsupported(f"compressionType {kind!r}")
    for path in paths:
        for file in files_below(session, path):
            if not file.endswith(_COMPRESSED[kind]):
                raise unsupported(f"compressionType {kind!r} of {file}, by its name not compressed")
