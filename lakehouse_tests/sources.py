"""Sources that tests use: the built-in ones, read from their files."""

from lakehouse.source import LogSource, load_sources
from lakehouse.source_folders import source_folders


def built_in(name: str) -> LogSource:
    """A built-in source."""
    return load_sources(source_folders({}))[name]
