"""The doors of the IR: data models, views and containers go in, an IR and findings come out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter

from pygen_codegen.errors import ModelError
from pygen_codegen.ir.containers import whole_views
from pygen_codegen.ir.findings import LEFT_OUT, Finding, Findings, PartError, refuse
from pygen_codegen.ir.identifiers import check_source
from pygen_codegen.ir.parse import ClassParser
from pygen_codegen.ir.resolve import resolve
from pygen_codegen.ir.transform import select_views, with_classes
from pygen_codegen.ir.types import IRClass, IRDataModel, IREdge, IRModel
from pygen_codegen.ir.validate import Analysis, validate
from pygen_runtime.schema import ContainerWrite, DataModel, DataModelId, View, ViewId, ViewWrite


def analyse(
    models: Sequence[DataModel],
    *,
    views: Iterable[ViewWrite] = (),
    containers: Iterable[ContainerWrite] = (),
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
) -> Analysis:
    """As much of data models as can be generated, and what is worth telling about them.

    Contract: §3.3 (property types), §4.2 to §4.5 (views in write form and in read form), §5 (data models).

    Args:
        models: Data models, their views inlined in either form, or by reference. A view that several of them list is taken
            once; two versions of a view are two views.
        views: Further views, in either form. Those that relations of the models lead to, and those that edges have their
            properties in, become classes too; the rest only helps to check and to inherit.
        containers: What views in write form map.
        include: Views to keep, see `select_views`; nothing for all.
        exclude: Views to leave out.

    Raises:
        ModelError: There is nothing to generate, a model has an illegal identifier, or `include` or `exclude` name views
            that are not there.
    """
    _check_models(models)
    findings = Findings()
    inlined = [view for model in models for view in model.views or () if not _is_reference(view)]
    resolved = resolve([*inlined, *views], containers)
    findings.extend(resolved.findings)
    parser = ClassParser(sorted(resolved.views, key=View.as_id), findings)  # sources list them in any order
    known = {each.id: each for each in parser.classes()}
    listed = _listed(models, {view.as_id() for view in resolved.views}, findings)
    classes = [known[id] for id in listed if id in known]
    if not classes:
        refuse(findings.all())
    called = [known[id] for id in _called_for(classes) if id in known and id not in listed]
    first = models[0]
    model = IRModel(
        id=first.as_id(),
        classes=(),
        enums=parser.enums,
        data_models=tuple(map(_data_model, models)),
        name=first.name,
        description=first.description,
    )
    model = with_classes(model, sorted([*classes, *called], key=attrgetter("id")))
    if include or exclude:
        model = select_views(model, include, exclude)
    unused = known.keys() - {each.id for each in model.classes}
    analysis = validate(model, [each for each in known.values() if each.id in unused])
    findings.extend(analysis.findings)
    concerned = {*listed, *_called_for(classes)} - unused
    return Analysis(analysis.model, _in_order(findings, analysis.model, concerned))


def parse_model(model: DataModel) -> IRModel:
    """The intermediate representation of one data model, of all of it or not at all.

    Args:
        model: A data model in read form with its views inlined, inherited properties included.

    Returns:
        One class a view. A view may refer to views outside the model.

    Raises:
        ModelError: The model has no views, is in write form, contradicts itself, or holds identifiers, types or
            connections that CDF does not know or that this version does not.
    """
    analysis = analyse([model])
    refuse(analysis.findings)
    return analysis.model


def analyse_containers(
    containers: Sequence[ContainerWrite],
    id: DataModelId,
    *,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
) -> Analysis:
    """The same for a model of containers alone: one class each, of a view that maps the container whole.

    Args:
        containers: The containers.
        id: What the model is to be called. The views get its version.
        include: Views to keep, as in `analyse`.
        exclude: Views to leave out.

    Raises:
        ModelError: There are no containers, the model's identifier is illegal, or `include` or `exclude` name views that
            are not there.
    """
    if not containers:
        raise ModelError(f"there are no containers to make the model {id} of")
    views = whole_views(containers, id.version)
    references = [View(space=each.space, external_id=each.external_id, version=each.version) for each in views]
    model = DataModel(space=id.space, external_id=id.external_id, version=id.version, views=references)
    analysis = analyse([model], views=views, containers=containers, include=include, exclude=exclude)
    assumed = Findings()
    for each in analysis.model.classes:
        message = f"the container {each.id.space}:{each.id.external_id} has no view to read it through"
        assumed.add("assumed-view", message, f"the view {each.id} is assumed", view=each.id)
    return Analysis(analysis.model, (*analysis.findings, *assumed.all()))


def _check_models(models: Sequence[DataModel]) -> None:
    if not models:
        raise ModelError("there is no data model to read")
    for model in models:
        check_source(model.as_id(), "the data model")
        if not model.views:
            raise ModelError(f"the data model {model.as_id()} has no views; add some, or check the version")


def _is_reference(view: View) -> bool:
    return view == View(space=view.space, external_id=view.external_id, version=view.version)


def _listed(models: Sequence[DataModel], there: set[ViewId], findings: Findings) -> list[ViewId]:
    """The views that the models list, each once."""
    ids = list(dict.fromkeys(view.as_id() for model in models for view in model.views or ()))
    if there.isdisjoint(ids):
        raise ModelError(
            f"the data model {models[0].as_id()} holds references to its views only; retrieve it with its views inlined"
        )
    for id in ids:
        if id not in there:
            _tell_missing(id, findings)
    return ids


def _tell_missing(id: ViewId, findings: Findings) -> None:
    try:
        check_source(id, "a view of the data model")
    except PartError as error:
        findings.add(error.code, str(error), LEFT_OUT)
        return
    findings.add("missing-view", f"the data model lists the view {id}, which was not given", LEFT_OUT, view=id)


def _called_for(classes: Iterable[IRClass]) -> list[ViewId]:
    """The views that relations of classes lead to, or have their edges' properties in."""
    called: dict[ViewId, None] = {}
    for each in classes:
        for relationship in each.relationships:
            called[relationship.target] = None
            if isinstance(relationship.via, IREdge) and relationship.via.edge is not None:
                called[relationship.via.edge] = None
    return list(called)


def _data_model(model: DataModel) -> IRDataModel:
    return IRDataModel(
        id=model.as_id(),
        views=tuple(sorted({view.as_id() for view in model.views or ()})),
        name=model.name,
        description=model.description,
    )


def _in_order(findings: Findings, model: IRModel, concerned: set[ViewId]) -> tuple[Finding, ...]:
    """The findings about the whole, then those about the views concerned in the order of the model."""
    order = {each.id: position for position, each in enumerate(model.classes)}
    found = [each for each in findings.all() if each.view is None or each.view in concerned]
    return tuple(sorted(found, key=lambda each: -1 if each.view is None else order.get(each.view, len(order))))
