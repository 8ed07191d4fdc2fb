"""Names of what SDKs in all languages have, settled before anything is built.

Scopes, from the widest: the package (classes and what stands beside them, because modules import one another's), the client's
attributes, the attributes of each class. In every scope those whom users see most claim first. Those of one kind are served by
what they are, never by the order of the model. So a new view or property takes a name only from what would be called by the
newcomer's very own spelling, or clashes with others already.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass

from pygen_codegen.emitting.ends import End, ends_of_edges
from pygen_codegen.emitting.names import Attributes, Key, Kind
from pygen_codegen.emitting.naming_findings import Named, NameFindings
from pygen_codegen.emitting.relations import kinds_of, leads_somewhere
from pygen_codegen.ir import Finding
from pygen_codegen.ir.types import IRClass, IRDirect, IRList, IRModel, IRRelationship
from pygen_codegen.naming import NameStyle, NamingConfig, Scope, Wish, ranked, view_owner, view_wishes
from pygen_runtime.schema import ViewId

_IDS_OF = "the ids of "


@dataclass(frozen=True, kw_only=True)
class Reserved:
    """What a language keeps for itself, and for its runtime.

    Attributes:
        package: Names that no class, constant or function of the SDK has.
        client: Names that no attribute of the client has.
        objects: Names that no attribute of an object has.
    """

    package: Set[str]
    client: Set[str]
    objects: Set[str]


class Allocator:
    """Fills the scopes of one SDK. Call `claim_classes` before what stands beside classes, or in them.

    Args:
        model: The data model, with the methods of its classes.
        naming: How each kind of name is spelled.
        reserved: What the language keeps.

    Attributes:
        scope: The package's, for names that only one language has.
        classes: View and kind → class, in the order of the model.
        findings: Where clashes are told.
    """

    def __init__(self, model: IRModel, naming: NamingConfig, reserved: Reserved) -> None:
        self.scope = Scope(reserved.package)
        self.classes: dict[Key, str] = {}
        self.findings = NameFindings()
        self._model = model
        self._naming = naming
        self._reserved = reserved
        self._ends = ends_of_edges(model)

    def claim_classes(self) -> None:
        """A class for each kind of instance that a view offers; the second one's name is made from the first's."""
        views = {view.id: kinds_of(view) for view in self._model.classes}
        mains = self.scope.share(view_wishes(views, self._model.id.space, self._naming.view))
        claimed: dict[Key, str] = {(view, kinds[0]): mains[view_owner(view)] for view, kinds in views.items()}
        edges: dict[Key, Wish] = {
            (view, kind): Wish(f"the edges of {view}", f"{claimed[view, kinds[0]]}Edge")
            for view, kinds in views.items()
            for kind in kinds[1:]
        }
        seconds = self.scope.share(sorted(edges.values()))
        claimed |= {key: seconds[wish.owner] for key, wish in edges.items()}
        self.classes = {(view, kind): claimed[view, kind] for view, kinds in views.items() for kind in kinds}

    def claim_enums(self) -> dict[str, str]:
        """Enum → name, each after the container and the property there, so that no view has a say in it."""
        style = self._naming.enum
        wishes = [
            Wish(f"the enum {id_}", style.apply(f"{enum.container.external_id}_{enum.property}"))
            for id_, enum in sorted(self._model.enums.items())
        ]
        shared = self.scope.share(wishes)
        return {id_: shared[f"the enum {id_}"] for id_ in self._model.enums}

    def claim_beside(self, roles: Mapping[str, Callable[[str], str]]) -> dict[str, str]:
        """Names of what stands beside each class; nobody's name in the model depends on these.

        Args:
            roles: What it is, such as `the API of` → makes the name it wishes for from the class's.

        Returns:
            Role and class, with a blank between them → name.
        """
        owners = sorted(self.classes.values())
        wishes = [Wish(f"{role} {name}", wish(name)) for role, wish in roles.items() for name in owners]
        return self.scope.share(wishes)

    def client_attributes(self) -> dict[str, str]:
        """Class → the client's attribute that holds its API."""
        scope = Scope(self._reserved.client)
        style = self._naming.view_api
        attributes = scope.share(Wish(name, style.apply(name)) for name in sorted(self.classes.values()))
        views = {name: Named(f"the class {name}", view) for (view, _), name in self.classes.items()}
        self.findings.tell(scope, "the client", views)
        return attributes

    def attributes(self, view: IRClass, kind: Kind) -> Attributes:
        """The attributes of properties, of relations, of ends: first those named in the model, then those made from them."""
        name = self.classes[view.id, kind]
        relations = [each for each in view.relationships if leads_somewhere(each, kind, self.classes)]
        wishes = {prop.source: self._naming.property.apply(prop.source) for prop in view.properties}
        wishes |= {each.source: self._relation_style(each).apply(each.source) for each in relations}
        direct = {each.source for each in relations if isinstance(each.via, IRDirect)}
        ids = {
            _IDS_OF + prop.source: self._naming.property.apply(
                prop.source, "ids" if isinstance(prop.type, IRList) else "id"
            )
            for prop in view.properties
            if prop.source in direct
        }
        scope = Scope(self._reserved.objects)
        own = scope.share(ranked(wishes))
        own |= scope.share(ranked(ids))
        targets = self._targets_of_ends(view) if kind == "edge" else {}
        at_ends = scope.share(Wish(f"the {end} of edges", end) for end in targets)
        named = {source: Named(f"the property {source}", view.id, source) for source in wishes}
        named |= {owner: Named(owner, view.id, owner.removeprefix(_IDS_OF), made_up=True) for owner in ids}
        self.findings.tell(scope, f"the class {name}", named)
        return Attributes(
            fields={
                prop.source: own[_IDS_OF + prop.source if prop.source in direct else prop.source]
                for prop in view.properties
            },
            relations={each.source: own[each.source] for each in relations},
            ends={end: (at_ends[f"the {end} of edges"], target) for end, target in targets.items()},
        )

    def finish(self) -> tuple[Finding, ...]:
        """Once everything has its name: what is worth telling."""
        views: list[ViewId] = [view.id for view in self._model.classes]
        self.findings.tell(self.scope, "the SDK", {view_owner(id_): Named(view_owner(id_), id_) for id_ in views})
        return self.findings.all()

    def _targets_of_ends(self, view: IRClass) -> dict[End, str]:
        """The classes of the nodes at the ends of a view's edges, where the SDK has them."""
        found: dict[End, str] = {}
        for end, target in self._ends.get(view.id, {}).items():
            if (target, "node") in self.classes:
                found[end] = self.classes[target, "node"]
        return found

    def _relation_style(self, relationship: IRRelationship) -> NameStyle:
        return self._naming.to_many if relationship.via.many else self._naming.to_one
