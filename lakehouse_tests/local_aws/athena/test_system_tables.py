"""information_schema, "t$partitions", "t$properties", and views as the catalog keeps them."""

from typing import Any

import pytest

from lakehouse_tests.local_aws.athena.lake import Lake

DELIMITED = "ROW FORMAT DELIMITED FIELDS TERMINATED BY ','"


@pytest.fixture
def made(lake: Lake) -> Lake:
    lake.create("a int COMMENT 'x', b array<string>", f"PARTITIONED BY (d date) {DELIMITED}")
    t = f"{lake.database}.t"
    lake.queries.must(f"ALTER TABLE {t} ADD PARTITION (d='2026-01-01') PARTITION (d='2026-01-02')")
    lake.queries.must(f"CREATE VIEW {lake.database}.v AS SELECT a FROM {t}")
    return lake


def where(lake: Lake, select: str, schema: str = "table_schema") -> list[tuple[str | None, ...]]:
    return lake.queries.must(f"{select} WHERE {schema} = '{lake.database}' ORDER BY 1, 2, 3").rows


def test_information_schema_shows_the_catalog(made: Lake) -> None:
    tables = "SELECT table_name, table_type, table_catalog FROM information_schema.tables"
    assert where(made, tables) == [
        ("t", "BASE TABLE", "awsdatacatalog"),
        ("v", "VIEW", "awsdatacatalog"),
    ]
    columns = (
        "SELECT table_name, ordinal_position, column_name, data_type, is_nullable, column_default, "
        "comment, extra_info FROM awsdatacatalog.information_schema.columns"
    )
    assert where(made, columns) == [
        ("t", "1", "a", "integer", "YES", None, "x", None),
        ("t", "2", "b", "array(varchar)", "YES", None, None, None),
        ("t", "3", "d", "date", "YES", None, None, "partition key"),
        ("v", "1", "a", "integer", "YES", None, None, None),
    ]
    views = "SELECT table_name, view_definition, 1 FROM information_schema.views"
    assert where(made, views) == [("v", f"SELECT a FROM {made.database}.t", "1")]
    schemata = "SELECT schema_name, catalog_name, 1 FROM information_schema.schemata"
    assert where(made, schemata, "schema_name") == [(made.database, "awsdatacatalog", "1")]
    missing = made.queries.run("SELECT * FROM information_schema.nope")
    assert missing.reason.startswith("TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.info")


def test_what_athena_cannot_read_does_not_hide_the_rest(made: Lake) -> None:
    for name, kind, original in (("odd", "EXTERNAL_TABLE", ""), ("spark", "VIRTUAL_VIEW", "x")):
        made.queries.glue.create_table(
            DatabaseName=made.database,
            TableInput={
                "Name": name,
                "TableType": kind,
                "ViewOriginalText": original,
                "StorageDescriptor": {
                    "Columns": [{"Name": "a", "Type": "int"}, {"Name": "b", "Type": "no<such>"}]
                },
            },
        )
    columns = "SELECT table_name, column_name, data_type FROM information_schema.columns"
    assert where(made, columns) == [
        ("odd", "a", "integer"),
        ("spark", "a", "integer"),
        ("t", "a", "integer"),
        ("t", "b", "array(varchar)"),
        ("t", "d", "date"),
        ("v", "a", "integer"),
    ]
    views = "SELECT table_name, 1, 1 FROM information_schema.views"
    assert where(made, views) == [("v", "1", "1")]


def test_partitions_and_properties_are_tables(made: Lake) -> None:
    done = made.queries.must(f'SELECT * FROM {made.database}."t$partitions" ORDER BY d DESC')
    assert (done.rows, done.types) == ([("2026-01-02",), ("2026-01-01",)], ["date"])
    newest = made.queries.must(f'SELECT max(d) FROM {made.database}."t$partitions"')
    assert (newest.rows, newest.scanned) == ([("2026-01-02",)], 0)
    properties = made.queries.must(f'SELECT "external" FROM {made.database}."t$properties"')
    assert properties.rows == [("TRUE",)]
    view = made.queries.run(f'SELECT * FROM {made.database}."v$partitions"')
    assert view.reason.startswith("TABLE_NOT_FOUND")


def test_names_in_a_view_stand_in_its_own_database(made: Lake) -> None:
    made.put("plain/x.csv", b"7\n")
    made.create("a int", DELIMITED, "plain")
    context = {"QueryExecutionContext": {"Database": made.database}}
    made.queries.must("CREATE VIEW w AS SELECT a AS b FROM plain", **context)
    rows = made.queries.must(f"SELECT b FROM {made.database}.w").rows
    assert rows == [("7",)]


def test_views_that_do_not_fit_any_more_are_refused(made: Lake, client: Any) -> None:
    database = made.database
    made.queries.must(f"CREATE VIEW {database}.star AS SELECT * FROM {database}.v")
    made.queries.must(f"CREATE OR REPLACE VIEW {database}.v AS SELECT a, d FROM {database}.t")
    star = made.queries.run(f"SELECT * FROM {database}.star")
    assert star.reason == (
        f"VIEW_IS_STALE: line 1:15: View 'awsdatacatalog.{database}.star' is stale or in invalid "
        "state: stored view column count (1) does not match column count derived from the view "
        "query analysis (2)"
    )
    made.queries.must(f"CREATE OR REPLACE VIEW {database}.v AS SELECT 'x' AS a")
    assert "cannot be coerced to column [a] of type integer" in (
        made.queries.run(f"SELECT * FROM {database}.star").reason
    )
    entry = client("glue").get_table(DatabaseName=database, Name="v")["Table"]
    made.queries.must(f"CREATE OR REPLACE VIEW {database}.v AS SELECT a FROM {database}.t")
    entry = {k: entry[k] for k in ("Name", "TableType", "StorageDescriptor", "Parameters")}
    broken = {**entry, "ViewOriginalText": "/* Presto View: e30= */"}
    client("glue").update_table(DatabaseName=database, TableInput=broken)
    reason = made.queries.run(f"SELECT * FROM {database}.v").reason
    assert reason == f"INVALID_VIEW: Invalid view JSON of view '{database}.v'"


def test_a_view_of_itself_is_refused(made: Lake) -> None:
    database = made.database
    made.queries.must(f"CREATE VIEW {database}.one AS SELECT a FROM {database}.v")
    made.queries.must(f"CREATE OR REPLACE VIEW {database}.v AS SELECT a FROM {database}.one")
    reason = made.queries.run(f"SELECT * FROM {database}.v").reason
    assert reason.startswith("VIEW_IS_RECURSIVE: ")
    assert f"View is recursive: 'awsdatacatalog.{database}.v'" in reason
