"""An SDK as a value: what it is generated from, what was chosen, and from these its files, wherever they are to go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import msgspec

from pygen.generation.languages import Language, find_language
from pygen.generation.plugins import find_hook, hook_name
from pygen_codegen.generator import BaseGenerator
from pygen_codegen.hooks import Hook, change_model
from pygen_codegen.ir import Analysis, Finding, IRModel, analyse, refuse
from pygen_codegen.naming import NamingConfig, snake
from pygen_codegen.output import Plan, plan
from pygen_codegen.settings import Settings, TypeScriptSettings
from pygen_codegen.snapshot import Snapshot
from pygen_runtime.errors import UsageError
from pygen_runtime.schema import ContainerWrite, DataModel, ViewWrite


@dataclass(frozen=True, kw_only=True)
class Sdk:
    """An SDK. A value: nothing is written before `write`.

    Attributes:
        language: What it is written in.
        package: The name it is imported by, where SDKs have one.
        settings: What was chosen.
        snapshot: What it is generated from.
        hooks: What changes it on the way.
        model: What the generator sees: the intermediate representation, with the hooks' changes.
        findings: What is worth telling about the model, and about names.
        generator: What makes the files; it knows the names already.
    """

    language: Language = field(repr=False)
    package: str
    settings: Settings = field(repr=False)
    snapshot: Snapshot = field(repr=False)
    hooks: Sequence[Hook] = ()
    model: IRModel = field(repr=False)
    findings: tuple[Finding, ...] = field(repr=False, default=())
    generator: BaseGenerator = field(repr=False, compare=False)

    @cached_property
    def files(self) -> Mapping[str, str]:
        """The files, by their path in the folder of the SDK, with `/` between its parts; before ruff, if it is asked for."""
        return self.generator.generate(self.model)

    def plan(self, folder: Path) -> Plan:
        """What writing it into a folder will do, with what users added there (`_custom.py` in Python); nothing is touched.

        Args:
            folder: The folder that is, or becomes, the package.

        Raises:
            HookError: A hook failed.
            OutputError: Files of others are in the way, `_custom.py` is no Python, or ruff cannot be used.
        """
        custom = self.language.custom(folder)
        files = self._with_custom(custom) if custom else self.files
        return plan(
            folder,
            self.language.formatted(files, self.settings, folder),
            data_models=[each.as_id() for each in self.snapshot.data_models],
            language=self.language.name,
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
        return self.language.unused_custom(folder, self.files)

    def _with_custom(self, custom: Set[str]) -> Mapping[str, str]:
        return self.language.generator(self.package, self.settings, self.hooks, custom).generate(self.model)


def generate_sdk(
    model: DataModel | Sequence[DataModel],
    *,
    language: str | Language = "python",
    package: str | None = None,
    client_name: str | None = None,
    naming: NamingConfig | Mapping[str, Mapping[str, str]] | None = None,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    hooks: Sequence[Hook | str] = (),
    ruff: bool = False,
    typescript: TypeScriptSettings | None = None,
    views: Iterable[ViewWrite] = (),
    containers: Iterable[ContainerWrite] = (),
    strict: bool = False,
) -> Sdk:
    """An SDK of data models. Pure: data models in, files out; `Sdk.write` puts them into a folder.

        sdk = generate_sdk(model, package="wind_farm")
        sdk.files["client.py"]
        sdk.write(Path("src/wind_farm"))

    Args:
        model: A data model with its views, or several for one client; as clients and `pygen.sources` give them.
        language: What to write it in: `python`, `typescript`, or a language of your own.
        package: The name to import it by, in Python; by default the first model's external id in snake case.
        client_name: Name of the client's class; made from the first model's external id if None.
        naming: How names are spelled; or what to change about the language's way, as `NamingConfig.changed` takes it.
        include: Views to keep, and what they need: an external id or `space:externalId/version`, with `*` and `?`.
        exclude: Views to leave out.
        hooks: What changes the model or the modules on the way, or names of such.
        ruff: Have the user's ruff format what is written, in Python.
        typescript: What can be chosen for TypeScript alone.
        views: Further views, which the models refer to.
        containers: Containers, for views in write form.
        strict: Refuse models of which a part has to be left out, or works less well.

    Raises:
        ModelError: There is nothing to generate; with `strict`, something is wrong with the model.
        UsageError: That is no data model, or there is no such language, or no such hook, or something cannot be chosen in the language, such as a name.
        HookError: A hook failed.
    """
    target = find_language(language) if isinstance(language, str) else language
    models = _models(model)
    views, containers = list(views), list(containers)
    found = [find_hook(each) if isinstance(each, str) else each for each in hooks]
    settings = Settings(
        client_name=client_name,
        naming=_naming(target, naming),
        include=tuple(include),
        exclude=tuple(exclude),
        hooks=tuple(map(hook_name, found)),
        ruff=ruff,
        typescript=typescript,
    )
    analysis = analyse(models, views=views, containers=containers, include=include, exclude=exclude)
    whole = analysis.model
    if include or exclude:
        whole = analyse(models, views=views, containers=containers).model
    snapshot = Snapshot.of(whole, models, views, containers)
    name = target.package(package, snake(models[0].external_id))
    sdk = _assembled(target, name, settings, found, snapshot, analysis)
    if strict:
        refuse(sdk.findings, strict=True)
    return sdk


def regenerate_sdk(
    snapshot: Snapshot,
    *,
    language: str | Language = "python",
    package: str,
    settings: Settings | None = None,
    hooks: Sequence[Hook] = (),
) -> Sdk:
    """The SDK of a snapshot; no network is used.

    Args:
        snapshot: What a manifest says of the models.
        language: What to write it in.
        package: The name to import it by.
        settings: What was chosen, by default nothing; its names of hooks are not looked up.
        hooks: The hooks themselves. Which code runs is not for a manifest to say.

    Raises:
        ModelError: Somebody changed the snapshot, or the settings ask for views that are not in it.
        UsageError: There is no such language, or something cannot be chosen in it.
        HookError: A hook failed.
    """
    target = find_language(language) if isinstance(language, str) else language
    settings = settings or Settings(naming=target.naming)
    settings = msgspec.structs.replace(settings, hooks=tuple(map(hook_name, hooks)))
    analysis = snapshot.analyse(settings.include, settings.exclude)
    return _assembled(target, package, settings, hooks, snapshot, analysis)


def _models(given: object) -> list[DataModel]:
    models: list[object] = list(given) if isinstance(given, Iterable) and not isinstance(given, str) else [given]
    found = [each for each in models if isinstance(each, DataModel)]
    if len(found) < len(models):
        raise UsageError(
            f"{given!r} is no data model with its views: pygen.sources.load_from_server and load_path read one; "
            "generate_sdk_notebook also takes an identifier such as 'space:externalId/version'"
        )
    return found


def _naming(language: Language, given: NamingConfig | Mapping[str, Mapping[str, str]] | None) -> NamingConfig:
    if not given:
        return language.naming
    return given if isinstance(given, NamingConfig) else language.naming.changed(given)


def _assembled(  # noqa: PLR0917 - all that an SDK is
    language: Language,
    package: str,
    settings: Settings,
    hooks: Sequence[Hook],
    snapshot: Snapshot,
    analysis: Analysis,
) -> Sdk:
    changed = change_model(hooks, analysis.model)
    generator = language.generator(package, settings, hooks)
    return Sdk(
        language=language,
        package=package,
        settings=settings,
        snapshot=snapshot,
        hooks=hooks,
        model=changed,
        findings=(*analysis.findings, *generator.findings(changed)),
        generator=generator,
    )
