"""Which operation of S3 a request is.

Belongs here: the routes, derived from AWS's own model of S3 as botocore ships it: method, path,
query and headers that tell one operation from another.
Does not belong here: what becomes of an operation (`operations`).
"""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl

import botocore.loaders
from botocore.model import OperationModel, ServiceModel

from lakehouse.local_aws.s3.errors import method_not_allowed
from lakehouse.local_aws.s3.request import S3Request

Level = Literal["SERVICE", "BUCKET", "OBJECT"]

POST_OBJECT = "PostObject"
"""An upload by a browser's form; AWS documents it, but no SDK has it, nor has the model."""

_TELLING_HEADERS = {"x-amz-copy-source"}
_TELLING_PARAMETERS = {"uploadId"}


@dataclass(frozen=True)
class Route:
    """What a request must have to be an operation: None as a parameter's value means any."""

    operation: str
    parameters: Mapping[str, str | None]
    headers: frozenset[str]

    def fits(self, request: S3Request) -> bool:
        """Whether a request of this route's method and level is this operation."""
        return self.headers <= request.headers.keys() and all(
            name in request.query and value in (None, request.query[name])
            for name, value in self.parameters.items()
        )


@dataclass(frozen=True)
class Routes:
    """All routes: the more a route demands, the earlier it stands.

    `by_path` are the operations on fixed paths, by method and path. `subresources` are the
    parameters that make an operation another one; a request may have only those that its
    operation has. `aliases` are operations that are others by an older name.
    """

    by_method: Mapping[tuple[str, Level], Sequence[Route]]
    by_path: Mapping[tuple[str, str], str]
    subresources: frozenset[str]
    aliases: Mapping[str, str]


def operation_of(request: S3Request) -> str:
    """The operation that a request is; MethodNotAllowed if it is none."""
    level = _level(request)
    if request.method == "POST" and level == "BUCKET" and _is_upload_form(request):
        return POST_OBJECT
    routes = s3_routes()
    if (request.method, request.resource) in routes.by_path:
        return routes.by_path[request.method, request.resource]
    known = routes.by_method.get((request.method, level), ())
    named = routes.subresources & request.query.keys()
    if known and not (named or known[-1].parameters or _TELLING_HEADERS & request.headers.keys()):
        return known[-1].operation  # the one that demands nothing, as most requests do
    for route in known:
        if route.fits(request):
            if named - route.parameters.keys():
                break
            return route.operation
    subresource = next(iter(named), "")
    raise method_not_allowed(request.method, subresource.upper() or level)


def _level(request: S3Request) -> Level:
    if not request.bucket:
        return "SERVICE"
    return "BUCKET" if request.key is None else "OBJECT"


def _is_upload_form(request: S3Request) -> bool:
    return request.headers.get("content-type", "").lower().startswith("multipart/form-data")


def _model() -> ServiceModel:
    loader = botocore.loaders.create_loader()
    return ServiceModel(loader.load_service_model("s3", "service-2"), "s3")


def s3_operation_names() -> list[str]:
    """The names of all operations in AWS's model."""
    return list(_model().operation_names)


@functools.cache
def s3_routes() -> Routes:
    """The routes of all operations."""
    model = _model()
    found: dict[tuple[str, Level], dict[object, Route]] = {}
    by_path, aliases = {}, {}
    for name in sorted(model.operation_names, key=lambda name: _age(model, name)):
        operation = model.operation_model(name)
        path, _, query = operation.http["requestUri"].partition("?")
        if path not in _LEVELS:
            by_path[operation.http["method"], path] = name
            continue
        route = _route(operation, query)
        same = found.setdefault((operation.http["method"], _LEVELS[path]), {})
        known = same.setdefault(frozenset({*route.parameters.items(), *route.headers}), route)
        if known is not route and operation.deprecated:
            aliases[name] = known.operation
    ordered = {key: sorted(routes.values(), key=_demands) for key, routes in found.items()}
    return Routes(ordered, by_path, _subresources(model), aliases)


_LEVELS: Mapping[str, Level] = {"/": "SERVICE", "/{Bucket}": "BUCKET", "/{Bucket}/{Key+}": "OBJECT"}


def _age(model: ServiceModel, name: str) -> tuple[bool, str]:
    """Deprecated operations last, so that their successors keep the route."""
    return model.operation_model(name).deprecated, name


def _route(operation: OperationModel, query: str) -> Route:
    parameters: dict[str, str | None] = {
        name: value or None for name, value in parse_qsl(query, keep_blank_values=True)
    }
    headers = set()
    shape = operation.input_shape
    required = [shape.members[name] for name in shape.required_members] if shape else []
    for place in (member.serialization for member in required):
        if place.get("location") == "querystring":
            parameters.setdefault(place["name"], None)
        if place.get("location") == "header" and place["name"].lower() in _TELLING_HEADERS:
            headers.add(place["name"].lower())
    return Route(operation.name, parameters, frozenset(headers))


def _demands(route: Route) -> tuple[int, str]:
    return -len(route.parameters) - len(route.headers), route.operation


def _subresources(model: ServiceModel) -> frozenset[str]:
    names = set(_TELLING_PARAMETERS)
    for operation in model.operation_names:
        query = model.operation_model(operation).http["requestUri"].partition("?")[2]
        names.update(name for name, _ in parse_qsl(query, keep_blank_values=True))
    return frozenset(names)
