"""Filling a server from files: data models first, then their data.

Paths may be files or folders. Models: whatever `pygen.sources` reads (the API's read and write form, Cognite Toolkit's folders,
GraphQL). Data: nodes and edges in YAML, JSON or NDJSON (`instance_files`), and CSV (`tables`). Everything goes through the API,
as from any client. Spaces that instances need are created; so are nodes that others refer to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pygen.sources.text_files import files_below, read_text
from pygen.sources.variables import file_rank
from pygen.testing.instance_files import NDJSON_SUFFIXES, SeedError, holds_instances, read_instances
from pygen.testing.models import Model, deploy_model, holds_model, read_model, read_spaces
from pygen.testing.tables import Rows, Table, read_table
from pygen_runtime.errors import ApiError, WriteError
from pygen_runtime.schema import EdgeConnection, EdgeWrite, InstanceWrite, NodeWrite, SpaceWrite, View
from pygen_runtime.sdk.display.text import counted

if TYPE_CHECKING:
    from pygen_runtime.client import AsyncPygenClient

__all__ = ["Seed", "SeedError", "Seeded"]

BATCH = 10_000
"""Instances that are read before they are sent."""

_MODEL_SUFFIXES = frozenset({".yaml", ".yml", ".json", ".graphql", ".gql", ".graphqls"})


@dataclass(slots=True, kw_only=True)
class Seeded:
    """What a seed did.

    Attributes:
        models: Data models, as `space:externalId/version`.
        containers: Containers that were sent.
        views: Views that were sent.
        nodes: Nodes that were sent.
        edges: Edges that were sent.
        passed_over: Files that hold nothing for a data modeling server, with the reason.
    """

    models: list[str] = field(default_factory=list)
    containers: int = 0
    views: int = 0
    nodes: int = 0
    edges: int = 0
    passed_over: list[tuple[Path, str]] = field(default_factory=list)

    def __str__(self) -> str:
        models = ", ".join(self.models) or "no data models"
        return f"{models} ({self.containers:,} containers, {self.views:,} views), {self.nodes:,} nodes, {self.edges:,} edges"


@dataclass(slots=True)
class Seed:
    """Models and data that were found; nothing is sent before `load`.

    Attributes:
        models: What to deploy, in order.
        spaces: Spaces that stand in files of their own.
        data: Files with nodes and edges.
        tables: CSV files.
        view: View of the rows of CSV files; None for the one that a file is named after.
        variables: Values for placeholders.
        passed_over: Files that hold nothing of use.
    """

    variables: Mapping[str, str]
    view: str | None
    models: list[Model] = field(default_factory=list)
    spaces: list[SpaceWrite] = field(default_factory=list)
    data: list[Path] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    passed_over: list[tuple[Path, str]] = field(default_factory=list)

    @classmethod
    def read(
        cls,
        paths: Sequence[Path],
        *,
        variables: Mapping[str, str] | None = None,
        view: str | None = None,
        space: str | None = None,
        columns: Mapping[str, str | None] | None = None,
    ) -> Seed:
        """Look what the paths hold, and read the models.

        Args:
            paths: Files and folders.
            variables: Values for `{{ placeholders }}`.
            view: View of the rows of CSV files, as `space:externalId/version` or external id; or `View.connection`, for edges.
            space: Space of the instances in CSV files whose rows name none.
            columns: Names for columns of CSV files; None leaves one out.

        Raises:
            SeedError: There is no such path, it cannot be read, or holds nothing to seed with.
            SourceError: A model cannot be read.
        """
        seed = cls(variables or {}, view)
        for path in paths:
            if not path.exists():
                raise SeedError(f"{path}: there is no such file or folder")
            before = seed.size
            seed._sort(path, space, columns or {})
            if seed.size == before:
                raise SeedError(f"{path} holds nothing to seed with: no model, nodes, edges or CSV")
        return seed

    @property
    def size(self) -> int:
        """How many models, spaces and files were found."""
        return len(self.models) + len(self.spaces) + len(self.data) + len(self.tables)

    def _sort(self, path: Path, space: str | None, columns: Mapping[str, str | None]) -> None:
        with_model = False
        files = list(files_below(path)) if path.is_dir() else [path]
        for file in files:
            suffix = file.suffix.lower()
            if suffix == ".csv" and file.name.lower().endswith(".table.csv") and path.is_dir():
                self.passed_over.append((file, "rows of a RAW table, of no view"))
            elif suffix == ".csv":
                self.tables.append(Table(file, space, columns))
            elif suffix in NDJSON_SUFFIXES:
                self.data.append(file)
            elif suffix in _MODEL_SUFFIXES and file_rank(file.name) is None:
                with_model = self._sort_text(file, read_text(file)) or with_model
        if with_model:
            self.models.append(read_model(path, self.variables))

    def _sort_text(self, file: Path, text: str) -> bool:
        """Put a file where it belongs; says whether it is a part of a model."""
        if holds_instances(file, text):
            self.data.append(file)
        elif holds_model(file, text):
            return True
        elif spaces := read_spaces(file, text, self.variables):
            self.spaces += spaces
        else:
            self.passed_over.append((file, "no part of a data model, and no instances"))
        return False

    async def load(self, client: AsyncPygenClient, tell: Callable[[str], None] = lambda _: None) -> Seeded:
        """Deploy the models and load the data.

        Args:
            client: An open client of the server.
            tell: Called with a line about each thing that is done.

        Raises:
            SeedError: A file is wrong, or the server refused what is in it; what was loaded before is there.
        """
        done = Seeded(passed_over=self.passed_over)
        if self.spaces:
            await client.spaces.create(self.spaces)
        for model in self.models:
            deployed = await deploy_model(client, model)
            done.models += deployed.models
            done.containers += deployed.containers
            done.views += deployed.views
            tell(f"{model.path}: {', '.join(deployed.models) or 'containers'} deployed")
        loader = _Loader(client, done)
        for path in self.data:
            tell(f"{path}: {counted(await loader.load(path, read_instances(path, self.variables)), 'instance')} loaded")
        if self.tables:
            views = await client.views.list(include_global=True, all_versions=True)
            for table in self.tables:
                instances = read_table(table, _rows_of(table.path, self.view, views))
                tell(f"{table.path}: {counted(await loader.load(table.path, instances), 'instance')} loaded")
        return done


def _rows_of(path: Path, wanted: str | None, views: Sequence[View]) -> Rows:
    """What the rows of a CSV file are: instances of the view, or edges of the connection, that it is named after."""
    name = wanted or path.name.removesuffix(path.suffix)
    connection = ""
    if "/" not in name:  # a version may hold dots, an external id may not
        name, _, connection = name.partition(".")
    view = _view_of(path, name, views)
    if not connection:
        return Rows(view)
    edges = (view.properties or {}).get(connection)
    if not isinstance(edges, EdgeConnection):
        raise SeedError(f"{path}: {view.as_id()} has no edges called {connection}")
    source = next((view for view in views if view.as_id() == edges.edge_source), None)
    return Rows(source, connection, edges.type)


def _view_of(path: Path, name: str, views: Sequence[View]) -> View:
    """The one view with that name; those that are not global go before those that are."""
    for is_global in (False, True):
        found = [
            view for view in views if view.is_global is is_global and name in (str(view.as_id()), view.external_id)
        ]
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(sorted(str(view.as_id()) for view in found))
            raise SeedError(f"{path}: several views are called {name}: {names}; name one as space:externalId/version")
    raise SeedError(f"{path}: the server has no view {name}; name the view of its rows as space:externalId/version")


class _Loader:
    """Sends instances, and remembers which spaces there are."""

    def __init__(self, client: AsyncPygenClient, done: Seeded) -> None:
        self._client = client
        self._done = done
        self._spaces: set[str] = set()

    async def load(self, path: Path, instances: Iterable[InstanceWrite]) -> int:
        """Load what stands in one file; returns how many instances that is."""
        count = 0
        waiting = iter(instances)
        while batch := list(islice(waiting, BATCH)):
            for part in _without_repetitions(batch):
                try:
                    await self._send(part)
                except (ApiError, WriteError) as error:
                    raise SeedError(f"{path} cannot be loaded: {error}") from error
            count += len(batch)
        return count

    async def _send(self, batch: Sequence[InstanceWrite]) -> None:
        await self._need({space for instance in batch for space in _spaces_of(instance)})
        await self._client.instances.upsert(batch, auto_create_start_nodes=True, auto_create_end_nodes=True)
        nodes = sum(isinstance(instance, NodeWrite) for instance in batch)
        self._done.nodes += nodes
        self._done.edges += len(batch) - nodes

    async def _need(self, spaces: set[str]) -> None:
        new = sorted(spaces - self._spaces)
        if new:
            known = {space.space for space in await self._client.spaces.retrieve(new)}
            missing = [SpaceWrite(space=space) for space in new if space not in known]
            if missing:
                await self._client.spaces.create(missing)
        self._spaces |= spaces


def _without_repetitions(batch: Sequence[InstanceWrite]) -> Iterator[list[InstanceWrite]]:
    """Parts in which no instance comes twice, such that the last word on each is sent last."""
    part: dict[tuple[type, str, str], InstanceWrite] = {}
    for instance in batch:
        key = (type(instance), instance.space, instance.external_id)
        if key in part:
            yield list(part.values())
            part = {}
        part[key] = instance
    yield list(part.values())


def _spaces_of(instance: InstanceWrite) -> Iterator[str]:
    """Spaces of an instance and of all nodes that it refers to."""
    yield instance.space
    if instance.type is not None:
        yield instance.type.space
    if isinstance(instance, EdgeWrite):
        yield from (instance.start_node.space, instance.end_node.space)
    for source in instance.sources or ():
        for value in source.properties.values():
            yield from _spaces_in(value)


def _spaces_in(value: Any) -> Iterator[str]:
    match value:
        case {"space": str(space), "externalId": str(), **rest} if not rest:
            yield space
        case list():
            for one in value:
                yield from _spaces_in(one)
        case _:
            return
