"""One log source: the model of its YAML file, its names, its paths and its days.

`LogSource` is frozen; building one checks everything that can be known without data, so whoever
holds a `LogSource` holds a usable one. The keys stand in `source_fields`, how YAML text is read in
`source_yaml`, how they must fit together in `source_checks`; queries are built in `sql`, the Spark
job's plan in `plan`.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from lakehouse.errors import LakehouseError
from lakehouse.source_checks import problems
from lakehouse.source_fields import Checks, Column, Metrics, Raw, SourceFields, Synthetic
from lakehouse.source_yaml import KeysAt, parse_yaml, problem_lines


class SourceError(LakehouseError):
    """A source's YAML file cannot be used; one line per problem, naming file and key."""


class LogSource(SourceFields):
    """One log source, as its YAML file describes it and as everything else uses it."""

    @model_validator(mode="after")
    def _consistent(self) -> "LogSource":
        found = [
            InitErrorDetails(
                type=PydanticCustomError("source", "{text}", {"text": text}), loc=key, input=None
            )
            for key, text in problems(self)
        ]
        if found:
            raise ValidationError.from_exception_data("LogSource", found)
        return self

    @property
    def raw_table(self) -> str:
        """Name of the table over the raw files."""
        return f"{self.name}_raw"

    @property
    def clean_table(self) -> str:
        """Name of the typed, deduplicated table."""
        return self.name

    @property
    def rejected_table(self) -> str:
        """Name of the table of rejected rows."""
        return f"{self.name}_rejected"

    @property
    def metrics_table(self) -> str:
        """Name of the daily metrics table."""
        return self.metrics.table

    @property
    def tables(self) -> tuple[str, str, str, str]:
        """All four table names: raw, clean, rejected, metrics."""
        return self.raw_table, self.clean_table, self.rejected_table, self.metrics_table

    @property
    def column_types(self) -> dict[str, str]:
        """Name -> type of the clean columns, in order."""
        return {name: column.type for name, column in self.columns.items()}

    def file_days(self, day: date) -> tuple[date, ...]:
        """The days whose files may hold rows of `day`: day .. day + late_days."""
        return tuple(day + timedelta(days=n) for n in range(self.late_days + 1))

    def event_days(self, file_day: date) -> tuple[date, ...]:
        """The days whose rows may stand in the files of `file_day`: file_day - late_days .. it."""
        return tuple(file_day - timedelta(days=n) for n in range(self.late_days, -1, -1))


def raw_prefix(source: LogSource, day: date) -> str:
    """The key prefix of a day's raw files, such as `logs/event_date=2026-01-01/`."""
    return source.raw.path.format(
        event_date=day.isoformat(), year=f"{day:%Y}", month=f"{day:%m}", day=f"{day:%d}"
    )


def raw_root(source: LogSource) -> str:
    """The key prefix above all days' folders, such as `logs/`."""
    head, slash, _ = source.raw.path.partition("{")[0].rpartition("/")
    return head + slash


def read_source(path: Path) -> LogSource:
    """The source in a YAML file; SourceError with a line per problem."""
    try:
        document = parse_yaml(path.read_text(encoding="utf-8-sig"))
        return LogSource.model_validate(document)
    except ValidationError as error:
        raise SourceError(_listed(path, problem_lines(error, _KEYS))) from error
    except OSError as error:
        raise SourceError(_listed(path, [error.strerror or str(error)])) from error
    except ValueError as error:
        raise SourceError(_listed(path, [str(error)])) from error


def load_sources(folders: Iterable[Path]) -> dict[str, LogSource]:
    """Name -> source for every *.yaml and *.yml file of the folders, in order of folder and name.

    SourceError lists the problems of all files together, names and tables used twice included.
    """
    read: dict[Path, LogSource] = {}
    errors: list[str] = []
    for path in _yaml_files(folders):
        try:
            read[path] = read_source(path)
        except SourceError as error:
            errors.append(str(error))
    errors += [*_used_twice(read), *_shared_files(read)]
    if errors:
        raise SourceError("\n".join(errors))
    return {source.name: source for source in read.values()}


def _yaml_files(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        if not folder.is_dir():
            raise SourceError(f"{folder}: no such folder of source files")
        yield from sorted(path for path in folder.iterdir() if path.suffix in (".yaml", ".yml"))


def _used_twice(read: Mapping[Path, LogSource]) -> list[str]:
    names: dict[str, Path] = {}
    owners: dict[str, Path] = {}
    errors: list[str] = []
    for path, source in read.items():
        if first := names.get(source.name):
            errors.append(f"{path}: name: '{source.name}' is also in {first}")
            continue
        names[source.name] = path
        for table in source.tables:
            if table in owners:
                errors.append(f"{path}: table '{table}' also belongs to {owners[table]}")
            owners.setdefault(table, path)
    return errors


def _shared_files(read: Mapping[Path, LogSource]) -> list[str]:
    """Sources that would read each other's files: one's folder of a day holds the other's."""
    return [
        f"{path}: raw.path: '{read[path].raw.path}' holds the files of '{read[first].raw.path}' "
        f"({first}), or stands in it: give each source a folder of its own"
        for first, path in combinations(read, 2)
        if read[first].name != read[path].name and _same_files(read[first], read[path])
    ]


def _same_files(one: LogSource, other: LogSource) -> bool:
    first, second = (raw_prefix(source, one.start_date) for source in (one, other))
    return first.startswith(second) or second.startswith(first)


def _listed(path: Path, messages: Iterable[str]) -> str:
    return "\n".join(f"{path}: {message}" for message in messages)


def _keys(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


_KEYS: Final = KeysAt(
    {
        "": _keys(LogSource),
        "raw": _keys(Raw),
        "columns.*": _keys(Column),
        "metrics": _keys(Metrics),
        "checks": _keys(Checks),
        "synthetic": _keys(Synthetic),
    }
)
