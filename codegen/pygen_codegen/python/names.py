"""All names of a Python SDK, settled before anything is built.

Scopes, from the widest: the package (classes, because its modules import one another's), the client's attributes, the
attributes of each class, the keywords of each class's conditions, the members of each enum. In every scope those whom
users see most claim first. Those of one kind are served by what they are, never by the order of the model. So a new view
or property takes a name only from what would be called by the newcomer's very own spelling, or clashes with others already.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pygen_codegen.ir import Finding, ancestors
from pygen_codegen.ir.types import (
    IRClass,
    IRDirect,
    IREnum,
    IRList,
    IRModel,
    IRRelationship,
    IRScalar,
    IRType,
)
from pygen_codegen.naming import PYTHON, PYTHON_NAMING, NameStyle, NamingConfig, Scope, Wish, pascal
from pygen_codegen.python.conditions import KEYWORDS, Marker, markers
from pygen_codegen.python.ends import End, ends_of_edges
from pygen_codegen.python.naming_findings import Named, NameFindings
from pygen_codegen.python.reserved import CLIENT, CONDITIONS, IMPORTED, MODULES, RESOURCE
from pygen_codegen.python.wishes import ranked, view_owner, view_wishes
from pygen_runtime.schema import ViewId

Kind = Literal["node", "edge"]
Key = tuple[ViewId, Kind]
DataClasses = dict[Key, str]


@dataclass(frozen=True)
class ClassNames:
    """The names of one generated class and of what goes with it. A view of nodes and edges can have two.

    Attributes:
        view: The view.
        kind: Whether the class is of nodes or of edges.
        name: The data class.
        sync: The data class for clients that need no `await`.
        conditions: The TypedDict of its conditions.
        fields_class: The class of its fields, for typed conditions.
        api: The class of its API.
        sync_api: The class of its API without `await`.
        client: The client's attribute that holds the API.
        fields: Property → the attribute that holds its value (of relations that can be followed, the ids).
        relations: Relationship → the attribute that follows it; those that lead to no class of this SDK are missing.
        ends: Of a class of edges: end → the attribute that follows it, and the data class there, where the model says one.
        keywords: Property and marker → the keyword of the condition.
        verbs: What the class offers.
    """

    view: IRClass
    kind: Kind
    name: str
    sync: str
    conditions: str
    fields_class: str
    api: str
    sync_api: str
    client: str
    fields: Mapping[str, str]
    relations: Mapping[str, str]
    ends: Mapping[End, tuple[str, str]]
    keywords: Mapping[tuple[str, Marker], str]
    verbs: frozenset[str]


@dataclass(frozen=True)
class EnumNames:
    """The names of an enum.

    Attributes:
        enum: The enum.
        name: Its class.
        members: Value → member.
    """

    enum: IREnum
    name: str
    members: Mapping[str, str]


@dataclass(frozen=True)
class Names:
    """All names of an SDK.

    Attributes:
        client: The client's class.
        sync_client: The class of the client that needs no `await`.
        classes: One for each data class, in the order of the model.
        enums: Enum → names, in the order of the model.
        data_classes: View and kind → data class.
        protocols: View and kind → the Protocol of its objects and those of the views that implement it, if any do.
        writes: View and kind → the class that writes it; those that cannot be written are missing.
        sync_classes: Data class → the one for clients that need no `await`.
        findings: Names that are not what they would like to be.
    """

    client: str
    sync_client: str
    classes: tuple[ClassNames, ...]
    enums: Mapping[str, EnumNames]
    data_classes: Mapping[Key, str]
    protocols: Mapping[Key, str]
    writes: Mapping[tuple[ViewId, Kind], str]
    sync_classes: Mapping[str, str]
    findings: tuple[Finding, ...]


def settle(model: IRModel, *, client: str | None = None, naming: NamingConfig = PYTHON_NAMING) -> Names:
    """Give everything in the SDK of a model its name.

    Args:
        model: The data model, with the methods of its classes.
        client: What the client is called instead of the model's name and `Client`; the asynchronous one has `Async` before it.
        naming: How each kind of name is spelled.
    """
    return _Namer(model, naming).names(client)


def item_type(type_: IRType) -> IRScalar:
    """The type of one value of a property, be it a list or not."""
    return type_.item if isinstance(type_, IRList) else type_


class _Namer:
    """Fills the scopes of one SDK, the widest first."""

    def __init__(self, model: IRModel, naming: NamingConfig) -> None:
        self._model = model
        self._naming = naming
        self._findings = NameFindings()
        self._scope = Scope(PYTHON | IMPORTED | MODULES)
        self._data_classes: DataClasses = {}
        self._ends = ends_of_edges(model)

    def names(self, client: str | None) -> Names:
        """Settle everything."""
        sync_client, async_client = self._clients(client)
        self._data_classes = self._claim_classes()
        enums = self._enums()
        attributes = self._attributes_of_client()
        helpers = self._helpers()
        views = {view.id: view for view in self._model.classes}
        classes = tuple(
            self._class_names(views[view], kind, helpers, attributes[name])
            for (view, kind), name in self._data_classes.items()
        )
        self._findings.tell(self._scope, "the SDK", {view_owner(id_): Named(view_owner(id_), id_) for id_ in views})
        return Names(
            client=async_client,
            sync_client=sync_client,
            classes=classes,
            enums=enums,
            data_classes=self._data_classes,
            protocols=self._protocols(),
            writes={
                (each.view.id, each.kind): helpers[f"what writes {each.name}"]
                for each in classes
                if "write" in each.verbs
            },
            sync_classes={each.name: each.sync for each in classes},
            findings=self._findings.all(),
        )

    def _clients(self, wish: str | None) -> tuple[str, str]:
        """The names of both clients, before any view can take them: first of the one that needs no `await`."""
        stem = wish.removeprefix("Async") if wish else f"{pascal(self._model.id.external_id)}Client"
        sync = self._scope.claim("the client without await", stem or "Client")
        return sync, self._scope.claim("the client", f"Async{sync}")

    def _claim_classes(self) -> DataClasses:
        """A class for each kind of instance that a view offers; the second one's name is made from the first's."""
        views = {view.id: _kinds(view) for view in self._model.classes}
        mains = self._scope.share(view_wishes(self._model, self._naming.view))
        claimed: DataClasses = {(view, kinds[0]): mains[view_owner(view)] for view, kinds in views.items()}
        edges: dict[tuple[ViewId, Kind], Wish] = {
            (view, kind): Wish(f"the edges of {view}", f"{claimed[view, kinds[0]]}Edge")
            for view, kinds in views.items()
            for kind in kinds[1:]
        }
        seconds = self._scope.share(sorted(edges.values()))
        claimed |= {key: seconds[wish.owner] for key, wish in edges.items()}
        return {(view, kind): claimed[view, kind] for view, kinds in views.items() for kind in kinds}

    def _enums(self) -> dict[str, EnumNames]:
        """Names of the enums, each after the container and the property there, so that no view has a say in it."""
        style = self._naming.enum
        wishes = [
            Wish(f"the enum {id_}", style.apply(f"{enum.container.external_id}_{enum.property}"))
            for id_, enum in sorted(self._model.enums.items())
        ]
        shared = self._scope.share(wishes)
        return {
            id_: EnumNames(enum=enum, name=name, members=self._members(enum, name))
            for id_, enum in self._model.enums.items()
            for name in [shared[f"the enum {id_}"]]
        }

    def _members(self, enum: IREnum, name: str) -> dict[str, str]:
        scope = Scope(PYTHON)
        style = self._naming.enum_value
        shared = scope.share(ranked({value.source: style.apply(value.source) for value in enum.values}))
        self._findings.tell(
            scope, f"the enum {name}", {value.source: Named(f"the value {value.source}") for value in enum.values}
        )
        return {value.source: shared[value.source] for value in enum.values}

    def _attributes_of_client(self) -> dict[str, str]:
        scope = Scope(PYTHON | CLIENT)
        style = self._naming.view_api
        attributes = scope.share(Wish(name, style.apply(name)) for name in sorted(self._data_classes.values()))
        views = {name: Named(f"the class {name}", view) for (view, _), name in self._data_classes.items()}
        self._findings.tell(scope, "the client", views)
        return attributes

    def _helpers(self) -> dict[str, str]:
        """Names of what stands beside each data class, by what it is; nobody's name in the model depends on these."""
        owners = sorted(self._data_classes.values())
        return self._scope.share(
            [
                *(Wish(f"the conditions of {name}", f"{name}Conditions") for name in owners),
                *(Wish(f"the fields of {name}", f"{name}Fields") for name in owners),
                *(Wish(f"the API of {name}", f"{name}API") for name in owners),
                *(Wish(f"the twin of {name}", f"Sync{name}") for name in owners),
                *(Wish(f"the API of the twin of {name}", f"Sync{name}API") for name in owners),
                *(Wish(f"what writes {name}", f"{name}Write") for name in owners),
            ]
        )

    def _protocols(self) -> dict[Key, str]:
        """Names of the Protocols, of views that others of the same kind implement."""
        above = ancestors(self._model)
        implemented = {(parent, kind) for view, kind in self._data_classes for parent in above[view]}
        named = {key: name for key, name in sorted(self._data_classes.items()) if key in implemented}
        shared = self._scope.share(Wish(f"the Protocol of {name}", f"{name}Like") for name in sorted(named.values()))
        return {key: shared[f"the Protocol of {name}"] for key, name in named.items()}

    def _class_names(self, view: IRClass, kind: Kind, helpers: Mapping[str, str], attribute: str) -> ClassNames:
        name = self._data_classes[view.id, kind]
        fields, relations, ends = self._attributes(view, kind, name)
        return ClassNames(
            view=view,
            kind=kind,
            name=name,
            sync=helpers[f"the twin of {name}"],
            conditions=helpers[f"the conditions of {name}"],
            fields_class=helpers[f"the fields of {name}"],
            api=helpers[f"the API of {name}"],
            sync_api=helpers[f"the API of the twin of {name}"],
            client=attribute,
            fields=fields,
            relations=relations,
            ends=ends,
            keywords=self._keywords(view, name, {**fields, **relations}),
            verbs=frozenset(method.verb for method in view.methods if method.instances == kind),
        )

    def _attributes(
        self, view: IRClass, kind: Kind, name: str
    ) -> tuple[dict[str, str], dict[str, str], dict[End, tuple[str, str]]]:
        """The attributes of properties, of relations, of ends: first those named in the model, then those made from them."""
        followed = [each for each in view.relationships if self._leads_somewhere(each, kind)]
        wishes = {prop.source: self._naming.property.apply(prop.source) for prop in view.properties}
        wishes |= {each.source: self._relation_style(each).apply(each.source) for each in followed}
        direct = {each.source for each in followed if isinstance(each.via, IRDirect)}
        ids = {
            _IDS_OF + prop.source: self._naming.property.apply(
                prop.source, "ids" if isinstance(prop.type, IRList) else "id"
            )
            for prop in view.properties
            if prop.source in direct
        }
        scope = Scope(PYTHON | IMPORTED | RESOURCE)
        own = scope.share(ranked(wishes))
        own |= scope.share(ranked(ids))
        targets = self._targets_of_ends(view) if kind == "edge" else {}
        at_ends = scope.share(Wish(f"the {end} of edges", end) for end in targets)
        named = {source: Named(f"the property {source}", view.id, source) for source in wishes}
        named |= {owner: Named(owner, view.id, owner.removeprefix(_IDS_OF), made_up=True) for owner in ids}
        self._findings.tell(scope, f"the class {name}", named)
        fields = {
            prop.source: own[_IDS_OF + prop.source if prop.source in direct else prop.source]
            for prop in view.properties
        }
        ends: dict[End, tuple[str, str]] = {
            end: (at_ends[f"the {end} of edges"], target) for end, target in targets.items()
        }
        return fields, {each.source: own[each.source] for each in followed}, ends

    def _targets_of_ends(self, view: IRClass) -> dict[End, str]:
        """The data classes of the nodes at the ends of a view's edges, where the SDK has them."""
        found: dict[End, str] = {}
        for end, target in self._ends.get(view.id, {}).items():
            if (target, "node") in self._data_classes:
                found[end] = self._data_classes[target, "node"]
        return found

    def _relation_style(self, relationship: IRRelationship) -> NameStyle:
        return self._naming.to_many if relationship.via.many else self._naming.to_one

    def _leads_somewhere(self, relationship: IRRelationship, kind: Kind) -> bool:
        """Whether the SDK has a class at the other end, and objects of this kind can go there."""
        if (relationship.target, "node") not in self._data_classes:
            return False
        return kind == "node" or isinstance(relationship.via, IRDirect)

    def _keywords(self, view: IRClass, name: str, attributes: Mapping[str, str]) -> dict[tuple[str, Marker], str]:
        """The keywords of conditions, made from the attributes.

        First come those that are an attribute's own name, then the others in the order of attributes, so that `value` and
        not `value_` has `value_prefix`.
        """
        scope = Scope(PYTHON | IMPORTED | CONDITIONS)
        wanted: list[tuple[bool, str, Marker, str]] = [
            (KEYWORDS[marker] != "{}", attributes[prop.source], marker, prop.source)
            for prop in view.properties
            for marker in markers(prop.type)
        ]
        wishes: dict[tuple[str, Marker], str] = {
            (source, marker): KEYWORDS[marker].format(attribute.rstrip("_") if made else attribute)
            for made, attribute, marker, source in sorted(wanted)
        }
        owners = {key: f"the condition {key[1]} of {key[0]}" for key in wishes}
        shared = scope.share(Wish(owners[key], wish) for key, wish in wishes.items())
        named = {owner: Named(owner, view.id, source, made_up=True) for (source, _), owner in owners.items()}
        self._findings.tell(scope, f"the conditions of {name}", named)
        return {key: shared[owner] for key, owner in owners.items()}


_IDS_OF = "the ids of "


def _kinds(view: IRClass) -> list[Kind]:
    """The kinds of instances that a view offers, the main one first."""
    kinds: dict[Kind, None] = dict.fromkeys(method.instances for method in view.methods)
    return list(kinds)
