"""What a request is about, as far as its method and path tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple

from starlette.types import Scope

Kind = Literal["query", "apply", "delete"]

_API: Final = "/api/v1/"
_APPLY: Final = "instances"
_DELETE: Final = "instances/delete"
_DEFAULT_ROWS: Final[Mapping[str, int]] = {"instances/list": 1000, "instances/search": 1000}
_DEFAULT_EXPRESSION_ROWS: Final = 100


class Operation(NamedTuple):
    """A request's place in the API.

    Attributes:
        method: HTTP method.
        project: Project in the path; empty outside of projects.
        name: The path below the project without `models/`, such as `instances/list`.
    """

    method: str
    project: str
    name: str

    @property
    def kind(self) -> Kind | None:
        """Which budget of concurrent instance requests it counts against (contract §1.8); None: none."""
        if self.name == _DELETE:
            return "delete"
        if self.name == _APPLY:
            return "apply"
        return "query" if self.name.startswith("instances/") else None


def operation_of(scope: Scope) -> Operation:
    """The operation that an ASGI scope names."""
    path: str = scope["path"].strip("/")
    below = path.removeprefix(_API.strip("/") + "/")
    parts = below.split("/", 2)
    if below == path or parts[0] != "projects" or len(parts) < 3:
        return Operation(scope["method"], "", below)
    return Operation(scope["method"], parts[1], parts[2].removeprefix("models/"))


def rows_asked(name: str, body: Mapping[str, Any]) -> int:
    """How many rows a request asks for: its limit, the API's default without one, the largest of its result sets, or its items."""
    expressions = body.get("with")
    if isinstance(expressions, dict):
        return max((_limit(one, _DEFAULT_EXPRESSION_ROWS) for one in expressions.values()), default=0)
    items = body.get("items")
    return len(items) if isinstance(items, list) else _limit(body, _DEFAULT_ROWS.get(name, 0))


def _limit(holder: Any, default: int) -> int:
    limit = holder.get("limit") if isinstance(holder, dict) else None
    return limit if isinstance(limit, int) else default


def cursors_in(body: Mapping[str, Any]) -> frozenset[str]:
    """The cursors that a request goes on from."""
    several = body.get("cursors")
    candidates = [body.get("cursor"), *(several.values() if isinstance(several, dict) else ())]
    return frozenset(one for one in candidates if isinstance(one, str))
