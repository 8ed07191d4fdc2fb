from __future__ import annotations

import json

import msgspec
import pytest

from pygen_runtime.schema import (
    ContainerId,
    DataModel,
    EdgeConnection,
    MappedProperty,
    Node,
    NodeId,
    NodeWrite,
    ReverseConnection,
    SourceWrite,
    ViewId,
    ViewWrite,
)
from pygen_runtime.schema.codec import convert, decoder, encode

VIEW = {"type": "view", "space": "s", "externalId": "V", "version": "1"}
CONTAINER = {"type": "container", "space": "s", "externalId": "C"}


def model(**properties: object) -> dict[str, object]:
    view = {"space": "s", "externalId": "V", "version": "1", "properties": properties}
    return {"space": "s", "externalId": "M", "version": "1", "views": [view]}


def test_the_keys_of_a_view_property_decide_its_kind() -> None:
    read = convert(
        model(
            name={
                "container": CONTAINER,
                "containerPropertyIdentifier": "name",
                "type": {"type": "text", "list": False},
            },
            pipes={"type": {"space": "s", "externalId": "V.pipes"}, "source": VIEW, "direction": "outwards"},
            back={
                "connectionType": "multi_reverse_direct_relation",
                "source": VIEW,
                "through": {"source": CONTAINER, "identifier": "up"},
            },
        ),
        DataModel,
    )
    properties = (read.views or [])[0].properties or {}
    assert isinstance(properties["name"], MappedProperty)
    assert isinstance(properties["pipes"], EdgeConnection)
    assert isinstance(properties["back"], ReverseConnection)
    assert properties["back"].through.source == ContainerId("s", "C")


def test_null_counts_as_absent_and_unknown_keys_and_types_are_tolerated() -> None:
    data = model(
        shape={
            "container": CONTAINER,
            "containerPropertyIdentifier": "shape",
            "type": {"type": "hyperbox", "list": None, "corners": 9},
            "nullable": None,
            "source": None,
            "soon": {"new": True},
        }
    )
    (view,) = decoder(DataModel).decode(json.dumps(data).encode()).views or []
    shape = (view.properties or {})["shape"]
    assert isinstance(shape, MappedProperty)
    assert shape.type is not None
    assert (shape.type.type, shape.type.list, shape.nullable) == ("hyperbox", None, None)


def test_what_is_sent_holds_only_what_was_set_and_tags_its_references() -> None:
    view = ViewWrite(
        space="s",
        external_id="W",
        version="1",
        implements=[ViewId("s", "V", "1")],
        properties={"name": MappedProperty(container=ContainerId("s", "C"), container_property_identifier="name")},
    )
    assert json.loads(encode(view)) == {
        "space": "s",
        "externalId": "W",
        "version": "1",
        "implements": [VIEW],
        "properties": {"name": {"container": CONTAINER, "containerPropertyIdentifier": "name"}},
    }


def test_an_explicit_null_in_a_written_property_is_kept() -> None:
    node = NodeWrite(
        space="s", external_id="x", sources=[SourceWrite(source=ViewId("s", "V", "1"), properties={"a": None, "b": 0})]
    )
    assert json.loads(encode(node))["sources"] == [{"source": VIEW, "properties": {"a": None, "b": 0}}]


def test_instances_are_told_apart_by_their_tag() -> None:
    text = b'{"externalId":"x","instanceType":"node","space":"s","version":1,"createdTime":0,"lastUpdatedTime":0}'
    node = decoder(Node).decode(text)
    assert node.as_id() == NodeId("s", "x")


def test_a_broken_property_is_refused_with_its_place() -> None:
    with pytest.raises(msgspec.ValidationError, match=r"containerPropertyIdentifier"):
        convert(model(name={"container": CONTAINER}), DataModel)
    with pytest.raises(msgspec.ValidationError):
        convert(model(name=3), DataModel)


def test_what_has_no_json_is_refused() -> None:
    with pytest.raises(NotImplementedError):
        encode(object())
