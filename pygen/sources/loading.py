"""From a path to what it holds: a file or a folder, in any of the formats, which are told by what stands there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from pygen.errors import SourceError
from pygen.sources.definitions import PYGEN_READS, Definitions, GraphQLModel, read_definitions
from pygen.sources.json_reader import parse_json
from pygen.sources.kinds import GRAPHQL_SUFFIXES, SUFFIXES, Kind, is_graphql, kind_of_file
from pygen.sources.references import view_references
from pygen.sources.schema_source import PassedOver, SchemaSource, assumed_id, is_reference, legal_name
from pygen.sources.shown_containers import shown_containers
from pygen.sources.system_models import system_model
from pygen.sources.text_files import files_below, read_text
from pygen.sources.variables import Missing, Variables, file_rank, tell_missing
from pygen_runtime.schema import Container, DataModel, DataModelId, SourceId, View

TOTAL_LIMIT = 256 * 1024 * 1024
"""Characters of all files of one model together."""

_IDENTIFIERS = frozenset({"space", "externalId", "version"})
_D = TypeVar("_D", View, Container)


def load_path(
    path: Path,
    *,
    with_: Sequence[Path] = (),
    variables: Mapping[str, str] | None = None,
    variable_files: Sequence[Path] = (),
    id: DataModelId | None = None,
) -> SchemaSource:
    """Everything that a file or a folder holds.

    What it may hold: definitions in the API's read form or write form as YAML or JSON, Cognite Toolkit's files of them, and
    types in GraphQL. Of folders the files that look like none of these are not read.

    Args:
        path: The file or folder.
        with_: Files and folders that define what this one refers to, such as a system model.
        variables: Values for `{{ placeholders }}`.
        variable_files: Files of such values; those beside the model need no mention.
        id: What the data model is called when nothing else says so: types in GraphQL, and views without a data model.

    Raises:
        SourceError: A path cannot be read, or holds something else; the message says where and what.
    """
    for file in variable_files:  # a mistyped name is told of even where no placeholder asks for it
        read_text(file)
    loaders = [_Loader(path, variables or {}, variable_files, id)]
    loaders += [_Loader(other, variables or {}, variable_files, None) for other in with_]
    found, *others = [loader.load() for loader in loaders]
    further_views, further_containers = _further(found, others)
    return SchemaSource(
        path=path,
        spaces=found.spaces,
        containers=found.containers,
        views=found.views,
        data_models=list(_merged(found.data_models, path)),
        further_containers=further_containers,
        further_views=further_views,
        assumed=loaders[0].assumed,
        passed_over=[each for loader in loaders for each in loader.passed_over],
        findings=tuple(dict.fromkeys(each for part in (found, *others) for each in part.findings)),
    )


@dataclass(slots=True)
class _Loader:
    """Reads the files of one path."""

    path: Path
    given: Mapping[str, str]
    variable_files: Sequence[Path]
    id: DataModelId | None
    passed_over: list[PassedOver] = field(default_factory=list)
    assumed: DataModelId | None = None

    def load(self) -> Definitions:
        whole = Definitions()
        is_folder = self.path.is_dir()
        variables = Variables(self.path, self.given, self.variable_files)
        texts, missing = self._texts(is_folder, variables)
        if missing:
            raise tell_missing(missing, variables.undecided)
        for path, text in texts.items():
            found = self._definitions(path, text, texts, strict=not is_folder or kind_of_file(path) is not None)
            if found is not None:
                _extend(whole, found)
        if not (whole.data_models or whole.views or whole.containers):
            raise self._nothing(is_folder)
        if whole.views and not whole.data_models:
            assumed = assumed_id(whole.views)
            whole.data_models.append(_model_of(self._name(assumed), whole.views))
        return whole

    def _name(self, assumed: DataModelId) -> DataModelId:
        """What a data model is called that does not say so itself."""
        self.assumed = None if self.id else assumed
        return self.id or assumed

    def _texts(self, is_folder: bool, variables: Variables) -> tuple[dict[Path, str], list[Missing]]:
        """The files that may hold definitions, placeholders filled in."""
        texts: dict[Path, str] = {}
        missing: list[Missing] = []
        total = 0
        for path in self._candidates() if is_folder else [self.path]:
            text = self._text(path, strict=not is_folder or kind_of_file(path) is not None)
            if text is None or not (path.suffix.lower() in SUFFIXES or _looks_like_model(text) or is_graphql("", text)):
                continue  # the latter such as a README that was named by mistake: its braces are no placeholders
            total += len(text)
            if total > TOTAL_LIMIT:
                raise SourceError(
                    f"{self.path} holds more than {TOTAL_LIMIT // 1024**2} MiB; give the folder of the model"
                )
            texts[path], without = variables.fill(text, path)
            if without and is_folder and kind_of_file(path) is None:
                self.passed_over.append(PassedOver(path, f"no value for the placeholder {without[0].name}"))
                del texts[path]
            else:
                missing += without
        return texts, missing

    def _candidates(self) -> Iterator[Path]:
        for path in files_below(self.path):
            if path.suffix.lower() in SUFFIXES and file_rank(path.name) is None and kind_of_file(path) != "other":
                yield path

    def _text(self, path: Path, *, strict: bool) -> str | None:
        """The text of a file; None for one whose name says nothing and which nothing in it recommends."""
        if strict or path.suffix.lower() in GRAPHQL_SUFFIXES:
            return read_text(path)
        try:
            text = read_text(path)
        except SourceError as error:
            self.passed_over.append(PassedOver(path, str(error)))
            return None
        return text if _looks_like_model(text) else None

    def _definitions(self, path: Path, text: str, texts: Mapping[Path, str], *, strict: bool) -> Definitions | None:
        suffix = path.suffix.lower()
        try:
            if is_graphql(suffix, text):
                return self._graphql_file(path, text, texts)
            named = kind_of_file(path)
            return self._read(path, _parse(suffix, text), named if named != "other" else None, texts)
        except SourceError as error:
            if strict or suffix in GRAPHQL_SUFFIXES:
                raise SourceError(f"{path}: {error}") from error
            self.passed_over.append(PassedOver(path, str(error).removesuffix(PYGEN_READS)))
            return None

    def _read(self, path: Path, content: Any, named: Kind | None, texts: Mapping[Path, str]) -> Definitions:
        found = read_definitions(content, named)
        for model in found.graphql:
            text = model.text if model.text is not None else _beside(path, model, texts)
            _extend(found, _compiled(text, model.id, model))
        return found

    def _graphql_file(self, path: Path, text: str, texts: Mapping[Path, str]) -> Definitions | None:
        """The types of a file that stands alone; None for one that a file beside it names."""
        if any(kind_of_file(other) == "graphql" and _is_named_by(path, other, texts[other]) for other in texts):
            return None
        name = legal_name(path.name.split(".")[0])
        return _compiled(text, self._name(DataModelId(name, name, "1")), None)

    def _nothing(self, is_folder: bool) -> SourceError:
        if not is_folder:
            return SourceError(f"{self.path}: it holds no views, containers or data models{PYGEN_READS}")
        reasons = "; ".join(f"{each.path}: {each.reason}" for each in self.passed_over[:3])
        return SourceError(
            f"{self.path} holds no views, containers or data models{f' ({reasons})' if reasons else ''}{PYGEN_READS}"
        )


def _looks_like_model(text: str) -> bool:
    return "externalId" in text and ("properties" in text or "views" in text)


def _parse(suffix: str, text: str) -> Any:
    if suffix == ".json":
        return parse_json(text)
    from pygen.sources.yaml_reader import parse_yaml  # noqa: PLC0415 - brings PyYAML, which JSON and servers do without

    return parse_yaml(text, as_text=_IDENTIFIERS.__contains__)


def _compiled(text: str, id: DataModelId, model: GraphQLModel | None) -> Definitions:
    from pygen.sources.graphql_model import read_graphql  # noqa: PLC0415 - most models need no GraphQL

    return read_graphql(text, id, *((model.name, model.description) if model else ()))


def _beside(path: Path, model: GraphQLModel, texts: Mapping[Path, str]) -> str:
    """The types that a file says stand in another one, which must lie beside it."""
    for other in (path.with_name(name) for name in _names_beside(path, model.file)):
        if other in texts:
            return texts[other]
        if other.is_file() and not other.is_symlink():
            return read_text(other)
    raise SourceError(f"the file with the types of {model.id} is not beside it; name it with dml")


def _names_beside(path: Path, named: str | None) -> Iterable[str]:
    if named is not None:
        if named in ("", ".", "..") or any(sign in named for sign in "/\\\0"):
            raise SourceError(f"{named!r} is not the name of a file beside it")
        return [named]
    stem = path.name.split(".")[0]
    return [f"{stem}{suffix}" for suffix in sorted(GRAPHQL_SUFFIXES)]


def _is_named_by(path: Path, other: Path, text: str) -> bool:
    return path.parent == other.parent and (path.name in text or path.name.split(".")[0] == other.name.split(".")[0])


def _extend(whole: Definitions, part: Definitions) -> None:
    whole.spaces += part.spaces
    whole.containers += part.containers
    whole.views += part.views
    whole.data_models += part.data_models
    whole.findings += part.findings


def _inlined(found: Definitions) -> list[View]:
    inside = [view for model in found.data_models for view in model.views or () if not is_reference(view)]
    return [*inside, *found.views]


def _further(found: Definitions, others: Sequence[Definitions]) -> tuple[list[View], list[Container]]:
    """The views and containers of other paths, then those of the system model that something still needs."""
    views, containers = _inlined(found), list(found.containers)
    own_views, own_containers = len(views), len(containers)
    for other in others:
        views += _unknown(_inlined(other), views)
        containers += _unknown(other.containers, containers)
    listed = [view.as_id() for model in found.data_models for view in model.views or ()]
    given: set[SourceId] = {view.as_id() for view in views}
    given |= {container.as_id() for container in containers}
    core = system_model({*listed, *view_references(views)} - given)
    shown = {each.as_id(): each.properties for each in shown_containers(views, containers)}
    for container in core.containers:  # answers know better than we do what the system model was at their time
        container.properties |= shown.get(container.as_id(), {})
    views += _unknown(core.views, views)
    containers += _unknown(core.containers, containers)
    return views[own_views:], containers[own_containers:]


def _unknown(definitions: Iterable[_D], known: Iterable[_D]) -> list[_D]:
    """Those that are new; what was read first counts."""
    ids: set[object] = {each.as_id() for each in known}
    new: dict[object, _D] = {}
    for each in definitions:
        if each.as_id() not in ids:
            new.setdefault(each.as_id(), each)
    return list(new.values())


def _model_of(id: DataModelId, views: Iterable[View]) -> DataModel:
    listed = dict.fromkeys(view.as_id() for view in views)
    references = [View(space=each.space, external_id=each.external_id, version=each.version) for each in listed]
    return DataModel(space=id.space, external_id=id.external_id, version=id.version, views=references)


def _merged(models: Iterable[DataModel], path: Path) -> Iterable[DataModel]:
    """Each data model once; where one comes twice, the one with more of its views inside counts."""
    merged: dict[DataModelId, DataModel] = {}
    for model in models:
        known = merged.setdefault(model.as_id(), model)
        if {view.as_id() for view in known.views or ()} != {view.as_id() for view in model.views or ()}:
            raise SourceError(
                f"{path}: the data model {model.as_id()} comes twice, with different views; keep one of them"
            )
        if _whole_views(model) > _whole_views(known):
            merged[model.as_id()] = msgspec.structs.replace(model)
    return merged.values()


def _whole_views(model: DataModel) -> int:
    return sum(not is_reference(view) for view in model.views or ())
