"""Names that generated TypeScript keeps clear of, on top of the language's own (`naming.TYPESCRIPT`).

Fixed lists: a name in an SDK must not change because the runtime gained a method. So each list also holds what the runtime
may gain; tests assert that they hold all that the runtime has.
"""

from __future__ import annotations

from pygen_codegen.emitting.allocation import Reserved
from pygen_codegen.naming import TYPESCRIPT, TYPESCRIPT_MEMBERS


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


IMPORTED = _names(
    """
    CalendarDate EdgeResource EdgeToMany EdgeToOne EdgeWrite IntegerText IsoTimestamp JsonValue ModelClient NodeId NodeResource
    NodeWrite OpenEnum ReadApi ReverseToOne Scope ToMany ToOne View WriteApi
    defineView direct edges reverse toMany toOne
    """
)
"""Everything that generated modules import from the runtime."""

SPECIAL = _names(
    "client define describe fdescribe xdescribe it fit xit test ftest xtest graphql require scope readonly declare"
)
"""Parameters of generated code, and functions whose calls formatters lay out in a way of their own."""

OBJECT = _names(
    """
    space externalId version createdTime lastUpdatedTime deletedTime nodeType edgeType startNode endNode instanceType
    existingVersion toJSON
    """
)
"""What nodes, edges and their write objects have, whatever their view."""

CLIENT = _names(
    """
    pygen scope views models defaultSpace withOptions close
    retrieve search query upsert tryUpsert planUpsert delete tryDelete changes
    """
)
"""Attributes of the client of a model."""

OF_MODELS = _names("Blob Event File Generator Request Response")
"""Types of the platform that models speak of, and generated code does not: `Generator_` would please nobody. Whoever needs both in
one module renames one where it is imported."""

RESERVED = Reserved(
    package=(TYPESCRIPT - OF_MODELS) | IMPORTED | SPECIAL,
    client=TYPESCRIPT_MEMBERS | CLIENT,
    objects=TYPESCRIPT_MEMBERS | OBJECT,
)
"""Keywords may well be properties: `turbine.class` needs no other name."""
