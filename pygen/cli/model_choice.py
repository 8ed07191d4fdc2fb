"""Which data model a command is to read: from files, or from a server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pygen.cli.connection import client_for, flag
from pygen.cli.options import typed_server
from pygen.errors import SourceError
from pygen_runtime.errors import NotReachedError, UsageError

if TYPE_CHECKING:
    import typer

    from pygen.sources import SchemaSource
    from pygen_codegen.ir import Analysis, Finding, IRModel
    from pygen_runtime.schema import Container, DataModel, DataModelId, View

_SHOWN = 5

_Named = tuple[str, str, str | None]
"""Space, external id and version; None for the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the options ask for.

    Attributes:
        files: Files and folders that hold models; then nothing about servers may be given.
        with_: Further files and folders that it refers to.
        variables: Values of placeholders, `name=value` or files.
        data_models: Which of several.
        space: Space of the model on the server.
        external_id: Its external id.
        version: Its version; None for the newest.
        typed: Options about the server that stood on the command line (`client_for`).
    """

    files: Sequence[Path] = ()
    with_: Sequence[Path] = ()
    variables: Sequence[str] = ()
    data_models: Sequence[str] = ()
    space: str | None = None
    external_id: str | None = None
    version: str | None = None
    typed: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedModels:
    """Data models, what they refer to, and for people where they come from.

    Attributes:
        models: The data models; none when there are containers only.
        views: Views outside of them.
        containers: Containers.
        id: What the data model of containers alone is to be called.
        origin: Where they come from.
        remarks: What there is to say about the reading.
        findings: What is worth telling about the text of the files.
    """

    models: Sequence[DataModel]
    views: Sequence[View] = ()
    containers: Sequence[Container] = ()
    id: DataModelId | None = None
    origin: str
    remarks: Sequence[str] = ()
    findings: Sequence[Finding] = ()

    def analyse(self, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> Analysis:
        """The IR of all of them, and what is worth telling.

        Args:
            include: Views to keep; nothing for all.
            exclude: Views to leave out.

        Raises:
            ModelError: There is nothing in them that could be used.
        """
        from pygen.sources.schema_source import assumed_id, is_reference  # noqa: PLC0415 - `pygen --help` can do without
        from pygen_codegen.ir import analyse, analyse_containers  # noqa: PLC0415 - likewise

        if not self.models:
            id = self.id or assumed_id(self.containers)
            return self._told(analyse_containers(self.containers, id, include=include, exclude=exclude))
        known = {view.as_id() for view in self.views}
        for model in self.models:
            views = model.views or ()
            if views and all(is_reference(view) and view.as_id() not in known for view in views):
                raise SourceError(
                    f"the data model {model.as_id()} only refers to its views; give the files that define them, --with PATH"
                )
        return self._told(
            analyse(self.models, views=self.views, containers=self.containers, include=include, exclude=exclude)
        )

    def told_of(self, model: IRModel) -> list[Finding]:
        """What is worth telling about the text of the files, as far as it concerns the views of an IR."""
        shown = {each.id for each in model.classes}
        return [each for each in self.findings if each.view is None or each.view in shown]

    def _told(self, analysis: Analysis) -> Analysis:
        from pygen_codegen.ir import Analysis  # noqa: PLC0415 - `pygen --help` can do without

        return Analysis(analysis.model, (*self.told_of(analysis.model), *analysis.findings))

    def inputs(self) -> tuple[Sequence[DataModel], Sequence[View]]:
        """The data models and the views beside them; of containers alone, a data model that shows them whole."""
        if self.models:
            return self.models, self.views
        from pygen.sources.schema_source import assumed_id  # noqa: PLC0415 - `pygen --help` can do without
        from pygen_codegen.ir import resolve  # noqa: PLC0415 - likewise
        from pygen_codegen.ir.containers import whole_views  # noqa: PLC0415 - likewise
        from pygen_runtime.schema import DataModel  # noqa: PLC0415 - likewise

        id = self.id or assumed_id(self.containers)
        views = resolve(whole_views(self.containers, id.version), self.containers).views
        return [DataModel(space=id.space, external_id=id.external_id, version=id.version, views=list(views))], ()

    @property
    def names(self) -> str:
        """The data models, for people."""
        names = [str(model.as_id()) for model in self.models] or ["containers only"]
        return ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")


def wish(context: typer.Context) -> Wish:
    """What the options of a command ask for; the commands have them from `pygen.cli.options`."""
    given = context.params
    return Wish(
        files=given["file"] or (),
        with_=given["with_"] or (),
        variables=given["variables"] or (),
        data_models=given["data_model"] or (),
        space=given["space"],
        external_id=given["external_id"],
        version=given["version"],
        typed=typed_server(context),
    )


def named_model(context: typer.Context) -> list[str]:
    """The options on the command line that say which model, or which part of it."""
    return [name.rstrip("_") for name in _MODEL if context.params.get(name)]


_MODEL = ("file", "with_", "variables", "data_model", "include", "exclude", "space", "external_id", "version")


def load(wish: Wish, environ: Mapping[str, str], *, one: bool) -> LoadedModels:
    """Read the data models that are asked for. What is wrong with the options is said before anything is read.

    Args:
        wish: What is asked for.
        environ: The environment variables.
        one: Whether several data models must be chosen from.

    Raises:
        UsageError: Nothing, too much or too little was given.
        PygenError: The model is not there, or not readable.
    """
    named = {"space": wish.space, "external_id": wish.external_id, "version": wish.version}
    if wish.files:
        _refuse({name: value for name, value in {**named, **wish.typed}.items() if value is not None})
        return _from_files(wish, one=one)
    files = {"with": wish.with_, "variables": wish.variables}
    for name in (name for name, value in files.items() if value):
        raise UsageError(f"--{name} is about models in files: give --file PATH with it")
    return _from_server(_on_server(wish, named), wish.typed, environ)


def _refuse(others: Mapping[str, str]) -> None:
    for name in others:
        raise UsageError(f"--file and {flag(name)} contradict each other: a model comes from a file or from a server")


def _on_server(wish: Wish, named: Mapping[str, str | None]) -> list[_Named]:
    """Space, external id and version of each model on the server."""
    from pygen.sources.schema_source import parse_choice  # noqa: PLC0415 - `pygen --help` can do without

    if not wish.data_models:
        if not wish.space or not wish.external_id:
            raise UsageError(
                "no data model is named: give --file MODEL, or both --space and --external-id, or --data-model SPACE:ID"
            )
        return [(wish.space, wish.external_id, wish.version or None)]
    for name in (name for name, value in named.items() if value is not None):
        raise UsageError(f"--data-model and {flag(name)} contradict each other: each names the model")
    chosen: list[_Named] = []
    for text in wish.data_models:
        space, external_id, version = parse_choice(text)
        if space is None:
            raise UsageError(f"--data-model {text} names no space: write SPACE:ID or SPACE:ID/VERSION")
        chosen.append((space, external_id, version))
    return chosen


def _from_files(wish: Wish, *, one: bool) -> LoadedModels:
    from pygen.sources import load_path  # noqa: PLC0415 - brings the YAML parser
    from pygen.sources.schema_source import parse_id, several  # noqa: PLC0415 - likewise
    from pygen.sources.variables import assignment  # noqa: PLC0415 - likewise

    pairs = [(text, assignment(text)) for text in wish.variables]
    alone = len(wish.files) == 1
    id = parse_id(wish.data_models[0]) if len(wish.data_models) == 1 else None
    sources = [
        load_path(
            file,
            with_=[*wish.with_, *(other for other in wish.files if other != file)],
            variables=dict(pair for _, pair in pairs if pair is not None),
            variable_files=[Path(text) for text, pair in pairs if pair is None],
            id=id if alone else None,
        )
        for file in wish.files
    ]
    if one and not wish.data_models:
        for source in sources:
            if len(source.data_models) > 1:
                raise several(source.path, source.data_models)
    whole = sources[0] if alone else _together(sources)
    return LoadedModels(
        models=whole.choose(wish.data_models if whole.data_models or id is None else ()),
        views=whole.all_views(),
        containers=whole.all_containers(),
        id=id,
        origin=", ".join(map(str, wish.files)),
        remarks=[remark for source in sources for remark in _remarks(source)],
        findings=tuple(dict.fromkeys(each for source in sources for each in source.findings)),
    )


def _together(sources: Sequence[SchemaSource]) -> SchemaSource:
    """What several paths hold; each has the others among what it refers to already."""
    models: dict[DataModelId, DataModel] = {}
    for source in sources:
        for model in source.data_models:
            if models.setdefault(model.as_id(), model) != model:
                raise SourceError(
                    f"{source.path} holds another {model.as_id()} than the files before it; leave one out"
                )
    return replace(
        sources[0],
        data_models=list(models.values()),
        views=[view for source in sources for view in source.all_views()],
        containers=[container for source in sources for container in source.containers],
    )


def _remarks(source: SchemaSource) -> list[str]:
    remarks: list[str] = []
    if source.assumed is not None:
        remarks.append(
            f"nothing in {source.path} names the data model; it is called {source.assumed} (--data-model names another)"
        )
    remarks += [f"not read: {path} ({reason})" for path, reason in source.passed_over[:_SHOWN]]
    if len(source.passed_over) > _SHOWN:
        remarks.append(f"not read: {len(source.passed_over) - _SHOWN} more files")
    return remarks


def _from_server(chosen: Sequence[_Named], typed: Mapping[str, str], environ: Mapping[str, str]) -> LoadedModels:
    client = client_for(typed, environ)
    import anyio  # noqa: PLC0415 - `pygen --help` can do without

    from pygen.sources.remote import load_from_server, load_related  # noqa: PLC0415 - likewise

    async def read() -> tuple[list[DataModel], list[View]]:
        try:
            async with client:
                models = [await load_from_server(client, *each) for each in chosen]
                return models, [view for model in models for view in await load_related(client, model)]
        except NotReachedError as error:  # which knows the path, not the host
            raise NotReachedError(f"{client.base_url} is not reached: {error}") from error

    models, related = anyio.run(read)
    return LoadedModels(models=models, views=related, origin=f"{client.base_url}, project {client.project}")
