"""The JSON Schema of a source file, for editors that complete and check YAML while it is written.

It is made from the model, so it knows every key and type of value; what must hold between keys
(declared names, expressions) is checked by `lakehouse sources`.
"""

import json
from typing import Final

from lakehouse.source import LogSource

SCHEMA_FILE: Final = "source.schema.json"
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def source_schema() -> str:
    """The schema's text."""
    schema = LogSource.model_json_schema(by_alias=True)
    schema["title"] = "A log source of lakehouse"
    schema["description"] = "One file is one source; see `lakehouse sources --help`."
    return json.dumps({"$schema": DIALECT} | schema, indent=2) + "\n"
