"""A model in write form, what the API would answer for it, and what is sent to have that again: one and the same model."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pygen.sources import SchemaSource, deployment, load_path
from pygen_codegen.ir import IRModel, IRRelationship, IRReverse, analyse
from pygen_runtime.schema import (
    ContainerId,
    ContainerProperty,
    ContainerWrite,
    DataModelWrite,
    EdgeConnection,
    EnumValue,
    MappedProperty,
    NodeId,
    PropertyType,
    ReverseConnection,
    Through,
    UnitReference,
    ViewId,
    ViewProperty,
    ViewWrite,
)
from pygen_runtime.schema.codec import encode

EXAMPLES = 400 if os.environ.get("PYGEN_THOROUGH") == "1" else 60
NAMES = st.sampled_from(["a", "b", "Some-Name", "someName", "class", "x1", "type", "name"])
TEXTS = st.none() | st.sampled_from(["", "One", "two\nlines", "søk 🌬", "{ braces }", "1.10", "null"])
SPACES = st.sampled_from(["plant", "oil-rig"])
MODEL = DataModelWrite(space="plant", external_id="Model", version="1")


@st.composite
def property_types(draw: st.DrawFn, containers: list[ContainerId]) -> PropertyType:
    name = draw(st.sampled_from(["text", "int64", "float32", "timestamp", "json", "file", "enum", "direct"]))
    if name == "enum":
        values = draw(st.lists(NAMES.filter(str.isidentifier), min_size=1, max_size=3, unique=True))
        return PropertyType(type="enum", values={value: EnumValue(name=draw(TEXTS)) for value in values})
    is_list = draw(st.booleans())
    type_ = PropertyType(type=name, list=is_list, max_list_size=draw(st.none() | st.just(9)) if is_list else None)
    if name == "direct":
        type_.container = draw(st.none() | st.sampled_from(containers))
    if name == "float32":
        type_.unit = draw(st.none() | st.just(UnitReference(external_id="power:w", source_unit="W")))
    return type_


@st.composite
def container_properties(draw: st.DrawFn, containers: list[ContainerId]) -> ContainerProperty:
    type_ = draw(property_types(containers))
    default = draw(st.none() | st.just("one")) if type_.type == "text" and not type_.list else None
    return ContainerProperty(
        type=type_,
        nullable=draw(st.booleans()),
        immutable=draw(st.booleans()),
        auto_increment=type_.type == "int64" and not type_.list and draw(st.booleans()),
        default_value=default,
        name=draw(TEXTS),
        description=draw(TEXTS),
    )


@st.composite
def view_properties(
    draw: st.DrawFn, containers: Mapping[ContainerId, ContainerWrite], views: list[ViewId]
) -> ViewProperty:
    kind = draw(st.sampled_from(["mapped", "mapped", "edge", "reverse"]))
    source = draw(st.sampled_from(views))
    if kind == "mapped":
        id = draw(st.sampled_from(list(containers)))
        identifier = draw(st.sampled_from(list(containers[id].properties)))
        direct = containers[id].properties[identifier].type.type == "direct"
        return MappedProperty(
            container=id,
            container_property_identifier=identifier,
            source=source if direct and draw(st.booleans()) else None,
            name=draw(TEXTS),
            description=draw(TEXTS),
        )
    if kind == "edge":
        return EdgeConnection(
            type=NodeId("plant", draw(NAMES)),
            source=source,
            connection_type=draw(st.sampled_from([None, "single_edge_connection", "multi_edge_connection"])),
            edge_source=draw(st.none() | st.sampled_from(views)),
            direction=draw(st.sampled_from([None, "outwards", "inwards"])),
            name=draw(TEXTS),
        )
    through = draw(st.sampled_from([source, *views]) | st.sampled_from(list(containers)))
    number = draw(st.sampled_from(["single", "multi"]))
    return ReverseConnection(
        connection_type=f"{number}_reverse_direct_relation",
        source=source,
        through=Through(source=through, identifier=draw(NAMES)),
        description=draw(TEXTS),
    )


Written = tuple[list[ContainerWrite], list[ViewWrite]]


@st.composite
def models(draw: st.DrawFn) -> Written:
    ids = [ContainerId(draw(SPACES), f"C{number}") for number in range(draw(st.integers(1, 3)))]
    containers = {
        id: ContainerWrite(
            space=id.space,
            external_id=id.external_id,
            used_for="node",
            properties=draw(st.dictionaries(NAMES, container_properties(ids), min_size=1, max_size=4)),
        )
        for id in ids
    }
    view_ids = [
        ViewId(draw(SPACES), f"V{number}", draw(st.sampled_from(["1", "1.10"])))
        for number in range(draw(st.integers(1, 4)))
    ]
    views: list[ViewWrite] = []
    for number, id in enumerate(view_ids):
        parents = draw(st.lists(st.sampled_from(view_ids[:number]), max_size=2, unique=True)) if number else []
        views.append(
            ViewWrite(
                space=id.space,
                external_id=id.external_id,
                version=id.version,
                name=draw(TEXTS),
                description=draw(TEXTS),
                implements=parents or None,
                filter=draw(
                    st.none() | st.just({"hasData": [{"type": "container", "space": ids[0].space, "externalId": "C0"}]})
                ),
                properties=draw(st.dictionaries(NAMES, view_properties(containers, view_ids), max_size=4)),
            )
        )
    return list(containers.values()), draw(st.permutations(views))


def source(**parts: object) -> SchemaSource:
    """What is read of a folder with these parts, one a file."""
    with tempfile.TemporaryDirectory() as folder:
        for name, part in parts.items():
            Path(folder, f"{name}.json").write_bytes(encode(part))
        return load_path(Path(folder))


def ir(read: SchemaSource) -> IRModel:
    return analyse(read.data_models, views=read.all_views(), containers=read.all_containers()).model


def shown(model: IRModel) -> IRModel:
    """What read form tells whole: of containers it shows only what views map, so who requires what gets lost with the rest."""
    classes = tuple(
        msgspec.structs.replace(
            each, writable=True, methods=(), relationships=tuple(map(_through_views, each.relationships))
        )
        for each in model.classes
    )
    return msgspec.structs.replace(model, classes=classes)


def _through_views(relationship: IRRelationship) -> IRRelationship:
    via = relationship.via
    if not isinstance(via, IRReverse) or isinstance(via.through, ViewId):
        return relationship
    return msgspec.structs.replace(relationship, via=msgspec.structs.replace(via, through_list=False))


@settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(models())
def test_write_form_and_read_form_are_one_model(model: Written) -> None:
    containers, views = model
    data_model = msgspec.structs.replace(MODEL, views=[view.as_id() for view in views])
    written = source(containers=containers, views=views, data_model=data_model)
    answered = written.read_form()
    read = source(data_model=answered)
    assert ir(read) == ir(written)
    assert read.read_form() == answered

    sent = deployment(answered)
    again = source(containers=sent.containers, views=sent.views, data_model=sent.data_model)
    assert shown(ir(again)) == shown(ir(written))
