"""What one run generates or checks: an SDK each, from options or from configuration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from pygen.cli.connection import flag
from pygen.cli.model_choice import LoadedModels, Wish, wish
from pygen.cli.sdk import package_name
from pygen.generation import ProjectConfig, Sdk, find_config, find_hooks, generate_sdk, read_config, regenerate_sdk
from pygen.generation.languages import LANGUAGES, find_language
from pygen_codegen.errors import OutputError
from pygen_codegen.hooks import Hook
from pygen_codegen.ir import Finding
from pygen_codegen.output import MANIFEST, read_manifest
from pygen_codegen.settings import Settings, TypeScriptSettings
from pygen_codegen.snapshot import Snapshot
from pygen_runtime.errors import UsageError

if TYPE_CHECKING:
    import typer


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One SDK to generate or to check.

    Attributes:
        output: Its folder.
        language: What it is written in.
        package: The name it is imported by, in Python.
        settings: What was chosen.
        hooks: The hooks.
        wish: Where the models are.
        strict: Whether warnings count as errors.
    """

    output: Path
    language: str
    package: str
    settings: Settings
    hooks: Sequence[Hook]
    wish: Wish
    strict: bool = False

    def generated(self, loaded: LoadedModels) -> Sdk:
        """The SDK of models that were read."""
        models, views = loaded.inputs()
        return generate_sdk(
            models,
            language=self.language,
            package=self.package or None,
            client_name=self.settings.client_name,
            naming=self.settings.naming,
            include=self.settings.include,
            exclude=self.settings.exclude,
            hooks=self.hooks,
            ruff=self.settings.ruff,
            typescript=self.settings.typescript,
            views=views,
            containers=loaded.containers,
        )

    def regenerated(self, snapshot: Snapshot) -> Sdk:
        """The SDK of a snapshot."""
        return regenerate_sdk(
            snapshot, language=self.language, package=self.package, settings=self.settings, hooks=self.hooks
        )


def job_of_options(context: typer.Context, output: Path) -> Job:
    """What the options of `pygen generate` ask for.

    Raises:
        UsageError: They do not fit together.
        HookError: There is no such hook.
    """
    given = context.params
    return Job(
        output=output,
        language=given["language"],
        package=package_name(output, given["package"], given["language"]),
        settings=Settings(
            client_name=given["client_name"],
            naming=find_language(given["language"]).naming,
            include=tuple(given["include"] or ()),
            exclude=tuple(given["exclude"] or ()),
            hooks=tuple(given["hooks"] or ()),
            ruff=given["ruff"],
            typescript=_typescript(given),
        ),
        hooks=find_hooks(given["hooks"] or (), Path.cwd()),
        wish=wish(context),
        strict=given["strict"],
    )


def _typescript(given: Mapping[str, Any]) -> TypeScriptSettings | None:
    """What the options say for TypeScript alone; None if they say nothing."""
    chosen = {name: given[name].value for name in ("int64", "timestamps") if given[name] is not None}
    return msgspec.convert(chosen, TypeScriptSettings) if chosen else None


def job_of_manifest(context: typer.Context, folder: Path) -> tuple[Job, Snapshot]:
    """The SDK in a folder, as its manifest tells of it, and what it was generated from.

    Raises:
        OutputError: There is no manifest, or it does not tell enough, or other hooks were named than were used.
        HookError: There is no such hook.
    """
    manifest = read_manifest(folder)
    if manifest is None:
        raise OutputError(f"{folder} holds no {MANIFEST}, so no SDK that pygen wrote; check the folder")
    if manifest.language not in LANGUAGES:
        raise OutputError(
            f"{folder / MANIFEST} is of the language {manifest.language!r}, which this pygen does not know; update pygen"
        )
    if manifest.snapshot is None:
        raise OutputError(f"{folder / MANIFEST} was written by an older pygen; generate the SDK again")
    names = tuple(context.params["hooks"] or ())
    if names != manifest.settings.hooks:  # a manifest does not decide which code runs here
        used = " ".join(f"--hooks {name}" for name in manifest.settings.hooks) or "none"
        raise OutputError(f"the hooks are not those that {folder} was generated with: {used}")
    job = Job(
        output=folder,
        language=manifest.language,
        package=manifest.package,
        settings=manifest.settings,
        hooks=find_hooks(names, Path.cwd()),
        wish=wish(context),
    )
    return job, manifest.snapshot


def snapshot_of(folder: Path) -> Snapshot | None:
    """What the SDK in a folder was generated from; None when it does not say, or there is none.

    Raises:
        OutputError: The manifest is damaged.
    """
    manifest = read_manifest(folder)
    return None if manifest is None else manifest.snapshot


def configured_jobs(path: Path | None, given: Sequence[str], *, needs: str = "--output") -> list[Job]:
    """What the configuration asks for.

    Args:
        path: The file, if it was named; else the nearest one counts.
        given: Options that make sense for one SDK only.
        needs: What would have to stand beside them.

    Raises:
        UsageError: There is no configuration, or it cannot be used, or there are such options.
        HookError: There is no such hook.
    """
    for name in given:
        raise UsageError(f"{flag(name)} is about one SDK: give {needs} with it")
    return jobs_of_config(find_config(Path.cwd(), needs) if path is None else read_config(path))


def jobs_of_config(config: ProjectConfig) -> list[Job]:
    """What a configuration asks for.

    Raises:
        UsageError: A part of it cannot work.
        HookError: There is no such hook.
    """
    folder = _near(config.path.parent)
    jobs: list[Job] = []
    for each in config.sdks:
        files = (each.file,) if isinstance(each.file, str) else each.file
        server = {"base_url": each.base_url, "project": each.project}
        output = folder / each.output
        jobs.append(
            Job(
                output=output,
                language=each.language,
                package=package_name(output, each.package, each.language),
                settings=Settings(
                    client_name=each.client_name,
                    naming=each.styles(),
                    include=each.include,
                    exclude=each.exclude,
                    hooks=each.hooks,
                    ruff=each.ruff,
                    typescript=each.typescript,
                ),
                hooks=find_hooks(each.hooks, folder),
                wish=Wish(
                    files=[folder / file for file in files],
                    with_=[folder / file for file in each.with_],
                    variables=each.variables,
                    data_models=each.data_models,
                    typed={name: value for name, value in server.items() if value is not None},
                ),
                strict=each.strict,
            )
        )
    return jobs


def findings_of(sdk: Sdk, loaded: LoadedModels) -> tuple[Finding, ...]:
    """What is worth telling about an SDK, about the files of its models, and about views that had to be assumed for it."""
    told = loaded.told_of(sdk.model)
    if loaded.models:
        return (*told, *sdk.findings)
    analysis = loaded.analyse(sdk.settings.include, sdk.settings.exclude)
    return (*told, *(each for each in analysis.findings if each.code == "assumed-view"), *sdk.findings)


def _near(folder: Path) -> Path:
    """The folder as people write it, when it is the current one or below."""
    here = Path.cwd()
    return folder.relative_to(here) if folder.is_relative_to(here) else folder
