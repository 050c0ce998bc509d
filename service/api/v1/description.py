"""The OpenAPI description: what ninja knows of each operation, and what all operations share.

Ninja does not know which problems an operation answers, which scope it needs, or what a file's
headers are; this adds them, so that the description is complete and can be tested against.
"""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from service.api.v1 import problems
from service.api.v1.problems import CONTENT_TYPE, KINDS

_FILE = {"schema": {"type": "string", "format": "binary"}}
_OF_FILES = {
    "ETag": "The SHA-256 of the whole file.",
    "Repr-Digest": "The same, as RFC 9530 writes it.",
    "Accept-Ranges": "`bytes`.",
    "Content-Disposition": "The file's name.",
}
_FILES = {
    "get_evidence": "application/zip",
    "get_inventory": "application/zip",
    "get_evidence_file": "*/*",
}
_RANGE_HEADERS = [
    {
        "in": "header",
        "name": name,
        "required": False,
        "schema": {"type": "string"},
        "description": what,
    }
    for name, what in (
        ("Range", "One range of bytes, such as `bytes=0-1023` (RFC 9110 §14.2)."),
        ("If-Range", "The entity tag that the range is of."),
        ("If-None-Match", "Entity tags that you have already."),
    )
]


class DescribedApi(NinjaAPI):
    """An API whose description names its problems, scopes and headers."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """The whole description, an OpenAPI 3.1 document."""
        schema = _Schema(self, path_prefix or self.get_root_path(path_params or {}))
        schema["components"]["schemas"]["Problem"] = _problem_schema()
        schema["components"]["responses"] = {
            _name(status): _response(status) for status in sorted({kind.status for kind in KINDS})
        }
        _leave_out_our_notes(schema)
        return schema


class _Schema(OpenAPISchema):
    def operation_security(self, operation: Operation) -> Any:
        """Which scope the token needs: OpenAPI 3.1 lets any scheme name such roles."""
        security = super().operation_security(operation)
        scopes = [auth.scope for auth in operation.auth_callbacks if hasattr(auth, "scope")]
        return [dict.fromkeys(each, scopes) for each in security or []] or None

    def operation_details(self, operation: Operation) -> dict[str, Any]:
        """What ninja knows, and what is added."""
        details: dict[str, Any] = super().operation_details(operation)
        details["summary"] = details["operationId"].replace("_", " ").capitalize()
        for parameter in details["parameters"]:
            parameter["schema"] = _without_null(parameter["schema"])
        if details["operationId"] in _FILES:
            _describe_file(details)
        for status in _statuses(details, operation.methods):
            reference = f"#/components/responses/{_name(status)}"
            details["responses"].setdefault(status, {"$ref": reference})
        details["responses"] = {str(each): what for each, what in details["responses"].items()}
        return details


def _statuses(details: dict[str, Any], methods: list[str]) -> list[int]:
    """Which problems an operation can answer."""
    places = {each["in"] for each in details["parameters"]}
    is_evidence = details.get("tags") == ["evidence"]
    found = {422, 500}  # 422: also a query parameter that there is not
    if "security" in details:
        found |= {401, 403, 429, 503}
    if places or "requestBody" in details:
        found |= {404}
    if "requestBody" in details:
        found |= {400, 411, 413, 415}
    if is_evidence or ("path" in places and methods != ["GET"]):
        found |= {409}
    if is_evidence:
        found |= {410}
    if details["operationId"] in _FILES:
        found |= {416}
    return sorted(found)


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter is there or not; there is no way to write null in a query or header."""
    kinds = [each for each in schema.get("anyOf", []) if each.get("type") != "null"]
    if len(kinds) != 1:
        return schema
    rest = {name: value for name, value in schema.items() if name != "anyOf"}
    return {**rest, **kinds[0]}


def _leave_out_our_notes(node: Any) -> None:
    """The docstring of an enumeration is for who reads the code."""
    if isinstance(node, dict):
        if "enum" in node and "title" in node:
            node.pop("description", None)
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            _leave_out_our_notes(each)


def _describe_file(details: dict[str, Any]) -> None:
    headers = {
        name: {"description": what, "schema": {"type": "string"}}
        for name, what in _OF_FILES.items()
    }
    content = {_FILES[details["operationId"]]: _FILE}
    details["parameters"] = [*details["parameters"], *_RANGE_HEADERS]
    details["responses"] = {
        200: {"description": "The whole file.", "headers": headers, "content": content},
        206: {"description": "The range.", "headers": headers, "content": content},
        304: {"description": "You have it already."},
    }


def _problem_schema() -> dict[str, Any]:
    return {
        "type": "object",
        "title": "Problem",
        "description": "Problem details (RFC 9457); further members depend on the type.",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string", "enum": [kind.type for kind in KINDS]},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string", "description": "What happened and what to do."},
            "errors": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["where", "what"],
                    "properties": {"where": {"type": "string"}, "what": {"type": "string"}},
                },
            },
            "scope": {"type": "string"},
            "state": {"type": "string"},
            "incident": {"type": "string"},
        },
    }


def _response(status: int) -> dict[str, Any]:
    kinds = [kind for kind in KINDS if kind.status == status]
    headers = {401: "WWW-Authenticate", 405: "Allow", 429: "Retry-After", 503: "Retry-After"}
    described: dict[str, Any] = {
        "description": " ".join(
            f"**{kind.title}** (`{kind.name}`): {kind.meaning}" for kind in kinds
        ),
        "content": {
            CONTENT_TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {kind.name: {"value": _example(kind)} for kind in kinds},
            }
        },
    }
    if status in headers:
        described["headers"] = {headers[status]: {"schema": {"type": "string"}}}
    return described


def _example(kind: problems.Kind) -> dict[str, Any]:
    members = {"type": kind.type, "title": kind.title, "status": kind.status}
    return {**members, "detail": kind.meaning}


def _name(status: int) -> str:
    return f"Problem{status}"
