"""What the command line tells of an SDK that was written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pygen.cli.report import count_lines
from pygen.generation import Sdk, generate_sdk
from pygen.generation.languages import Language, find_language
from pygen_codegen.ir import Finding, IRModel, refuse
from pygen_codegen.output import MANIFEST, Plan
from pygen_codegen.settings import Settings
from pygen_runtime.errors import UsageError
from pygen_runtime.schema import DataModel, DataModelId


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenSdk:
    """An SDK that now is on disk.

    Attributes:
        language: What it is written in.
        model: What it was generated from.
        output: Its folder.
        package: Its import name, in Python.
        files: Path relative to its folder, with `/` between its parts, to text.
        changed: How many of the files were not on disk already.
        deleted: How many files of an earlier run are gone.
    """

    language: Language
    model: DataModelId
    output: Path
    package: str
    files: Mapping[str, str]
    changed: int
    deleted: int

    def summary(self) -> str:
        """What happened, and what to do next."""
        lines = sum(map(count_lines, self.files.values()))
        done = f"{self.changed} written, {len(self.files) - self.changed} unchanged"
        gone = f", {self.deleted} deleted" if self.deleted else ""
        return (
            f"\n{self.model}: {len(self.files)} files, {lines:,} lines ({done}{gone}), and {MANIFEST}, the list of them\n"
            f"\nNext:  {self._next()}"
        )

    def _next(self) -> str:
        """How to use it, each line below the other."""
        return self.language.first_steps(self.package, self.client, self.output).replace("\n", "\n       ")

    @property
    def client(self) -> str:
        """Name of the class to start from."""
        return self.language.client(self.files)


def write_sdk(model: DataModel, output: Path, package: str, *, force: bool = False) -> WrittenSdk:
    """Generate the Python SDK of one data model, all of it or nothing, into a folder.

    Args:
        model: In read form, with its views.
        output: The folder that is to be the package.
        package: Its import name.
        force: Overwrite generated files that were edited.

    Raises:
        ModelError: The model cannot be turned into an SDK.
        OutputError: The folder cannot, or must not, be written.
    """
    sdk = generate_sdk(model, package=package)
    refuse(sdk.findings)
    return written(sdk, sdk.write(output, force=force))


def written(sdk: Sdk, done: Plan) -> WrittenSdk:
    """What there is to tell when a plan was carried out."""
    return WrittenSdk(
        language=sdk.language,
        model=sdk.model.id,
        output=done.root,
        package=sdk.package,
        files={path: content.decode("utf-8") for path, content in done.files.items()},
        changed=len(done.files) - len(done.unchanged),
        deleted=len(done.delete),
    )


def name_findings(model: IRModel, language: str) -> tuple[Finding, ...]:
    """What is worth telling about the names in an SDK of an IR.

    Args:
        model: The IR.
        language: What the SDK is written in.
    """
    target = find_language(language)
    return target.generator(target.package(None, "sdk"), Settings(naming=target.naming)).findings(model)


def package_name(output: Path, given: str | None, language: str = "python") -> str:
    """The name of an SDK: in Python the one to import it by.

    Args:
        output: The folder of the SDK; its last part is the name, unless one is given.
        given: The name asked for, if any.
        language: What it is written in.

    Raises:
        UsageError: The name is not one that Python can import, or was given where there is none.
    """
    name = find_language(language).package(given, output.resolve().name)
    if language != "python":
        return name
    from pygen_codegen.python import PythonConfig  # noqa: PLC0415 - brings libcst, of which TypeScript has no need

    try:
        return PythonConfig(package=name).package
    except UsageError as error:
        if given is not None:
            raise
        raise UsageError(
            f"the folder {name!r} cannot be a package: give --package NAME, or another --output"
        ) from error
