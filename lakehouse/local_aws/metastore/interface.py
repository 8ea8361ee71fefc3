"""The Hive Metastore's Thrift interface as Python classes, read from hive_metastore.thrift once.

Nothing but loading: what the structs mean is in `structs`, what the calls do in `databases`,
`tables` and `partitions`.
"""

import functools
from pathlib import Path
from types import ModuleType

import thriftpy2

_FILE = Path(__file__).with_name("hive_metastore.thrift")


@functools.cache
def hive() -> ModuleType:
    """The structs, exceptions and the service `ThriftHiveMetastore` of the interface.

    Loaded at the first call, because only jobs that ask for the catalog need it.
    """
    return thriftpy2.load(str(_FILE), module_name="hive_metastore_thrift")
