"""Functions whose DuckDB expression depends on their arguments' types or written values.

A builder takes translated arguments and returns the translated call; the builders stand in the
`*_builders` modules, plain templates in the `functions_*` tables, functions with lambdas in
`lambdas`.
"""

from lakehouse.local_aws.athena.builder import Builder
from lakehouse.local_aws.athena.json_builders import JSON_BUILDERS
from lakehouse.local_aws.athena.nested_builders import NESTED_BUILDERS
from lakehouse.local_aws.athena.number_builders import NUMBER_BUILDERS
from lakehouse.local_aws.athena.regexp_builders import REGEXP_BUILDERS
from lakehouse.local_aws.athena.text_builders import TEXT_BUILDERS
from lakehouse.local_aws.athena.time_builders import TIME_BUILDERS
from lakehouse.local_aws.athena.time_text_builders import TIME_TEXT_BUILDERS

BUILDERS: dict[str, Builder] = {
    **TEXT_BUILDERS,
    **REGEXP_BUILDERS,
    **JSON_BUILDERS,
    **TIME_BUILDERS,
    **TIME_TEXT_BUILDERS,
    **NUMBER_BUILDERS,
    **NESTED_BUILDERS,
}
