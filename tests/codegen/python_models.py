"""Two small models whose SDKs are kept under tests/golden: every kind of property and connection, and names that collide."""

from __future__ import annotations

from typing import Any

from pygen_codegen.ir import (
    IRBoolean,
    IRClass,
    IRDate,
    IRDirect,
    IRDirectRelation,
    IREdge,
    IREnum,
    IREnumReference,
    IREnumValue,
    IRExternalReference,
    IRFloat,
    IRInteger,
    IRJson,
    IRList,
    IRModel,
    IRProperty,
    IRRelationship,
    IRReverse,
    IRText,
    IRTimestamp,
    IRType,
    with_methods,
)
from pygen_runtime.schema import ContainerId, DataModelId, NodeId, ViewId

HOSTILE = '"""\nimport os\nos.system("true")\n"""\\ \u202e\u2066 \x00 \\'
SPACE = "golden"
CONTAINER = ContainerId(SPACE, "Box")


def view_id(external_id: str, version: str = "1", space: str = SPACE) -> ViewId:
    return ViewId(space, external_id, version)


def prop(source: str, type_: IRType | None = None, **more: Any) -> IRProperty:
    return IRProperty(source=source, type=type_ or IRText(), container=CONTAINER, container_property=source, **more)


def view(external_id: str, *properties: IRProperty, version: str = "1", space: str = SPACE, **more: Any) -> IRClass:
    more = {"used_for": "node", **more}
    return IRClass(id=view_id(external_id, version, space), properties=properties, **more)


def model(external_id: str, *classes: IRClass, **more: Any) -> IRModel:
    return IRModel(id=DataModelId(SPACE, external_id, "1"), classes=with_methods(classes), **more)


OUTSIDE = view_id("Outside", space="elsewhere")
LINK_TYPE = NodeId(SPACE, "Everything.link")

SCALARS: dict[str, IRType] = {
    "text": IRText(max_size=10),
    "boolean": IRBoolean(),
    "int32": IRInteger(bits=32),
    "int64": IRInteger(bits=64),
    "float32": IRFloat(bits=32, unit="power:megaw"),
    "float64": IRFloat(bits=64),
    "timestamp": IRTimestamp(),
    "date": IRDate(),
    "json": IRJson(),
    "timeSeries": IRExternalReference(kind="timeseries"),
    "file": IRExternalReference(kind="file"),
    "sequence": IRExternalReference(kind="sequence"),
}

_KINDS = [
    *(prop(f"{name}Value", type_) for name, type_ in SCALARS.items()),
    *(prop(f"{name}Required", type_, nullable=False, required=True) for name, type_ in SCALARS.items()),
    *(prop(f"{name}List", IRList(item=type_), name=f"{name} list") for name, type_ in SCALARS.items()),  # type: ignore[arg-type]  # all scalars
]

_RELATIONS = (
    IRRelationship(source="other", via=IRDirect(many=False), target=view_id("Other"), description="The other one"),
    IRRelationship(source="others", via=IRDirect(many=True), target=view_id("Other")),
    IRRelationship(source="itself", via=IRDirect(many=False), target=view_id("Everything")),
    IRRelationship(source="outside", via=IRDirect(many=False), target=OUTSIDE),
    IRRelationship(
        source="link",
        via=IREdge(type=LINK_TYPE, direction="outwards", many=False),
        target=view_id("Other"),
        name="A link",
    ),
    IRRelationship(
        source="links",
        via=IREdge(type=LINK_TYPE, direction="outwards", many=True, edge=view_id("Link")),
        target=view_id("Other"),
    ),
    IRRelationship(
        source="sharedLink",
        via=IREdge(type=LINK_TYPE, direction="inwards", many=False, edge=view_id("Shared")),
        target=view_id("Other"),
    ),
    IRRelationship(
        source="strangeLinks",
        via=IREdge(type=LINK_TYPE, direction="inwards", many=True, edge=OUTSIDE),
        target=view_id("Other"),
    ),
    IRRelationship(
        source="farLinks",
        via=IREdge(type=LINK_TYPE, direction="outwards", many=True),
        target=OUTSIDE,
        description="Far",
    ),
    IRRelationship(
        source="ofEdges", via=IREdge(type=LINK_TYPE, direction="outwards", many=True), target=view_id("Link")
    ),
)

EVERYTHING = model(
    "Everything",
    view(
        "Everything",
        *_KINDS,
        prop("state", IREnumReference(enum="state"), name="State of it", description="Running or not"),
        prop("stateList", IRList(item=IREnumReference(enum="state"))),
        prop("other", IRDirectRelation(target=view_id("Other"))),
        prop("others", IRList(item=IRDirectRelation(target=view_id("Other")))),
        prop("itself", IRDirectRelation(target=view_id("Everything")), nullable=False, required=True),
        prop("outside", IRDirectRelation(target=OUTSIDE)),
        prop("untyped", IRDirectRelation()),
        prop("untypedList", IRList(item=IRDirectRelation())),
        prop("class"),
        prop("match", IRInteger(bits=32), nullable=False, required=True),
        prop("withDefault", default="as ever"),
        prop("counted", IRInteger(bits=64), nullable=False, auto_increment=True),
        prop("computed", read_only=True),
        prop("hostile", description=HOSTILE, name="a'b\"c"),
        prop("documented", description='Several lines:\n\n    with "quotes"\n\tand tabs   \nend in "quotes"'),
        prop("aPropertyWithANameThatIsSoLongThatNothingElseHasRoomOnItsLine", IRTimestamp()),
        relationships=_RELATIONS,
        description=HOSTILE,
    ),
    view(
        "Other",
        prop("state", IREnumReference(enum="state"), nullable=False, required=True),
        relationships=(
            IRRelationship(
                source="everything",
                via=IRReverse(through=view_id("Everything"), property="other", through_list=False, many=True),
                target=view_id("Everything"),
            ),
            IRRelationship(
                source="anEverything",
                via=IRReverse(through=view_id("Everything"), property="others", through_list=True, many=False),
                target=view_id("Everything"),
            ),
            IRRelationship(
                source="throughContainer",
                via=IRReverse(through=CONTAINER, property="itself", through_list=False, many=True),
                target=view_id("Everything"),
            ),
            IRRelationship(
                source="fromOutside",
                via=IRReverse(through=OUTSIDE, property="other", through_list=False, many=True),
                target=OUTSIDE,
            ),
        ),
        name="The other view",
    ),
    view(
        "Link",
        prop("distance", IRFloat(bits=64)),
        prop("witness", IRDirectRelation(target=view_id("Other"))),
        relationships=(
            IRRelationship(source="witness", via=IRDirect(many=False), target=view_id("Other")),
            IRRelationship(
                source="cannotBeFollowed",
                via=IREdge(type=LINK_TYPE, direction="outwards", many=True),
                target=view_id("Other"),
            ),
        ),
        used_for="edge",
        description="What lies between.",
    ),
    view("Shared", prop("note"), used_for="all"),
    view("Empty", writable=False),
    enums={
        "state": IREnum(
            id="state",
            container=CONTAINER,
            property="state",
            values=(
                IREnumValue(source="running", name="Running"),
                IREnumValue(source="stopped", name="Out of order", description='It "rests"'),
                IREnumValue(source="Running"),
                IREnumValue(source="class"),
            ),
        )
    },
    name="All of it",
    description="Every kind of property and connection.",
)

_NAMES = (
    "name namePrefix someValue some_value direction sort filter limit self class properties version list datetime str "
    "int float bool dict type id space externalId node_type where field prefix equals to_one minSize maxSize hasNotes VIEW "
    "as_id created_time None 1st données"
)

COLLISIONS = model(
    "Collisions",
    view("Thing", prop("name")),
    view("thing", prop("name")),
    view("A", *(prop(name) for name in _NAMES.split()), prop("size", IRInteger(bits=64)), prop("notes", IRJson())),
    view("AList", prop("name")),
    view(
        "AConditions",
        prop("a", IRDirectRelation(target=view_id("A"))),
        prop("aId"),
        relationships=(IRRelationship(source="a", via=IRDirect(many=False), target=view_id("A")),),
    ),
    view("AAPI"),
    view("PygenNode"),
    view("Warning"),
    view("Any", prop("any", IRJson())),
    view("AsyncCollisionsClient"),
    view("BoxState", prop("state", IREnumReference(enum="empty"))),
    view("Model", prop("state", IREnumReference(enum="empty"))),
    view("views"),
    view("from_env"),
    view("Versioned", version="1"),
    view("Versioned", version="2_beta"),
    view("Spaced", space="one"),
    view("Spaced", space="other_space"),
    view("Both", version="1", space="one"),
    view("Both", version="2"),
    enums={"empty": IREnum(id="empty", container=CONTAINER, property="state", values=(IREnumValue(source="mro"),))},
)


def _flow(source: str, target: str, direction: Any) -> IRRelationship:
    via = IREdge(type=NodeId(SPACE, "flows"), direction=direction, many=True, edge=view_id("Flow"))
    return IRRelationship(source=source, via=via, target=view_id(target))


_DESCRIBED = (prop("name"), prop("tags", IRList(item=IRText())), prop("kind", IREnumReference(enum="kind")))
_SOURCED = (prop("source", IRDirectRelation(target=view_id("System"))), prop("data", IRJson()), prop("code"))
_BY_SOURCE = IRRelationship(source="source", via=IRDirect(many=False), target=view_id("System"))

ASSETS = model(
    "Assets",
    view("Describable", *_DESCRIBED, description="What has a name."),
    view("Sourceable", *_SOURCED, relationships=(_BY_SOURCE,)),
    view("System", *_DESCRIBED, implements=(view_id("Describable"),)),
    view(
        "Asset",
        *_DESCRIBED,
        *_SOURCED,
        prop("weight", IRFloat(bits=64)),
        implements=(view_id("Describable"), view_id("Sourceable")),
        relationships=(_BY_SOURCE, _flow("flowsTo", "Asset", "outwards")),
    ),
    view(
        "Pump",
        prop("name", nullable=False),  # narrowed: it always has one
        *_DESCRIBED[1:],
        *_SOURCED[:2],
        prop("code", IRInteger(bits=32)),  # another type: not in common
        prop("weight", IRFloat(bits=64)),
        implements=(view_id("Asset"), view_id("Sourceable")),
        relationships=(_BY_SOURCE, _flow("flowsTo", "Asset", "outwards"), _flow("flowsFrom", "Pump", "inwards")),
    ),
    view("Flow", prop("litres", IRFloat(bits=64)), prop("start"), used_for="edge"),
    view(
        "HotFlow",
        prop("litres", IRFloat(bits=64)),
        prop("start"),
        prop("heat"),
        used_for="edge",
        implements=(view_id("Flow"),),
    ),
    enums={
        "kind": IREnum(id="kind", container=CONTAINER, property="kind", values=(IREnumValue(source="big"),)),
    },
    description="Views that implement others.",
)
"""A model of views that inherit, in part with narrower or other types."""
