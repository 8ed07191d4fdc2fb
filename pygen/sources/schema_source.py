"""What a file or a folder holds: spaces, containers, views and data models, as values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import msgspec

from pygen.errors import SourceError
from pygen.sources.shown_containers import shown_containers
from pygen_codegen.ir import Finding, resolve
from pygen_codegen.ir.containers import whole_views
from pygen_runtime.schema import Container, DataModel, DataModelId, MappedProperty, Space, View, ViewId

_CHOICE = re.compile(r"(?:(?P<space>[^:/()]+):)?(?P<id>[^:/()]+)(?:/(?P<a>[^:/()]+)|\((?P<b>[^:/()]+)\))?")
_SHOWN = 10


class PassedOver(NamedTuple):
    """A file that looks like a part of a model, but could not be read as one."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaSource:
    """Everything that a path holds, as it stands there: views in write form have no types and nothing inherited.

    Attributes:
        path: The file or folder.
        spaces: Spaces.
        containers: Containers.
        views: Views that stand outside of data models.
        data_models: Data models; their views are whole, or references that carry nothing but the identifier. There is one at
            least, except when there are containers only.
        further_containers: Containers of other paths, for what this one refers to.
        further_views: Views of other paths, likewise.
        assumed: The data model that nothing names: of views or types that stand alone.
        passed_over: Files that look like parts of a model, but are not.
        findings: What is worth telling about the text of the files; what they say together, `pygen_codegen.ir.analyse` tells.
    """

    path: Path
    spaces: Sequence[Space] = ()
    containers: Sequence[Container] = ()
    views: Sequence[View] = ()
    data_models: Sequence[DataModel] = ()
    further_containers: Sequence[Container] = ()
    further_views: Sequence[View] = ()
    assumed: DataModelId | None = None
    passed_over: Sequence[PassedOver] = ()
    findings: Sequence[Finding] = ()

    def all_views(self) -> list[View]:
        """Every view that is defined, those inside of data models and those of other paths included."""
        inside = [view for model in self.data_models for view in model.views or () if not is_reference(view)]
        return [*inside, *self.views, *self.further_views]

    def all_containers(self) -> list[Container]:
        """Every container, those of other paths included, and where one is not given what views in read form show of it."""
        given = [*self.containers, *self.further_containers]
        return [*given, *shown_containers(self.all_views(), given)]

    def choose(self, names: Sequence[str] = ()) -> list[DataModel]:
        """The data models that are asked for.

        Args:
            names: External ids, or `space:externalId/version`, or parts of it; nothing for all.

        Raises:
            SourceError: There is no such data model, or several answer to one name.
        """
        return [self._named(name) for name in names] if names else list(self.data_models)

    def read_form(self, name: str | None = None) -> DataModel:
        """The one data model as the API would answer it, with its views inlined.

        Args:
            name: Which one, as in `choose`; not needed when there is only one.

        Raises:
            SourceError: There are several, or views of it need definitions that were not given.
        """
        if not self.data_models and name is None:
            return self._of_containers()
        models = self.choose([name] if name is not None else [])
        if len(models) > 1:
            raise several(self.path, models)
        model = models[0]
        resolved = resolve(self.all_views(), self.all_containers())
        views = {view.as_id(): view for view in resolved.views}
        known = [views[id] for id in dict.fromkeys(view.as_id() for view in model.views or ()) if id in views]
        if not known:
            what = "only refers to its views, which are not given" if model.views else "has no views"
            raise SourceError(f"{self.path}: the data model {model.as_id()} {what}")
        own = {view.as_id() for view in known}
        for finding in resolved.findings:
            if finding.code == "missing-parent" and finding.view in own:
                raise SourceError(f"{self.path}: {finding.message}")
        self.check(own)
        for view in known:
            self._check_complete(view)
        return msgspec.structs.replace(model, views=known)

    def check(self, views: Collection[ViewId] | None = None) -> None:
        """Refuse files whose text holds errors, for callers that want all of a model or nothing.

        Args:
            views: The views that matter; None for all.

        Raises:
            SourceError: There is an error.
        """
        for finding in self.findings:
            if finding.severity == "error" and (views is None or finding.view in views):
                raise SourceError(f"{self.path}: {finding.message}")

    def _of_containers(self) -> DataModel:
        """A data model of views that map the containers whole."""
        id = assumed_id(self.containers)
        views = resolve(whole_views(self.containers, id.version), self.containers).views
        return DataModel(space=id.space, external_id=id.external_id, version=id.version, views=list(views))

    def _check_complete(self, view: View) -> None:
        for name, each in (view.properties or {}).items():
            if isinstance(each, MappedProperty) and each.type is None:
                raise SourceError(
                    f"{self.path}: nothing says the type of property {name} of view {view.as_id()}: the view is in write "
                    f"form, and its container {each.container} is not given"
                )

    def _named(self, name: str) -> DataModel:
        space, external_id, version = parse_choice(name)
        found = [
            model
            for model in self.data_models
            if model.external_id == external_id and space in (None, model.space) and version in (None, model.version)
        ]
        if not found:
            raise SourceError(f"{self.path} holds no data model {name}; it holds {_list(self.data_models)}")
        if len(found) > 1:
            raise several(self.path, found)
        return found[0]


def is_reference(view: View) -> bool:
    """Whether a view of a data model is nothing but its identifier."""
    return view == View(space=view.space, external_id=view.external_id, version=view.version)


def several(path: Path, models: Sequence[DataModel]) -> SourceError:
    """The error for a choice that is left open."""
    return SourceError(f"{path} holds {len(models)} data models ({_list(models)}); choose one with --data-model")


def parse_choice(name: str) -> tuple[str | None, str, str | None]:
    """Space, external id and version that `space:externalId/version` spells, or `space:externalId(version)`, or a part of it.

    Raises:
        SourceError: It is something else.
    """
    found = _CHOICE.fullmatch(name.strip())
    if found is None:
        raise SourceError(f"{name!r} names no data model; write space:externalId/version, or a part of it")
    return found["space"], found["id"], found["a"] or found["b"]


def parse_id(name: str) -> DataModelId | None:
    """The identifier that a name spells, or None when a part of it is missing."""
    space, external_id, version = parse_choice(name)
    return DataModelId(space, external_id, version) if space and version else None


def assumed_id(definitions: Sequence[View | Container]) -> DataModelId:
    """What a data model of definitions that stand alone is called: after the space that most of them are in."""
    space = Counter(each.space for each in definitions).most_common(1)[0][0]
    versions = {each.version for each in definitions if isinstance(each, View)}
    return DataModelId(space, legal_name(space), versions.pop() if len(versions) == 1 else "1")


def legal_name(text: str) -> str:
    """An external id that looks like a text; `model` when nothing of it can be kept."""
    cleaned = re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_").lstrip("0123456789_")
    return cleaned[:43].rstrip("_") or "model"


def _list(models: Sequence[DataModel]) -> str:
    names = ", ".join(str(model.as_id()) for model in models[:_SHOWN])
    return f"{names}, …" if len(models) > _SHOWN else names or "none"
