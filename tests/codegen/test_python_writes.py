"""Write classes as they are generated: what they hold, and what type checkers make of their use, right and wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType

import msgspec
import pytest
from msgspec import UNSET

from pygen_codegen.ir import IRDirect, IRDirectRelation, IREdge, IRList, IRRelationship
from pygen_codegen.python.names import settle
from pygen_codegen.python.reserved import RESOURCE
from pygen_runtime.errors import UsageError
from pygen_runtime.schema import NodeId
from pygen_runtime.sdk import BareEdgeWrite, PygenEdgeWrite, PygenNodeWrite
from pygen_runtime.sdk.writes.shapes import shape_of
from tests.codegen.python_models import COLLISIONS, EVERYTHING, model, prop, view, view_id
from tests.codegen.python_tools import generate, mypy, pyright, write
from tests.codegen.test_python_models import load

ImportSdk = Callable[[str, Mapping[str, str]], ModuleType]

RIGHT = """
from __future__ import annotations

import datetime
from typing import assert_type

from everything import (
    AsyncEverythingClient,
    BoxState,
    Everything,
    EverythingClient,
    EverythingWrite,
    Link,
    LinkWrite,
    OtherWrite,
    SyncEverything,
)
from msgspec import UNSET
from pygen_runtime.sdk import DeletePlan, NodeId, WriteDefaults, WritePlan, WriteResult, counted_ids

ID = NodeId("a", "b")


def patch(external_id: str) -> EverythingWrite:
    return EverythingWrite(
        external_id=external_id,
        text_required=UNSET, boolean_required=True, int_32_required=1, int_64_required=1, float_32_required=1.0,
        float_64_required=1, timestamp_required=datetime.datetime.now(datetime.UTC), date_required=datetime.date.today(),
        json_required={"a": [1]}, time_series_required="t", file_required="f", sequence_required="s", itself=ID, match_=1,
    )


async def right(client: AsyncEverythingClient, read: Everything, link: Link) -> None:
    one, other = patch("a"), OtherWrite(external_id="o", state=BoxState.RUNNING)
    one.text_value, one.int_32_value, one.text_list = None, 3, ["a"]
    one.other, one.others = other, [other, ID]
    one.itself = one
    one.links = [other, ID, LinkWrite(end_node=other, distance=1.0)]
    one.link = None
    assert_type(read.as_write(), EverythingWrite)
    assert_type(link.as_write(), LinkWrite)
    client.writing = WriteDefaults(space="here", node_id=counted_ids())
    assert_type(await client.upsert([one, other]), WriteResult)
    assert_type(await client.upsert(read.as_write(), replace=True, replace_edges=True), WriteResult)
    assert_type(await client.plan_upsert(one, check_versions=False), WritePlan)
    await client.delete([read, ID, link, one])
    assert_type(await client.plan_delete(read, cascade=["others"]), DeletePlan)


def without_await(client: EverythingClient, read: SyncEverything) -> None:
    assert_type(client.upsert(read.as_write()), WriteResult)
    assert_type(client.plan_delete(read), DeletePlan)
"""

WRONG = """
from __future__ import annotations

import datetime
from everything import AsyncEverythingClient, Everything, EverythingWrite, LinkWrite, OtherWrite, SharedWrite
from msgspec import UNSET
from pygen_runtime.sdk import NodeId


async def wrong(client: AsyncEverythingClient, one: EverythingWrite, read: Everything) -> None:
    OtherWrite(external_id="a")  # a required property must be spoken of
    OtherWrite(external_id="a", state=None)  # and cannot be cleared
    OtherWrite(external_id="a", state="running")  # a text is no enum
    OtherWrite(external_id="a", state=UNSET, stat=1)  # misspelt
    one.text_value = 3  # a text
    one.text_list = "abc"  # a list
    one.int_32_value = 1.5  # a whole number
    one.timestamp_value = datetime.date.today()  # a moment
    one.match_ = None  # not nullable
    one.nothing = 1  # no such property
    one.computed = "x"  # the service's own
    one.other = SharedWrite(external_id="s")  # another view
    one.others = [one]  # another view
    one.link = LinkWrite(end_node=NodeId("a", "b"))  # of edges without properties
    LinkWrite(end_node=one)  # the other way round
    await client.upsert(read)  # not yet as_write()
    await client.upsert(one, replaces=True)  # misspelt
    await client.delete("a")  # not an id
"""


def test_type_checkers_know_what_can_be_written(tmp_path: Path, checker_cache: Path) -> None:
    folder = tmp_path / "sdks"
    write(folder / "everything", generate(EVERYTHING, "everything"))
    write(folder, {"right.py": RIGHT, "wrong.py": WRONG})
    expected = {n for n, line in enumerate(WRONG.splitlines(), 1) if line.startswith("    ") and "#" in line}
    assert len(expected) == 18
    for told in (mypy(checker_cache, folder), pyright(folder)):
        errors = [line for line in told.splitlines() if ": note:" not in line]
        assert all("wrong.py" in line for line in errors), told
        assert {int(line.split("wrong.py:")[1].split(":")[0]) for line in errors} == expected, told


def test_write_classes_hold_what_can_be_written_and_no_more(import_sdk: ImportSdk) -> None:
    package = import_sdk("written", generate(EVERYTHING, "written"))
    shape = shape_of(package.EverythingWrite)
    everything = EVERYTHING.classes[0]
    assert {one.source for one in shape.properties} == {
        one.source for one in everything.properties if not one.read_only
    }
    assert [one.source for one in shape.properties if one.required] == [
        one.source for one in everything.properties if one.required
    ]
    assert {one.name for one in shape.edges} == {"link", "links", "shared_link", "strange_links"}
    assert package.EverythingWrite.DEFAULTED == ("with_default",)
    held = {one.name: one.held for one in shape.properties if one.kinds}
    assert held == {"other": "other_id", "others": "others_ids", "itself": "itself_id"}
    assert shape_of(package.LinkWrite).ends == {
        "start_node": (package.EverythingWrite,),
        "end_node": (package.OtherWrite,),
    }
    assert package.LinkWrite(external_id="l").edge_type == NodeId("golden", "Everything.link")
    assert {"EverythingWrite", "OtherWrite", "LinkWrite", "SharedWrite", "SharedEdgeWrite"} <= set(package.__all__)


def test_no_property_can_be_called_like_what_every_write_object_has() -> None:
    for kind in (PygenNodeWrite, PygenEdgeWrite, BareEdgeWrite):
        assert {name for name in dir(kind) if not name.startswith("_")} <= RESOURCE
    names = settle(model("M", view("A", *map(prop, ("existing_version", "space", "node_type", "READ", "validate")))))
    assert [*names.classes[0].fields.values()] == ["existing_version_", "space_", "node_type_", "read", "validate_"]


def test_properties_with_colliding_names_are_all_written(import_sdk: ImportSdk) -> None:
    package = import_sdk("collided", generate(COLLISIONS, "collided"))
    names = settle(COLLISIONS)
    for cls in names.classes:
        kind = getattr(package, names.writes[cls.view.id, cls.kind])
        shape = shape_of(kind)
        assert {one.source for one in shape.properties} == {one.source for one in cls.view.properties}
        sources = {one.source: one.name for one in shape.properties}
        values = {one.name: UNSET for one in shape.properties}
        assert kind(**values, external_id="x") == kind(**values, external_id="x")
        assert len(set(sources.values())) == len(sources)
        made = getattr(package, cls.name)
        assert made.as_write.__annotations__["return"] == kind.__name__


def test_views_that_cannot_be_written_have_no_write_class() -> None:
    names = settle(model("M", view("Read", prop("a"), writable=False), view("Both", prop("a"))))
    assert [*names.writes.values()] == ["BothWrite"]
    text = generate(model("M", view("Read", prop("a"), writable=False)))["data_classes.py"]
    assert "Write" not in text
    assert "as_write" not in text


def test_a_relation_takes_what_implements_its_target(import_sdk: ImportSdk) -> None:
    child = view("Child", prop("a"), implements=(view_id("Parent"),))
    locked = view("Locked", prop("a"), implements=(view_id("Child"),), writable=False)
    to_parent = IRRelationship(source="to", via=IRDirect(many=False), target=view_id("Parent"))
    to_locked = IRRelationship(
        source="locked", via=IREdge(type=NodeId("a", "b"), direction="outwards", many=True), target=view_id("Locked")
    )
    holder = view(
        "Holder", prop("to", IRDirectRelation(target=view_id("Parent"))), relationships=(to_parent, to_locked)
    )
    package = import_sdk("families", generate(model("M", view("Parent", prop("a")), child, locked, holder), "families"))
    kinds = {one.name: one.kinds for one in shape_of(package.HolderWrite).properties}
    assert kinds["to"] == (package.ParentWrite, package.ChildWrite)
    assert {one.name: one.kinds for one in shape_of(package.HolderWrite).edges} == {"locked": ()}
    package.HolderWrite(external_id="h", to=package.ChildWrite(external_id="c")).validate()
    with pytest.raises(UsageError, match="HolderWrite does not belong here"):
        package.HolderWrite(external_id="h", to=package.HolderWrite(external_id="c")).validate()


def test_new_nodes_have_the_type_that_their_view_asks_for(import_sdk: ImportSdk) -> None:
    typed = model(
        "M", view("Typed", prop("a"), prop("many", IRList(item=IRDirectRelation())), node_type=NodeId("s", "T"))
    )
    package = import_sdk("of_type", generate(typed, "of_type"))
    assert package.TypedWrite(external_id="x").node_type == NodeId("s", "T")
    read = msgspec.json.decode(b"{}", type=package.Typed)
    assert read.as_write().node_type is None, "as it was read"


@pytest.mark.models
def test_every_model_can_be_written_as_far_as_it_is_writable(models_dir: Path, import_sdk: ImportSdk) -> None:
    """Annotations are names of classes further down: here they are all looked up."""
    for path in sorted(models_dir.glob("*/api_read/model.yaml")):
        name = path.parents[1].name
        ir = load(models_dir, name)
        package = import_sdk(f"writes_{name.lower()}", generate(ir, f"writes_{name.lower()}"))
        names = settle(ir)
        for cls in names.classes:
            assert ((cls.view.id, cls.kind) in names.writes) == cls.view.writable
            if cls.view.writable:
                shape = shape_of(getattr(package, names.writes[cls.view.id, cls.kind]))
                assert {one.source for one in shape.properties} == {
                    prop.source for prop in cls.view.properties if not prop.read_only
                }
                assert {one.name for one in shape.edges} == {
                    cls.relations[each.source]
                    for each in cls.view.relationships
                    if isinstance(each.via, IREdge) and each.source in cls.relations
                }
