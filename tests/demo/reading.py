"""What a server would answer for the demo's own model, worked out here so that no server is needed (contract §4.5)."""

from __future__ import annotations

from msgspec.structs import replace

from pygen.demo.model import WindFarmModel
from pygen_runtime.schema import (
    Container,
    ContainerId,
    ContainerWrite,
    DataModel,
    MappedProperty,
    View,
    ViewId,
    ViewProperty,
    ViewWrite,
)
from pygen_runtime.schema.codec import convert


def read_form(model: WindFarmModel) -> DataModel:
    containers = {one.as_id(): one for one in model.containers}
    views = {one.as_id(): one for one in model.views}
    data_model = model.data_model
    return DataModel(
        space=data_model.space,
        external_id=data_model.external_id,
        version=data_model.version,
        views=[_view(view, views, containers) for view in model.views],
    )


def read_containers(model: WindFarmModel) -> list[Container]:
    return [Container(**{field: getattr(one, field) for field in one.__struct_fields__}) for one in model.containers]


def view_of(name: str, **keys: object) -> View:
    """A view in read form from camelCase JSON keys; properties map the container of the same name unless they say otherwise."""
    return convert(
        {"space": "s", "externalId": name, "version": "1", "writable": True, "usedFor": "node", **keys}, View
    )


def text(container: str, key: str = "name", **keys: object) -> dict[str, object]:
    """A mapped property in read form; text unless `type` is given."""
    return {
        "container": {"type": "container", "space": "s", "externalId": container},
        "containerPropertyIdentifier": key,
        "type": {"type": "text", "list": False},
        "nullable": True,
        **keys,
    }


def model_of(*views: View) -> DataModel:
    return DataModel(space="s", external_id="M", version="1", views=list(views))


def _view(view: ViewWrite, views: dict[ViewId, ViewWrite], containers: dict[ContainerId, ContainerWrite]) -> View:
    properties = _all_properties(view, views, containers)
    used = {containers[it.container].used_for for it in properties.values() if isinstance(it, MappedProperty)}
    fields = {field: getattr(view, field) for field in view.__struct_fields__}
    return View(**{**fields, "properties": properties}, writable=True, used_for="edge" if "edge" in used else "node")


def _all_properties(
    view: ViewWrite, views: dict[ViewId, ViewWrite], containers: dict[ContainerId, ContainerWrite]
) -> dict[str, ViewProperty]:
    found: dict[str, ViewProperty] = {}
    for parent in reversed(view.implements or []):
        found |= _all_properties(views[parent], views, containers)
    for key, it in (view.properties or {}).items():
        if isinstance(it, MappedProperty):
            held = containers[it.container].properties[it.container_property_identifier]
            type_ = replace(held.type, source=it.source)
            found[key] = replace(it, type=type_, nullable=held.nullable, default_value=held.default_value, source=None)
        else:
            found[key] = it
    return found
