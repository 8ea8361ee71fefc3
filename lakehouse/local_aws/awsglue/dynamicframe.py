"""The transforms of DynamicFrame, with Glue's names and arguments.

Written from AWS's documentation ("DynamicFrame class" of the Glue developer guide,
https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-crawler-pyspark-extensions-dynamic-frame.html,
checked 2026-11), not from AWS's code. What a transform does is the affair of its module, what a
frame is that of frame.py. Frames are not changed: methods return new ones.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Unpack

from . import combining, dynamodb_json, projections, row_splits
from .catalog import column_types
from .dynamicframe_collection import DynamicFrameCollection as DynamicFrameCollection
from .frame import Frame, StageOptions
from .nodes import Typed
from .record_functions import Function, Predicate, filtered, mapped
from .relationalize import relationalized
from .resolve_choice import ResolveOption as ResolveOption
from .resolve_choice import Spec, all_resolved, matched, resolved
from .s3_sink import Sample, write_sample
from .unboxing import unboxed

Paths = Sequence[str] | str


class DynamicFrame(Frame):
    """Records, a schema that knows choices, and the errors in making them."""

    def repartition(self, numPartitions: int, **options: Unpack[StageOptions]) -> "DynamicFrame":
        """The same rows in so many partitions (files, when written)."""
        data = self._content.data.repartition(numPartitions)
        return self._made(Typed(data, self._content.type), options)

    def coalesce(
        self,
        numPartitions: int,
        shuffle: bool = False,
        **options: Unpack[StageOptions],
    ) -> "DynamicFrame":
        """The same rows in at most so many partitions."""
        if shuffle:
            return self.repartition(numPartitions, **options)
        data = self._content.data.coalesce(numPartitions)
        return self._made(Typed(data, self._content.type), options)

    def filter(self, f: Predicate, **options: Unpack[StageOptions]) -> "DynamicFrame":
        """The rows for which a function of the record is true; if it raises, an error record."""
        content, errors = filtered(self._content, f, options.get("info", ""))
        return self._made(content, options, errors)

    def map(
        self,
        f: Function,
        preservesPartitioning: bool = False,
        **options: Unpack[StageOptions],
    ) -> "DynamicFrame":
        """What a function makes of each record (a dict); if it raises, an error record."""
        del preservesPartitioning
        content, errors = mapped(self._content, f, options.get("info", ""))
        return self._made(content, options, errors)

    def apply_mapping(
        self, mappings: Iterable[Sequence[str]], **options: Unpack[StageOptions]
    ) -> "DynamicFrame":
        """The fields of (source, source type, target, target type), cast and renamed."""
        return self._made(projections.mapped_fields(self._content, mappings), options)

    def select_fields(self, paths: Paths, **options: Unpack[StageOptions]) -> "DynamicFrame":
        """The named fields only."""
        return self._made(projections.selected(self._content, _listed(paths)), options)

    def drop_fields(self, paths: Paths, **options: Unpack[StageOptions]) -> "DynamicFrame":
        """All fields but the named ones; `outer.inner` names a nested one."""
        return self._made(projections.dropped(self._content, _listed(paths)), options)

    def rename_field(
        self,
        oldName: str,
        newName: str,
        **options: Unpack[StageOptions],
    ) -> "DynamicFrame":
        """One field under another name; a name with dots needs backticks."""
        return self._made(projections.renamed(self._content, oldName, newName), options)

    def unnest(self, **options: Unpack[StageOptions]) -> "DynamicFrame":
        """Struct fields as columns with dotted names; arrays stay."""
        return self._made(projections.unnested(self._content), options)

    def relationalize(
        self,
        root_table_name: str,
        staging_path: str | None = None,
        options: Mapping[str, Any] | None = None,
        **stage: Unpack[StageOptions],
    ) -> DynamicFrameCollection:
        """The flat frames of this one by name (see relationalize.py); nothing needs staging."""
        del staging_path, options
        return self._collection(relationalized(self._content, root_table_name), stage)

    def resolveChoice(
        self,
        specs: Iterable[Spec] | None = None,
        choice: str = "",
        database: str | None = None,
        table_name: str | None = None,
        catalog_id: str | None = None,
        **options: Unpack[StageOptions],
    ) -> "DynamicFrame":
        """One type where there are several: by (path, action), or one action for all choices."""
        del catalog_id
        if (specs is None) == (choice == ""):
            raise ValueError("resolveChoice takes either specs or choice")
        if specs is not None:
            return self._made(resolved(self._content, specs), options)
        if choice.lower() != "match_catalog":
            return self._made(all_resolved(self._content, choice), options)
        if database is None or table_name is None:
            raise ValueError("match_catalog needs database and table_name")
        columns = column_types(database, table_name)
        return self._made(matched(self._content, columns), options)

    def unbox(
        self,
        path: str,
        format: str,
        transformation_ctx: str = "",
        info: str = "",
        stageThreshold: int = 0,
        totalThreshold: int = 0,
        **options: Any,
    ) -> "DynamicFrame":
        """A string field as the struct that is written in it (json, csv)."""
        stage = StageOptions(
            transformation_ctx=transformation_ctx,
            info=info,
            stageThreshold=stageThreshold,
            totalThreshold=totalThreshold,
        )
        content, errors = unboxed(self._content, path, format, options)
        return self._made(content, stage, errors)

    def unnest_ddb_json(self, **options: Unpack[StageOptions]) -> "DynamicFrame":
        """The attributes of DynamoDB's JSON as columns, one level deep."""
        return self._made(dynamodb_json.unnested_items(self._content), options)

    def simplify_ddb_json(self, **options: Unpack[StageOptions]) -> "DynamicFrame":
        """The attributes of DynamoDB's JSON as columns, at any depth."""
        return self._made(dynamodb_json.simplified_items(self._content), options)

    def join(
        self,
        paths1: Paths,
        paths2: Paths,
        frame2: "DynamicFrame",
        **options: Unpack[StageOptions],
    ) -> "DynamicFrame":
        """The pairs of rows with equal keys."""
        content = combining.joined(self._content, frame2._content, _listed(paths1), _listed(paths2))
        return self._made(content, options, None, frame2)

    def union(self, frame2: "DynamicFrame", **options: Unpack[StageOptions]) -> "DynamicFrame":
        """The rows of both; a field that differs in type is a choice."""
        content = combining.united(self._content, frame2._content)
        return self._made(content, options, None, frame2)

    def mergeDynamicFrame(
        self,
        stage_dynamic_frame: "DynamicFrame",
        primary_keys: Sequence[str],
        options: Mapping[str, Any] | None = None,
        **stage: Unpack[StageOptions],
    ) -> "DynamicFrame":
        """The staging rows, and the rows of this frame whose keys they do not have."""
        del options
        staging = stage_dynamic_frame._content
        content = combining.merged_by_keys(self._content, staging, list(primary_keys))
        return self._made(content, stage, None, stage_dynamic_frame)

    def split_fields(
        self, paths: Paths, name1: str, name2: str, **options: Unpack[StageOptions]
    ) -> DynamicFrameCollection:
        """The named fields, and the others."""
        chosen = projections.selected(self._content, _listed(paths))
        left = projections.dropped(self._content, _listed(paths))
        return self._collection({name1: chosen, name2: left}, options)

    def split_rows(
        self,
        comparison_dict: row_splits.Comparisons,
        name1: str,
        name2: str,
        **options: Unpack[StageOptions],
    ) -> DynamicFrameCollection:
        """The rows that satisfy the comparisons, and the others."""
        chosen, left = row_splits.split(self._content, comparison_dict)
        return self._collection({name1: chosen, name2: left}, options)

    def spigot(
        self,
        path: str,
        options: Mapping[str, Any] | None = None,
        transformation_ctx: str = "",
    ) -> "DynamicFrame":
        """Write some rows as JSON below a path, at once; the frame itself."""
        del transformation_ctx
        write_sample(self.content(), path, Sample.of(options or {}))
        return self

    def write(
        self,
        connection_type: str,
        connection_options: Mapping[str, Any] | None = None,
        format: str | None = None,
        format_options: Mapping[str, Any] | None = None,
        accumulator_size: int = 0,
    ) -> "DynamicFrame":
        """Write to a sink of this frame's context; the frame."""
        del accumulator_size
        writer = self.glue_ctx.write_dynamic_frame
        frame: DynamicFrame = writer.from_options(
            self, connection_type, connection_options, format, format_options
        )
        return frame

    def _collection(
        self, contents: Mapping[str, Typed], options: StageOptions
    ) -> DynamicFrameCollection:
        frames = {name: self._made(content, options) for name, content in contents.items()}
        for name, frame in frames.items():
            frame.name = name
        return DynamicFrameCollection(frames, self.glue_ctx)


def _listed(paths: Paths) -> list[str]:
    return [paths] if isinstance(paths, str) else list(paths)
