"""Clashes of names, told as findings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from pygen_codegen.ir import Finding
from pygen_codegen.ir.findings import Findings
from pygen_codegen.naming import Clash, Scope
from pygen_runtime.schema import ViewId


class Named(NamedTuple):
    """Whom a name is for.

    Attributes:
        text: How it is spoken of.
        view: The view that it is, or belongs to.
        property: The property that it is, or is made from.
        made_up: Whether the data model knows nothing of it.
    """

    text: str
    view: ViewId | None = None
    property: str | None = None
    made_up: bool = False


class NameFindings:
    """Gathers what became of names in the scopes of an SDK."""

    def __init__(self) -> None:
        self._findings = Findings()

    def tell(self, scope: Scope, place: str, named: Mapping[str, Named]) -> None:
        """Tell of the clashes in a scope.

        Args:
            scope: The scope, filled.
            place: What it is the scope of.
            named: Owner → whom it stands for. Whoever is missing is made up, and spoken of as it is.
        """
        for clash in scope.clashes:
            self._tell(clash, place, named)

    def all(self) -> tuple[Finding, ...]:
        """All of them."""
        return self._findings.all()

    def _tell(self, clash: Clash, place: str, named: Mapping[str, Named]) -> None:
        owner = _named(clash.owner, named)
        if clash.holder is None:
            code, reason = "reserved-name", "that name is reserved"
        else:
            code = "derived-name" if owner.made_up else "name-conflict"
            reason = f"{_named(clash.holder, named).text} is called that"
        message = f"in {place}, {owner.text} cannot be called {clash.wish}, because {reason}"
        self._findings.add(code, message, f"it is called {clash.name}", view=owner.view, property=owner.property)


def _named(owner: str, named: Mapping[str, Named]) -> Named:
    return named.get(owner, Named(owner, made_up=True))
