"""Telling a conflict with somebody else from the echo of a write of our own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from pygen_runtime.client.read_back import read_back, same_value
from pygen_runtime.client.sending import Answered, Lost
from pygen_runtime.errors import ConflictError
from pygen_runtime.schema import (
    ContainerId,
    Edge,
    EdgeWrite,
    Instance,
    InstanceWrite,
    Node,
    NodeId,
    NodeWrite,
    SourceWrite,
    ViewId,
)
from pygen_runtime.schema.requests import ByIdsRequest

VIEW, OTHER = ViewId("s", "V", "1"), ViewId("s", "W", "1")
A, B = NodeId("s", "a"), NodeId("s", "b")
CONFLICT = ConflictError("conflict", status=409, method="POST", path="/models/instances", attempts=2)


@pytest.mark.parametrize(
    ("written", "stored", "same"),
    [
        (None, None, True),
        (None, 0, False),
        (0, None, False),
        (True, True, True),
        (True, 1, False),
        (1, True, False),
        (5.0, 5, True),
        (0.1, 0.10000000149011612, True),
        (0.1, 0.2, False),
        (1e300, 1e299, False),
        ("a", "a", True),
        ("a", "b", False),
        ("", None, False),
        ("2026-01-02T03:04:05Z", "2026-01-02T04:04:05.000+01:00", True),
        ("2026-01-02T03:04:05.1239", "2026-01-02T03:04:05.123+00:00", True),
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:06Z", False),
        ([1, "x"], [1.0, "x"], True),
        ([1], [1, 2], False),
        ({"a": [1]}, {"a": [1]}, True),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ({"a": 1}, [1], False),
    ],
)
def test_values_are_compared_as_the_server_keeps_them(written: Any, stored: Any, *, same: bool) -> None:
    assert same_value(written, stored) is same


def written(name: str, *, version: int | None = 1, type_: NodeId | None = None, **views: Any) -> NodeWrite:
    sources = [SourceWrite(source={"V": VIEW, "W": OTHER}[key], properties=values) for key, values in views.items()]
    return NodeWrite(space="s", external_id=name, type=type_, sources=sources or None, existing_version=version)


def there(name: str, version: int, *, type_: NodeId | None = None, **properties: Any) -> Node:
    return Node(
        space="s",
        external_id=name,
        version=version,
        created_time=1,
        last_updated_time=2,
        type=type_,
        properties={"s": {"V/1": properties}},
    )


def link(end: NodeId, kind: type[Any], **more: Any) -> Any:
    return kind(space="s", external_id="e", type=A, start_node=A, end_node=end, **more)


async def recover(items: Sequence[InstanceWrite], *stored: Instance) -> list[str]:
    asked: list[ByIdsRequest] = []

    async def read(request: ByIdsRequest) -> Sequence[Instance]:
        asked.append(request)
        wanted = {one.external_id for one in request.items}
        return [one for one in stored if one.external_id in wanted]

    words = {Answered: "written", Lost: "unknown", type(None): "not"}
    return [words[type(one)] for one in await read_back(items, CONFLICT, read)]


async def test_what_is_stored_as_it_was_to_be_written_is_ours() -> None:
    items = [written("a", V={"x": 1, "gone": None}), written("b", type_=A), written("c", version=None)]
    assert await recover(items, there("a", 2, x=1, y=3), there("b", 2, type_=A)) == ["written", "written", "not"]


async def test_if_one_item_is_as_before_nothing_of_the_batch_was_written() -> None:
    items = [written("a", V={"x": 1}), written("b", V={"x": 1})]
    assert await recover(items, there("a", 2, x=1), there("b", 1, x=0)) == ["not", "not"]
    assert await recover(items, there("a", 2, x=1)) == ["not", "not"]


async def test_an_item_that_needed_no_change_says_nothing_about_the_others() -> None:
    items = [written("a", V={"x": 1}), written("b", V={"x": 1})]
    assert await recover(items, there("a", 2, x=1), there("b", 1, x=1)) == ["written", "not"]


async def test_what_somebody_else_changed_afterwards_is_not_taken_for_ours() -> None:
    items = [written("a", V={"x": 1}), written("b", V={"x": 1}), written("c", type_=B)]
    stored = [there("a", 2, x=1), there("b", 3, x=7), there("c", 2, type_=A)]
    assert await recover(items, *stored) == ["written", "not", "not"]


@pytest.mark.parametrize(("end", "said"), [(B, "written"), (A, "not")])
async def test_the_ends_of_an_edge_count(end: NodeId, said: str) -> None:
    item: EdgeWrite = link(B, EdgeWrite, existing_version=1)
    stored: Edge = link(end, Edge, version=2, created_time=1, last_updated_time=2)
    assert await recover([item], stored) == [said]


async def test_what_was_written_through_containers_cannot_be_told_unless_its_version_is_the_old_one() -> None:
    item = written("a")
    item.sources = [SourceWrite(source=ContainerId("s", "C"), properties={"x": 1})]
    assert await recover([item], there("a", 2)) == ["unknown"]
    assert await recover([item], there("a", 1)) == ["not"]


async def test_what_its_views_hide_for_lack_of_data_cannot_be_told_but_is_not_taken_for_absent() -> None:
    async def read(request: ByIdsRequest) -> Sequence[Instance]:
        seen = [there("b", 2, x=1)] if request.sources else [there("a", 2), there("c", 1)]
        return [one for one in seen if one.external_id in {item.external_id for item in request.items}]

    items = [written("a", V={"x": 1}), written("b", V={"x": 1}), written("c", V={"x": 1})]
    found = await read_back(items, CONFLICT, read)
    assert [type(one) for one in found] == [Lost, Answered, type(None)]


async def test_items_that_were_not_sent_together_say_nothing_about_each_other() -> None:
    async def read(request: ByIdsRequest) -> Sequence[Instance]:
        return [there("a", 2, x=1)]

    found = await read_back([written("a", V={"x": 1}), written("b")], CONFLICT, read, together=False)
    assert [type(one) for one in found] == [Answered, type(None)]


async def test_views_are_read_as_they_were_written_through() -> None:
    asked: list[list[ViewId]] = []

    async def read(request: ByIdsRequest) -> Sequence[Instance]:
        asked.append([one.source for one in request.sources or ()])
        return []

    items = [written("a", V={"x": 1}), written("b", V={"x": 1}, W={"y": 2}), written("c", V={"x": 2})]
    await read_back(items, CONFLICT, read)
    assert asked == [[VIEW], [VIEW, OTHER], []], "and then what they hide"
