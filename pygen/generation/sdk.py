"""An SDK as a value: what it is generated from, what was chosen, and from these its files, wherever they are to go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import msgspec

from pygen.generation.formatting import ruff_formatted
from pygen.generation.plugins import find_hook, hook_name
from pygen_codegen.errors import OutputError
from pygen_codegen.hooks import Hook, change_model
from pygen_codegen.ir import Analysis, Finding, IRModel, analyse, refuse
from pygen_codegen.naming import PYTHON_NAMING, NamingConfig, snake
from pygen_codegen.output import Plan, plan
from pygen_codegen.output.disk import read
from pygen_codegen.python import PythonConfig, PythonGenerator
from pygen_codegen.python.custom import CUSTOM, custom_classes, generated_classes
from pygen_codegen.settings import Settings
from pygen_codegen.snapshot import Snapshot
from pygen_runtime.schema import ContainerWrite, DataModel, ViewWrite


@dataclass(frozen=True, kw_only=True)
class Sdk:
    """A Python SDK. A value: nothing is written before `write`.

    Attributes:
        package: The name it is imported by.
        settings: What was chosen.
        snapshot: What it is generated from.
        hooks: What changes it on the way.
        model: What the generator sees: the intermediate representation, with the hooks' changes.
        findings: What is worth telling about the model, and about names.
    """

    package: str
    settings: Settings = field(repr=False)
    snapshot: Snapshot = field(repr=False)
    hooks: Sequence[Hook] = ()
    model: IRModel = field(repr=False)
    findings: tuple[Finding, ...] = field(repr=False, default=())

    @cached_property
    def files(self) -> Mapping[str, str]:
        """The files, by their path in the folder that is the package, with `/` between its parts; before ruff, if it is asked for."""
        return self._emitted(frozenset())

    def plan(self, folder: Path) -> Plan:
        """What writing it into a folder will do, with the classes of its `_custom.py`; nothing is touched.

        Args:
            folder: The folder that is, or becomes, the package.

        Raises:
            HookError: A hook failed.
            OutputError: Files of others are in the way, `_custom.py` is no Python, or ruff cannot be used.
        """
        custom = read_custom(folder)
        files = self._emitted(custom) if custom else self.files
        if self.settings.ruff:
            files = ruff_formatted(files, folder)
        return plan(
            folder,
            files,
            data_models=[each.as_id() for each in self.snapshot.data_models],
            language="python",
            package=self.package,
            settings=self.settings,
            snapshot=self.snapshot,
        )

    def write(self, folder: Path, *, force: bool = False) -> Plan:
        """Write it: each file at once, and only those that change.

        Args:
            folder: The folder that is to be the package; made when missing.
            force: Overwrite generated files that were edited.

        Returns:
            What was done.

        Raises:
            HookError: A hook failed.
            OutputError: The folder cannot, or must not, be written.
        """
        planned = self.plan(folder)
        planned.apply(force=force)
        return planned

    def unused_custom(self, folder: Path) -> list[str]:
        """The classes in the folder's `_custom.py` that are called like no class of the SDK, and therefore extend none."""
        custom = read_custom(folder)
        return sorted(custom - generated_classes(self.files)) if custom else []

    def _emitted(self, custom: Set[str]) -> Mapping[str, str]:
        return _generator(self.package, self.settings, self.hooks, custom).generate(self.model)


def generate_sdk(
    model: DataModel | Sequence[DataModel],
    *,
    package: str | None = None,
    client_name: str | None = None,
    naming: NamingConfig | Mapping[str, Mapping[str, str]] = PYTHON_NAMING,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    hooks: Sequence[Hook | str] = (),
    ruff: bool = False,
    views: Iterable[ViewWrite] = (),
    containers: Iterable[ContainerWrite] = (),
    strict: bool = False,
) -> Sdk:
    """A Python SDK of data models. Pure: data models in, files out; `Sdk.write` puts them into a folder.

        sdk = generate_sdk(model, package="wind_farm")
        sdk.files["client.py"]
        sdk.write(Path("src/wind_farm"))

    Args:
        model: A data model with its views, or several for one client; as clients and `pygen.sources` give them.
        package: The name to import it by; by default the first model's external id in snake case.
        client_name: Name of the client's class; made from the first model's external id if None.
        naming: How names are spelled; or what to change about `PYTHON_NAMING`, as `NamingConfig.changed` takes it.
        include: Views to keep, and what they need: an external id or `space:externalId/version`, with `*` and `?`.
        exclude: Views to leave out.
        hooks: What changes the model or the modules on the way, or names of such.
        ruff: Have the user's ruff format what is written.
        views: Further views, which the models refer to.
        containers: Containers, for views in write form.
        strict: Refuse models of which a part has to be left out, or works less well.

    Raises:
        ModelError: There is nothing to generate; with `strict`, something is wrong with the model.
        UsageError: A name cannot be one in Python, or there is no such hook.
        HookError: A hook failed.
    """
    models = [model] if isinstance(model, DataModel) else list(model)
    views, containers = list(views), list(containers)
    found = [find_hook(each) if isinstance(each, str) else each for each in hooks]
    settings = Settings(
        client_name=client_name,
        naming=naming if isinstance(naming, NamingConfig) else PYTHON_NAMING.changed(naming),
        include=tuple(include),
        exclude=tuple(exclude),
        hooks=tuple(map(hook_name, found)),
        ruff=ruff,
    )
    analysis = analyse(models, views=views, containers=containers, include=include, exclude=exclude)
    whole = analysis.model
    if include or exclude:
        whole = analyse(models, views=views, containers=containers).model
    snapshot = Snapshot.of(whole, models, views, containers)
    sdk = _assembled(package or snake(models[0].external_id), settings, found, snapshot, analysis)
    if strict:
        refuse(sdk.findings, strict=True)
    return sdk


def regenerate_sdk(
    snapshot: Snapshot,
    *,
    package: str,
    settings: Settings | None = None,
    hooks: Sequence[Hook] = (),
) -> Sdk:
    """The SDK of a snapshot; no network is used.

    Args:
        snapshot: What a manifest says of the models.
        package: The name to import it by.
        settings: What was chosen; its names of hooks are not looked up.
        hooks: The hooks themselves. Which code runs is not for a manifest to say.

    Raises:
        ModelError: Somebody changed the snapshot, or the settings ask for views that are not in it.
        UsageError: A name cannot be one in Python.
        HookError: A hook failed.
    """
    settings = msgspec.structs.replace(settings or Settings(), hooks=tuple(map(hook_name, hooks)))
    analysis = snapshot.analyse(settings.include, settings.exclude)
    return _assembled(package, settings, hooks, snapshot, analysis)


def read_custom(folder: Path) -> frozenset[str]:
    """The classes in the `_custom.py` of a folder.

    Raises:
        OutputError: It is no regular file, or no valid Python.
    """
    content = read(folder, CUSTOM) if folder.is_dir() else None
    if content is None:
        return frozenset()
    try:
        return custom_classes(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise OutputError(f"{folder / CUSTOM} is not UTF-8 ({error.reason}); save it as UTF-8") from error


def _assembled(package: str, settings: Settings, hooks: Sequence[Hook], snapshot: Snapshot, analysis: Analysis) -> Sdk:
    changed = change_model(hooks, analysis.model)
    told = (*analysis.findings, *_generator(package, settings, hooks).findings(changed))
    return Sdk(package=package, settings=settings, snapshot=snapshot, hooks=hooks, model=changed, findings=told)


def _generator(
    package: str, settings: Settings, hooks: Sequence[Hook], custom: Set[str] = frozenset()
) -> PythonGenerator:
    config = PythonConfig(package=package, client_name=settings.client_name, naming=settings.naming)
    return PythonGenerator(config, hooks=hooks, custom=custom)
