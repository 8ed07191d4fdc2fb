"""All names of a Python SDK, settled before anything is built.

Scopes, from the widest: the package (classes, because its modules import one another's), the client's attributes, the
attributes of each class, the keywords of each class's conditions, the members of each enum. In every scope those whom
users see most claim first, in the order of the model.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pygen_codegen.ir.types import (
    IRClass,
    IRDirect,
    IREdge,
    IREnum,
    IREnumReference,
    IRList,
    IRModel,
    IRRelationship,
    IRScalar,
    IRType,
)
from pygen_codegen.naming import PYTHON, Scope, constant, pascal, snake
from pygen_codegen.python.conditions import KEYWORDS, Marker, markers
from pygen_codegen.python.reserved import CLIENT, CONDITIONS, IMPORTED, RESOURCE
from pygen_runtime.schema import ViewId

Kind = Literal["node", "edge"]
DataClasses = dict[tuple[ViewId, Kind], str]


@dataclass(frozen=True)
class ClassNames:
    """The names of one generated class and of what goes with it. A view of nodes and edges can have two.

    Attributes:
        view: The view.
        kind: Whether the class is of nodes or of edges.
        name: The data class.
        conditions: The TypedDict of its conditions.
        api: The class of its API.
        client: The client's attribute that holds the API.
        fields: Property → the attribute that holds its value (of relations that can be followed, the ids).
        relations: Relationship → the attribute that follows it; those that lead to no class of this SDK are missing.
        keywords: Property and marker → the keyword of the condition.
    """

    view: IRClass
    kind: Kind
    name: str
    conditions: str
    api: str
    client: str
    fields: Mapping[str, str]
    relations: Mapping[str, str]
    keywords: Mapping[tuple[str, Marker], str]


@dataclass(frozen=True)
class EnumNames:
    """The names of an enum.

    Attributes:
        enum: The enum.
        name: Its class.
        owner: The class and property whose values they are, for people.
        members: Value → member.
    """

    enum: IREnum
    name: str
    owner: str
    members: Mapping[str, str]


@dataclass(frozen=True)
class Names:
    """All names of an SDK.

    Attributes:
        client: The client's class.
        classes: One for each data class, in the order of the model.
        enums: Enum → names, in order of first use.
        data_classes: View and kind → data class.
    """

    client: str
    classes: tuple[ClassNames, ...]
    enums: Mapping[str, EnumNames]
    data_classes: Mapping[tuple[ViewId, Kind], str]


def settle(model: IRModel, *, client: str | None = None) -> Names:
    """Give everything in the SDK of a model its name.

    Args:
        model: The data model.
        client: Name of the client's class, when it is not to be made from the model's.
    """
    scope = Scope(PYTHON | IMPORTED)
    if client:
        scope.claim("client", client)
    data_classes = _data_classes(model, scope)
    enums = _enums(model, data_classes, scope)
    client = scope.claim("client", f"Async{pascal(model.id.external_id)}Client")
    attributes = Scope(PYTHON | CLIENT)
    views = {view.id: view for view in model.classes}
    classes = tuple(
        _class_names(views[view], kind, data_classes, scope=scope, attributes=attributes) for view, kind in data_classes
    )
    return Names(client=client, classes=classes, enums=enums, data_classes=data_classes)


def item_type(type_: IRType) -> IRScalar:
    """The type of one value of a property, be it a list or not."""
    return type_.item if isinstance(type_, IRList) else type_


def _data_classes(model: IRModel, scope: Scope) -> DataClasses:
    """One class per view, in the order of the model; views that also lie on edges get a second one behind theirs."""
    on_edges = {
        relationship.via.edge
        for view in model.classes
        for relationship in view.relationships
        if isinstance(relationship.via, IREdge)
    }
    wishes = _class_wishes(model)
    claimed: DataClasses = {}
    for view in model.classes:
        claimed[view.id, _main_kind(view)] = scope.claim(f"{view.id}", wishes[view.id])
    for view in model.classes:
        if view.id in on_edges and view.used_for != "edge":
            claimed[view.id, "edge"] = scope.claim(f"edges of {view.id}", f"{wishes[view.id]}Edge")
    kinds: tuple[Kind, ...] = ("node", "edge")
    return {
        (view.id, kind): claimed[view.id, kind]
        for view in model.classes
        for kind in kinds
        if (view.id, kind) in claimed
    }


def _main_kind(view: IRClass) -> Kind:
    return "edge" if view.used_for == "edge" else "node"


def _class_wishes(model: IRModel) -> dict[ViewId, str]:
    """Views of one base name get their versions and spaces behind it, as far as these differ."""
    alike: defaultdict[str, list[ViewId]] = defaultdict(list)
    for view in model.classes:
        alike[pascal(view.id.external_id)].append(view.id)
    wishes: dict[ViewId, str] = {}
    for base, ids in alike.items():
        several_versions = len({id_.version for id_ in ids}) > 1
        several_spaces = len({id_.space for id_ in ids}) > 1
        for id_ in ids:
            version = _suffix("v", id_.version) if several_versions else ""
            space = _suffix("s", id_.space) if several_spaces else ""
            wishes[id_] = f"{base}{version}{space}"
    return wishes


def _suffix(letter: str, text: str) -> str:
    """`v`, `1` → `v1`; `s`, `my_space` → `sMySpace`."""
    return letter + pascal(f"{letter} {text}")[1:]


def _enums(model: IRModel, data_classes: DataClasses, scope: Scope) -> dict[str, EnumNames]:
    names: dict[str, EnumNames] = {}
    for view in model.classes:
        class_name = data_classes[view.id, _main_kind(view)]
        for prop in view.properties:
            item = item_type(prop.type)
            if not isinstance(item, IREnumReference) or item.enum in names:
                continue
            enum = model.enums[item.enum]
            members = Scope(PYTHON)
            names[item.enum] = EnumNames(
                enum=enum,
                name=scope.claim(f"enum {item.enum}", f"{class_name}{pascal(prop.source)}"),
                owner=f"{class_name}.{snake(prop.source)}",
                members={value.source: members.claim(value.source, constant(value.source)) for value in enum.values},
            )
    return names


def _class_names(
    view: IRClass, kind: Kind, data_classes: DataClasses, *, scope: Scope, attributes: Scope
) -> ClassNames:
    name = data_classes[view.id, kind]
    followed = [
        relationship for relationship in view.relationships if _leads_somewhere(relationship, kind, data_classes)
    ]
    fields, relations = _attributes(view, followed)
    return ClassNames(
        view=view,
        kind=kind,
        name=name,
        conditions=scope.claim(f"conditions of {name}", f"{name}Conditions"),
        api=scope.claim(f"api of {name}", f"{name}API"),
        client=attributes.claim(name, snake(name)),
        fields=fields,
        relations=relations,
        keywords=_keywords(view, {**fields, **relations}),
    )


def _leads_somewhere(relationship: IRRelationship, kind: Kind, data_classes: DataClasses) -> bool:
    """Whether the SDK has a class at the other end, and objects of this kind can go there."""
    if (relationship.target, "node") not in data_classes:
        return False
    return kind == "node" or isinstance(relationship.via, IRDirect)


def _attributes(view: IRClass, followed: list[IRRelationship]) -> tuple[dict[str, str], dict[str, str]]:
    """The attributes of properties and of relations: first those of the names in the model, then those made from them."""
    scope = Scope(PYTHON | IMPORTED | RESOURCE)
    direct = {relationship.source for relationship in followed if isinstance(relationship.via, IRDirect)}
    sources = [*(prop.source for prop in view.properties), *(relationship.source for relationship in followed)]
    own = {source: scope.claim(source, snake(source)) for source in sources}
    fields: dict[str, str] = {}
    for prop in view.properties:
        if prop.source in direct:
            ending = "ids" if isinstance(prop.type, IRList) else "id"
            fields[prop.source] = scope.claim(f"ids of {prop.source}", f"{snake(prop.source)}_{ending}")
        else:
            fields[prop.source] = own[prop.source]
    return fields, {relationship.source: own[relationship.source] for relationship in followed}


def _keywords(view: IRClass, attributes: Mapping[str, str]) -> dict[tuple[str, Marker], str]:
    """The keywords of conditions, made from the attributes; those that are an attribute's own name claim first."""
    scope = Scope(PYTHON | IMPORTED | CONDITIONS)
    wanted: list[tuple[str, Marker]] = [
        (prop.source, marker) for prop in view.properties for marker in markers(prop.type)
    ]
    keywords: dict[tuple[str, Marker], str] = {}
    for source, marker in sorted(wanted, key=lambda each: KEYWORDS[each[1]] != "{}"):
        attribute = attributes[source]
        stem = attribute if KEYWORDS[marker] == "{}" else attribute.rstrip("_")
        keywords[source, marker] = scope.claim(f"{source} {marker}", KEYWORDS[marker].format(stem))
    return keywords
