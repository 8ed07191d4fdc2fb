"""Whatever the asynchronous client can, its twin can: same names, same parameters, same words."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pygen_runtime.client import AsyncPygenClient, PageStream
from pygen_runtime.sdk import (
    AsyncModelClient,
    ChangeFeed,
    EdgeToMany,
    EdgeToOne,
    ModelClient,
    PygenGroups,
    PygenQuery,
    PygenRows,
    SyncChangeFeed,
    SyncEdgeToMany,
    SyncEdgeToOne,
    SyncGroups,
    SyncQuery,
    SyncRows,
    SyncToMany,
    SyncToOne,
    SyncViewAPI,
    ToMany,
    ToOne,
    ViewAPI,
)
from pygen_runtime.sdk.graph.sync_traverse import SyncPath, SyncReach
from pygen_runtime.sdk.graph.traverse import PygenPath, PygenReach
from pygen_runtime.sdk.queries.derived import DerivedQuery
from pygen_runtime.sdk.queries.sync_derived import SyncDerivedQuery
from pygen_runtime.sync import PageReader, PygenClient
from tests.runtime.sync_twins import SYNC, resources, twins

BY_HAND: list[tuple[type, type]] = [
    (AsyncPygenClient, PygenClient),
    (PageStream, PageReader),
    (PygenQuery, SyncQuery),
    (PygenRows, SyncRows),
    (PygenGroups, SyncGroups),
    (DerivedQuery, SyncDerivedQuery),
    (ChangeFeed, SyncChangeFeed),
    (ViewAPI, SyncViewAPI),
    (AsyncModelClient, ModelClient),
    (PygenPath, SyncPath),
    (PygenReach, SyncReach),
    (ToOne, SyncToOne),
    (ToMany, SyncToMany),
    (EdgeToOne, SyncEdgeToOne),
    (EdgeToMany, SyncEdgeToMany),
]

WITHOUT_TWIN = {
    "AsyncPygenClient.pages": "takes an asynchronous function",
    "AsyncPygenClient.stream": "takes an asynchronous function",
    "PageStream.aclose": "is close",
    "PageStream.hand_out": "is for what is built on it",
    "PageStream.one_by_one": "is for what is built on it",
    "PageStream.take": "is for what is built on it",
    "PygenQuery.ahead": "is a field",
    "PygenQuery.client": "is a field",
    "PygenQuery.condition": "is a field",
    "PygenQuery.converted": "is a field",
    "PygenQuery.fields": "is a field",
    "PygenQuery.report": "is a field",
    "DerivedQuery.classes": "is a field",
    "DerivedQuery.query": "is a field",
    "PygenGroups.most": "is a field",
    "PygenPath.hops": "is a field",
    "PygenPath.start": "is a field",
    "PygenReach.hop": "is a field",
    "PygenReach.max_distance": "is a field",
    "PygenReach.start": "is a field",
    "PygenReach.until": "is a field",
    "PygenGroups.names": "is a field",
    "PygenGroups.query": "is a field",
    "PygenRows.names": "is a field",
    "PygenRows.query": "is a field",
    "PygenQuery.most": "is a field",
    "PygenQuery.order": "is a field",
    "PygenQuery.resource": "is a field",
    "PygenQuery.split": "is a field",
}

OTHER_WORDS = {"PageStream.next"}  # which tells of cancellation

OTHER_TYPES = {
    "EdgeToMany": "SyncEdgeToMany",
    "ToMany": "SyncToMany",
    "AsyncGenerator": "Iterator",
    "Hop": "SyncHop",
    "PygenPath": "SyncPath",
    "PygenReach": "SyncReach",
    "AsyncIterator": "Iterator",
    "AsyncPygenClient": "PygenClient",
    "ChangeFeed": "SyncChangeFeed",
    "PageStream": "PageReader",
    "PygenQuery": "SyncQuery",
    "ViewAPI": "SyncViewAPI",
    "DerivedQuery": "SyncDerivedQuery",
    "PygenGroups": "SyncGroups",
    "PygenRows": "SyncRows",
}


def test_the_twins_are_those_of_the_sources(update_golden: bool) -> None:
    """With --update-golden they are written."""
    stale = []
    for path, text in twins():
        if update_golden:
            path.write_text(text, "utf-8")
        elif not path.exists() or path.read_text("utf-8") != text:
            stale.append(path.name)
    assert stale == [], "run this test with --update-golden, read the difference, and commit it"


def resource_twins() -> Iterator[tuple[type, type]]:
    client = PygenClient.from_token(base_url="http://127.0.0.1:1", project="p", token="t")
    for name, kind in resources().items():
        yield kind, type(getattr(client, name, None))  # without one, the comparison says what is missing


@pytest.mark.parametrize("kinds", [*resource_twins(), *BY_HAND], ids=lambda kinds: kinds[1].__name__)
def test_every_public_member_has_a_twin_that_takes_and_says_the_same(kinds: tuple[type, type]) -> None:
    asynchronous, synchronous = kinds
    compared = 0
    for name in [name for name in dir(asynchronous) if not name.startswith("_")]:
        if f"{asynchronous.__name__}.{name}" in WITHOUT_TWIN:
            continue
        assert hasattr(synchronous, name), f"{synchronous.__name__} has no {name}"
        mine, other = (inspect.getattr_static(kind, name) for kind in (asynchronous, synchronous))
        assert type(mine) is type(other) or asynchronous is PygenQuery, name
        if callable(getattr(asynchronous, name)):
            assert _signature(getattr(asynchronous, name)) == _signature(getattr(synchronous, name)), name
            assert not inspect.iscoroutinefunction(getattr(synchronous, name)), name
        if f"{asynchronous.__name__}.{name}" not in OTHER_WORDS:
            assert (inspect.getdoc(other) or "") == _words(inspect.getdoc(mine) or ""), name
        compared += 1
    assert compared


class Recorder:
    """A bridge, a client and all its parts: keeps what is called, with which arguments."""

    def __init__(self) -> None:
        self.path: list[str] = []
        self.given: tuple[tuple[Any, ...], dict[str, Any]] | None = None

    @property
    def client(self) -> Recorder:
        return self

    def run(self, work: Callable[[Recorder], object]) -> object:
        return work(self)

    def post(self, work: Callable[[], object]) -> None:
        """Nothing is to be closed."""

    def __getattr__(self, name: str) -> Recorder:
        self.path.append(name)
        return self

    def __call__(self, *args: Any, **kwargs: Any) -> Recorder:
        if self.given is None:
            self.given = (args, kwargs)
        return self


METHODS = [
    pytest.param(attribute, kind, twin, name, id=f"{attribute}.{name}")
    for (attribute, kind), (_, twin) in zip(resources().items(), resource_twins(), strict=True)
    for name, member in vars(twin).items()
    if callable(member) and not name.startswith("_")
]


@pytest.mark.parametrize(("attribute", "kind", "twin", "name"), METHODS)
def test_every_twin_hands_on_all_that_it_is_given(attribute: str, kind: type, twin: Any, name: str) -> None:
    bridge = Recorder()
    parameters = [*inspect.signature(getattr(twin, name)).parameters.values()][1:]
    given = {one.name: object() for one in parameters}
    positional = [given[one.name] for one in parameters if one.kind is not one.KEYWORD_ONLY]
    named = {one.name: given[one.name] for one in parameters if one.kind is one.KEYWORD_ONLY}
    getattr(twin(bridge), name)(*positional, **named)
    asked = bridge.path[1]
    assert bridge.path[:2] == [attribute, "stream" if (name, attribute) == ("iterate", "instances") else name]
    assert bridge.given is not None
    bound = inspect.signature(getattr(kind, asked)).bind(None, *bridge.given[0], **bridge.given[1]).arguments
    assert {key: bound[key] for key in given} == given


def test_the_names_of_members_without_a_twin_exist() -> None:
    by_name = {kind.__name__: kind for kind, _ in BY_HAND}
    for member in [*WITHOUT_TWIN, *OTHER_WORDS]:
        kind, _, name = member.partition(".")
        assert name in dir(by_name[kind]) or name in by_name[kind].__annotations__, member


def test_the_twins_stand_where_the_sources_are_told_apart() -> None:
    assert {path.parent for path, _ in twins()} == {SYNC}
    assert Path(inspect.getfile(PygenClient)).parent == SYNC


def _signature(member: Any) -> list[tuple[str, Any, Any, str]]:
    """Parameters, and what comes back when it has been awaited."""
    found = inspect.signature(member)
    parameters = [(one.name, one.kind, one.default, str(one.annotation)) for one in found.parameters.values()]
    returns = str(found.return_annotation)
    for one, twin in OTHER_TYPES.items():
        parameters = [
            (name, kind, default, re.sub(rf"\b{one}\b", twin, text)) for name, kind, default, text in parameters
        ]
        returns = re.sub(rf"\b{one}\b", twin, returns)
    return [("self", None, None, "") if one[0] == "self" else one for one in parameters] + [("", None, None, returns)]


def _words(text: str) -> str:
    """Without the `await` of an example."""
    return text.replace("async with ", "with ").replace("async for ", "for ").replace("await ", "")
