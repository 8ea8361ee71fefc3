"""Hostile SQL by the hundred: whatever is written, DuckDB runs no function, file or setting of it.

The statements go the whole way from text to rows, in this process; a secret file stands beside the
engine. `test_sandbox` has the same through the API, by hand.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lakehouse.local_aws.athena import text
from lakehouse.local_aws.athena.engine import Engine
from lakehouse.local_aws.athena.errors import QueryError
from lakehouse.local_aws.athena.statement import parse
from lakehouse.local_aws.athena.statements import Select
from lakehouse.local_aws.athena.translate import translate
from lakehouse.local_aws.errors import AwsError
from lakehouse_tests.local_aws.athena.test_cases import NoTables

SECRET = "top-secret-words"
FUNCTIONS = (
    "read_csv", "read_csv_auto", "read_text", "read_blob", "read_json", "read_json_auto",
    "read_parquet", "parquet_scan", "parquet_metadata", "glob", "sniff_csv", "getenv", "query",
    "query_table", "duckdb_settings", "duckdb_secrets", "pragma_database_list", "current_setting",
    "sqlite_scan", "load_extension", "install", "which_secret", "getvariable", "write_log",
)  # fmt: skip
COMMANDS = (
    "COPY {x} TO '{path}.out'", "COPY (SELECT 1) TO '{path}.out'", "ATTACH '{path}' AS x",
    "INSTALL httpfs", "LOAD httpfs", "PRAGMA database_list", "SET enable_external_access = true",
    "EXPORT DATABASE '{path}.out'", "IMPORT DATABASE '{path}'", "CALL pragma_version()",
    "CREATE MACRO f() AS 1", "CREATE FUNCTION f() AS 1", "USE memory", "CHECKPOINT",
    "SELECT 1 INTO OUTFILE '{path}.out'", "FROM '{path}'", "SUMMARIZE '{path}'",
    "PIVOT '{path}' ON a", "DESCRIBE '{path}'", "SHOW ALL TABLES", "CREATE SECRET s (TYPE s3)",
    "DETACH memory",
)  # fmt: skip
PLACES = (
    "SELECT * FROM {x}", "SELECT {x}", "SELECT * FROM TABLE({x})",
    "SELECT * FROM (SELECT * FROM {x})", "WITH a AS (SELECT * FROM {x}) SELECT * FROM a",
    "SELECT 1 WHERE EXISTS (SELECT * FROM {x})",
    "SELECT * FROM (VALUES 1) AS t(a) CROSS JOIN {x}",
    "SELECT count(*) FROM (VALUES 1) ORDER BY {x}", "SELECT transform(ARRAY[1], v -> {x})",
    "SELECT * FROM UNNEST({x})", "SELECT CAST({x} AS varchar)", "SELECT try({x})",
    "SELECT * FROM (VALUES ({x})) AS t(a)", "SELECT 1 UNION ALL SELECT {x}",
    "SELECT 1 GROUP BY {x}", "SELECT sum(1) OVER (PARTITION BY {x})", "SELECT 1 LIMIT {x}",
    "VALUES ({x})", "SELECT a[{x}] FROM (VALUES ARRAY[1]) AS t(a)",
)  # fmt: skip
JOINTS = ("", " ", "\n", "/**/", "/* ' */", "-- x\n", "\t")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, Path]]:
    folder = tmp_path_factory.mktemp("engine")
    secret = tmp_path_factory.mktemp("secret") / "secret.csv"
    secret.write_text(f"{SECRET}\n")
    made = Engine(folder, folder / "staging")
    yield made, secret
    made.close()


def rows(engine: Engine, sql: str) -> tuple[str, list[list[str | None]]]:
    """DuckDB's SQL of a SELECT and its rows. Raises what refuses or fails it."""
    statement = parse(sql)
    if not isinstance(statement, Select):
        return "", []
    session = engine.cursor()
    try:
        translation = translate(statement.tree, sql, NoTables())
        blocks = session.run(session.plan(translation, NoTables()))
        writers = [text.formatter(kind) for kind in translation.types]
        found = [
            [None if v is None else w(v) for v, w in zip(row, writers, strict=True)]
            for block in blocks
            for row in block
        ]
        return translation.sql, found
    finally:
        session.close()


def words(sql: str) -> set[str]:
    """The names and keywords of DuckDB's SQL, without what stands in quotes."""
    tokens = duckdb.tokenize(sql)
    ends = [start for start, _ in tokens[1:]] + [len(sql)]
    parts = (sql[start:end].strip().lower() for (start, _), end in zip(tokens, ends, strict=True))
    return {part for part in parts if part[:1] not in ("'", '"')}


@st.composite
def hostile(draw: st.DrawFn) -> str:
    """A call of a function of DuckDB's, or a file as a table, somewhere in a query."""
    name = draw(st.sampled_from(FUNCTIONS))
    name = draw(
        st.sampled_from((name, name.upper(), f'"{name}"', f"main.{name}", f"system.{name}"))
    )
    joint = draw(st.sampled_from(JOINTS))
    argument = draw(st.sampled_from(("'{path}'", "ARRAY['{path}']", "'{path}', 1", "", "*")))
    call = f"{name}{joint}({joint}{argument})"
    call = draw(st.sampled_from((call, "'{path}'", '"{path}"', f"{call} AS t(a)", f"({call})")))
    return draw(st.sampled_from(PLACES)).replace("{x}", call)


@given(sql=hostile())
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_function_and_no_file_of_the_engine_is_reached(
    engine: tuple[Engine, Path], sql: str
) -> None:
    made, secret = engine
    try:
        duckdb_sql, found = rows(made, sql.replace("{path}", str(secret)))
    except (QueryError, AwsError):
        return
    assert SECRET not in str(found)
    assert not words(duckdb_sql) & set(FUNCTIONS)


@given(
    command=st.sampled_from(COMMANDS),
    joint=st.sampled_from(JOINTS),
    prefix=st.sampled_from(("", "SELECT 1; ", "/* x */ ", "EXPLAIN ", "(", "PREPARE pp FROM ")),
)
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_command_of_the_engine_is_a_statement(
    engine: tuple[Engine, Path], command: str, joint: str, prefix: str
) -> None:
    made, secret = engine
    sql = prefix + command.format(path=secret, x="x").replace(" ", f" {joint}")
    with pytest.raises((QueryError, AwsError)):
        duckdb_sql, _ = rows(made, sql)
        assert duckdb_sql == "", "a command ran"
        raise QueryError("NOT_A_QUERY", "it is DDL over the catalog, not a command of the engine")
    assert sorted(path.name for path in secret.parent.iterdir()) == ["secret.csv"]


PRINTABLE = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30)


@given(value=PRINTABLE, name=PRINTABLE.filter(lambda name: name.strip()))
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_text_and_any_name_stay_what_they_are(
    engine: tuple[Engine, Path], value: str, name: str
) -> None:
    made, _ = engine
    literal, identifier = value.replace("'", "''"), name.replace('"', '""')
    sql = f'SELECT "{identifier}" FROM (SELECT \'{literal}\' AS "{identifier}") AS t'
    _, found = rows(made, sql)
    assert found == [[value]]
