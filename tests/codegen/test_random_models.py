"""Whatever a legal model holds: it is parsed, checked, named, emitted and compiled, and the same every time."""

from __future__ import annotations

import os
from collections.abc import Iterable

import msgspec
from hypothesis import HealthCheck, given, settings

from pygen_codegen.ir import IRModel, analyse, by_dependency, inherited, inverses
from pygen_codegen.naming import PYTHON, pascal
from pygen_codegen.python.names import Names, settle
from pygen_runtime.schema import DataModel, View, ViewId
from tests.codegen.python_tools import generate
from tests.codegen.random_models import data_models

EXAMPLES, EMITTED_AGAIN = (10_000, 50) if os.environ.get("PYGEN_THOROUGH") == "1" else (200, 10)
"""So many models; one of so many is emitted again, from another order and from JSON."""


def reordered(model: DataModel) -> DataModel:
    """The same model as another server might answer it."""
    views = [
        msgspec.structs.replace(view, properties=dict(reversed((view.properties or {}).items())))
        for view in reversed(model.views or ())
    ]
    return msgspec.structs.replace(model, views=views)


def distinct(names: Iterable[str]) -> bool:
    names = list(names)
    return len(set(names)) == len(names) and all(name.isidentifier() and name not in PYTHON for name in names)


def check_scopes(names: Names) -> None:
    classes = [
        name
        for cls in names.classes
        for name in (cls.name, cls.sync, cls.api, cls.sync_api, cls.conditions, cls.fields_class)
    ]
    enums = [enum.name for enum in names.enums.values()]
    assert distinct([names.client, names.sync_client, *classes, *enums, *names.protocols.values()])
    assert distinct(cls.client for cls in names.classes)
    for enum in names.enums.values():
        assert distinct(enum.members.values())
        assert enum.members.keys() == {value.source for value in enum.enum.values}
    for cls in names.classes:
        ends = [attribute for attribute, _ in cls.ends.values()]
        assert distinct([*cls.fields.values(), *cls.relations.values(), *ends])
        assert distinct(cls.keywords.values())
        assert cls.fields.keys() == {prop.source for prop in cls.view.properties}


def check_graph(model: IRModel) -> None:
    ids = [each.id for each in model.classes]
    order = [each.id for each in by_dependency(model)]
    assert sorted(order) == ids == sorted(ids)
    for each in model.classes:
        assert all(order.index(parent) < order.index(each.id) for parent in each.implements if parent in order)
        sources = {prop.source for prop in each.properties} | {relation.source for relation in each.relationships}
        assert inherited(model)[each.id].keys() <= sources
    ends = inverses(model)
    assert all(end in ends[other] for end, others in ends.items() for other in others)


def class_names(views: list[View], model: DataModel) -> dict[ViewId, str]:
    """What the classes of views are called in an SDK; of those with two classes, the main one."""
    names = settle(analyse([msgspec.structs.replace(model, views=views)]).model)
    return {id: name for (id, _), name in [*names.data_classes.items()][::-1]}


@given(data_models())
@settings(max_examples=EXAMPLES // 2, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_one_more_view_renames_at_most_the_one_that_had_its_very_name(model: DataModel) -> None:
    *views, newcomer = model.views or []
    before = class_names(views, model) if views else {}
    after = class_names([*views, newcomer], model)
    renamed = [id for id in before if before[id] != after[id]]
    assert len(renamed) <= 1
    for id in renamed:
        assert pascal(id.external_id) == pascal(newcomer.external_id)
        assert before[id] == after[newcomer.as_id()]


@given(data_models())
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_legal_model_becomes_an_sdk(model: DataModel) -> None:
    analysis = analyse([model])
    listed = {view.as_id() for view in model.views or ()}
    assert {each.id for each in analysis.model.classes} == listed  # a legal view is never left out as a whole
    assert all(finding.view in listed for finding in analysis.findings)
    check_graph(analysis.model)
    check_scopes(settle(analysis.model))
    files = generate(analysis.model)  # compiles every module
    again = analyse([reordered(model)])
    assert (again.model, set(again.findings)) == (analysis.model, set(analysis.findings))
    text = msgspec.json.encode(analysis.model)
    assert msgspec.json.decode(text, type=IRModel) == analysis.model
    if len(text) % EMITTED_AGAIN == 0:
        assert generate(msgspec.json.decode(msgspec.json.encode(again.model), type=IRModel)) == files
