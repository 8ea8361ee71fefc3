"""The metastore's protocol over a socket, with a Thrift client: calls, answers and exceptions."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from thriftpy2.rpc import make_client

from lakehouse.local_aws.catalog.catalog import Catalog
from lakehouse.local_aws.metastore.interface import hive
from lakehouse.local_aws.metastore.server import Metastore
from lakehouse.local_aws.objects.store import ObjectStore
from lakehouse.local_aws.state import State

SERDE = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"


@pytest.fixture
def objects(tmp_path: Path) -> Iterator[ObjectStore]:
    store = ObjectStore(tmp_path)
    store.create_bucket("lake")
    yield store
    store.close()


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    state = State(tmp_path / "state.db")
    yield Catalog(state, "123456789012/us-east-1")
    state.close()


def connected(uri: str) -> Any:
    address = urlsplit(uri)
    return make_client(hive().ThriftHiveMetastore, address.hostname or "", address.port or 0)


@pytest.fixture
def client(catalog: Catalog, objects: ObjectStore) -> Iterator[Any]:
    metastore = Metastore(catalog, objects)
    uri = metastore.uri()
    assert metastore.uri() == uri
    client = connected(uri)
    client.create_database(hive().Database(name="d", locationUri="s3://lake/d"))
    yield client
    client.close()
    metastore.close()


def table(name: str, **fields: Any) -> Any:
    storage = hive().StorageDescriptor(
        cols=[hive().FieldSchema(name="id", type="int")],
        inputFormat="in",
        outputFormat="out",
        serdeInfo=hive().SerDeInfo(serializationLib=SERDE),
    )
    given = {"tableName": name, "dbName": "d", "sd": storage, "tableType": "MANAGED_TABLE"}
    return hive().Table(**{**given, **fields})


def partition(*values: str, location: str | None = None) -> Any:
    storage = table("t").sd
    storage.location = location
    return hive().Partition(dbName="d", tableName="t", values=list(values), sd=storage)


def partitioned() -> Any:
    return table("t", partitionKeys=[hive().FieldSchema(name="day", type="string")])


def add(client: Any, *partitions: Any, if_not_exists: bool = False) -> Any:
    request = hive().AddPartitionsRequest(
        dbName="d", tblName="t", parts=list(partitions), ifNotExists=if_not_exists
    )
    return client.add_partitions_req(request)


def test_a_table_gets_a_folder_below_its_database(
    client: Any, catalog: Catalog, objects: ObjectStore
) -> None:
    client.create_table(table("T1"))
    stored = catalog.table("d", "t1")
    assert stored["StorageDescriptor"]["Location"] == "s3://lake/d/t1"
    assert stored["Parameters"]["transient_lastDdlTime"].isdecimal()
    assert (objects.bucket_dir("lake") / "d" / "t1").is_dir()
    assert objects.list("lake") == []
    assert client.get_table("d", "t1").sd.location == "s3://lake/d/t1"


@pytest.mark.parametrize(
    ("pattern", "names"),
    [("*", ["logs", "logs_raw", "users"]), ("logs*", ["logs", "logs_raw"]), ("USERS|x", ["users"])],
)
def test_names_match_hives_patterns(client: Any, pattern: str, names: list[str]) -> None:
    for name in ("logs", "logs_raw", "users"):
        client.create_table(table(name))
    assert client.get_tables("d", pattern) == names
    assert client.get_tables_by_type("d", pattern, "VIRTUAL_VIEW") == []


def test_the_data_of_a_managed_table_goes_with_it(client: Any, objects: ObjectStore) -> None:
    client.create_table(table("gone"))
    objects.put("lake", "d/gone/put", b"1")
    (objects.bucket_dir("lake") / "d" / "gone" / "written").write_bytes(b"2")
    objects.put("lake", "d/gone_not", b"3")
    client.drop_table_with_environment_context("d", "gone", True, None)
    assert [stored.key for stored in objects.list("lake")] == ["d/gone_not"]
    assert not (objects.bucket_dir("lake") / "d" / "gone").exists()


def test_the_data_of_an_external_table_stay(client: Any, objects: ObjectStore) -> None:
    client.create_table(table("kept", parameters={"EXTERNAL": "TRUE"}, tableType="EXTERNAL_TABLE"))
    objects.put("lake", "d/kept/put", b"1")
    client.drop_table_with_environment_context("d", "kept", True, None)
    assert [stored.key for stored in objects.list("lake")] == ["d/kept/put"]


def test_partitions_are_added_found_and_dropped(client: Any, objects: ObjectStore) -> None:
    client.create_table(partitioned())
    added = add(client, partition("a:1"), partition("b", location="s3://lake/else/where"))
    assert [one.values for one in added.partitions] == [["a:1"], ["b"]]
    assert client.get_partition_names("d", "t", -1) == ["day=a%3A1", "day=b"]
    found = client.get_partitions_by_names("d", "t", ["day=a%3A1", "day=b", "day=c"])
    assert [one.sd.location for one in found] == ["s3://lake/d/t/day=a%3A1", "s3://lake/else/where"]
    [filtered] = client.get_partitions_by_filter("d", "t", 'day != "b"', -1)
    assert filtered.values == ["a:1"]
    objects.put("lake", "else/where/file", b"1")
    assert client.drop_partition_with_environment_context("d", "t", ["b"], True, None)
    assert client.get_partition_names("d", "t", -1) == ["day=a%3A1"]
    assert objects.list("lake") == []


def test_partitions_that_are_there_are_an_error_unless_allowed(client: Any) -> None:
    client.create_table(partitioned())
    add(client, partition("a"))
    with pytest.raises(hive().AlreadyExistsException):
        add(client, partition("a"), partition("b"))
    assert [one.values for one in client.get_partitions("d", "t", -1)] == [["a"], ["b"]]
    again = add(client, partition("b"), partition("c"), if_not_exists=True)
    assert [one.values for one in again.partitions] == [["c"]]
    assert len(client.get_partitions("d", "t", 2)) == 2


def test_partitions_are_found_by_some_of_their_values(client: Any) -> None:
    keys = [hive().FieldSchema(name="day", type="string"), hive().FieldSchema(name="n", type="int")]
    client.create_table(table("t", partitionKeys=keys))
    add(client, partition("a", "1"), partition("a", "2"), partition("b", "1"))
    assert client.get_partition_names_ps("d", "t", ["a", ""], -1) == ["day=a/n=1", "day=a/n=2"]
    found = client.get_partitions_ps_with_auth("d", "t", ["", "1"], -1, "me", [])
    assert [one.values for one in found] == [["a", "1"], ["b", "1"]]


def test_a_renamed_partition_keeps_its_data(client: Any) -> None:
    client.create_table(partitioned())
    add(client, partition("a"))
    moved = client.get_partition("d", "t", ["a"])
    moved.values = ["z"]
    client.rename_partition("d", "t", ["a"], moved)
    [only] = client.get_partitions("d", "t", -1)
    assert (only.values, only.sd.location) == (["z"], "s3://lake/d/t/day=a")


def test_an_altered_table_is_external_if_its_property_says_so(
    client: Any, catalog: Catalog
) -> None:
    client.create_table(table("t"))
    altered = client.get_table("d", "t")
    altered.parameters["EXTERNAL"] = "TRUE"
    client.alter_table_with_environment_context("d", "t", altered, None)
    stored = catalog.table("d", "t")
    assert (stored["TableType"], stored["VersionId"]) == ("EXTERNAL_TABLE", "1")


def test_a_database_of_this_machine_has_no_location(client: Any, catalog: Catalog) -> None:
    client.create_database(hive().Database(name="here", locationUri="file:/tmp/here.db"))
    assert "LocationUri" not in catalog.database("here")
    assert client.get_database("here").locationUri == ""
    with pytest.raises(hive().InvalidObjectException, match="is not a location in S3"):
        client.create_table(table("x", dbName="here"))


@pytest.mark.parametrize(
    ("call", "arguments", "exception", "words"),
    [
        ("get_database", ("nobody",), "NoSuchObjectException", "Database nobody not found."),
        ("get_table", ("d", "nobody"), "NoSuchObjectException", "Table nobody not found."),
        ("get_tables", ("nobody", "*"), "MetaException", "Database nobody not found."),
        ("get_partition", ("d", "t", ["x"]), "NoSuchObjectException", "Cannot find partition."),
        ("get_function", ("d", "f"), "NoSuchObjectException", "Function d.f not found."),
        ("drop_database", ("d", True, False), "InvalidOperationException", "Database d is not"),
    ],
)
def test_errors_are_the_interfaces_own(
    client: Any, call: str, arguments: tuple[Any, ...], exception: str, words: str
) -> None:
    client.create_table(partitioned())
    with pytest.raises(getattr(hive(), exception), match=words):
        getattr(client, call)(*arguments)


def test_what_aws_does_not_do_is_refused(client: Any) -> None:
    client.create_table(table("t"))
    renamed = table("t2")
    with pytest.raises(hive().MetaException, match="Table rename is not supported"):
        client.alter_table_with_environment_context("d", "t", renamed, None)
    with pytest.raises(hive().MetaException, match="Cascade for alter_table is not supported"):
        client.alter_table_with_cascade("d", "t", table("t"), True)
    with pytest.raises(hive().InvalidObjectException, match="Functions in the Data Catalog"):
        client.create_function(hive().Function(functionName="f", dbName="d"))
    with pytest.raises(hive().InvalidObjectException, match="Unable to create path: s3://no/t"):
        storage = table("x").sd
        storage.location = "s3://no/t"
        client.create_table(table("x", sd=storage))


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({}, "TableType"),
        ({"TableType": "EXTERNAL_TABLE"}, "StorageDescriptor"),
        (
            {"TableType": "EXTERNAL_TABLE", "StorageDescriptor": {"InputFormat": "in"}},
            "StorageDescriptor#OutputFormat",
        ),
    ],
)
def test_a_table_that_hive_cannot_use_is_an_error(
    client: Any, catalog: Catalog, fields: dict[str, Any], missing: str
) -> None:
    catalog.put_table("d", {"Name": "bare", **fields})
    with pytest.raises(hive().MetaException, match=f"{missing} cannot be null for table: bare"):
        client.get_table("d", "bare")


def test_many_clients_at_once(client: Any, catalog: Catalog, objects: ObjectStore) -> None:
    metastore = Metastore(catalog, objects)
    clients = [connected(metastore.uri()) for _ in range(8)]
    assert [one.get_all_databases() for one in clients] == [["d"]] * 8
    metastore.close()
    for one in clients:
        one.close()
