"""How much a project may define (contract Appendix A); what belongs to the system does not count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final, Protocol

from pygen.server.errors import RefusedError
from pygen.server.schema import Schema, Stamped, ViewKey

LIMITS: Final = {"spaces": 100, "containers": 1000, "views": 2000, "dataModels": 500, "containerProperties": 25_000}
_MAX_VERSIONS: Final = 100
_NAMES: Final = {"dataModels": "data models", "containerProperties": "properties of containers"}


class _Defined(Protocol):
    @property
    def stored(self) -> Stamped: ...


def counts(schema: Schema) -> dict[str, int]:
    """How many of each thing in `LIMITS` the project has."""
    containers = [one for one in schema.containers.values() if not one.stored.is_global]
    return {
        "spaces": sum(not one.is_global for one in schema.spaces.values()),
        "containers": len(containers),
        "views": _own(schema.views.values()),
        "dataModels": _own(schema.data_models.values()),
        "containerProperties": sum(len(one.stored.definition["properties"]) for one in containers),
    }


def _own(known: Iterable[_Defined]) -> int:
    return sum(not one.stored.is_global for one in known)


def check(schema: Schema) -> None:
    """Refuse a schema that holds more than a project may have.

    Raises:
        RefusedError: It does; which limit, and what it is.
    """
    for what, count in counts(schema).items():
        if count > LIMITS[what]:
            raise RefusedError(f"A project has at most {LIMITS[what]} {_NAMES.get(what, what)}; this makes it {count}.")
    _check_versions("view", schema.views)
    _check_versions("data model", schema.data_models)


def _check_versions(kind: str, known: Mapping[ViewKey, object]) -> None:
    for (space, external_id), count in Counter(key[:2] for key in known).items():
        if count > _MAX_VERSIONS:
            raise RefusedError(f"The {kind} '{space}:{external_id}' has more than {_MAX_VERSIONS} versions.")
