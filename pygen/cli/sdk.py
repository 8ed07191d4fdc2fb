"""What the command line tells of an SDK that was written."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pygen.cli.report import count_lines
from pygen.generation import Sdk, generate_sdk
from pygen_codegen.ir import Finding, IRModel, refuse
from pygen_codegen.output import MANIFEST, Plan
from pygen_codegen.python import PythonConfig, PythonGenerator
from pygen_runtime.errors import UsageError
from pygen_runtime.schema import DataModel, DataModelId

_CLIENT = re.compile(r"^class (\w+)\([^()]*\bAsyncModelClient\b[^()]*\)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenSdk:
    """An SDK that now is on disk.

    Attributes:
        model: What it was generated from.
        output: Its folder.
        package: Its import name.
        files: Path relative to its folder, with `/` between its parts, to text.
        changed: How many of the files were not on disk already.
        deleted: How many files of an earlier run are gone.
    """

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
        """How to import it: from the folder that the package is in, which Python must know of."""
        line = f"from {self.package} import {self.client}"
        first, *others = self.package.split(".")
        if first in sys.stdlib_module_names:
            return (
                f"{line}\n       Python has a module {first} of its own, which may be found first: "
                "another name (--package) is better"
            )
        inner = self.output.resolve().parts[-len(others) - 1 :]
        if inner != (first, *others):
            return (
                f"{line}\n       once Python finds {self.output} under that name: the package is where it was written"
            )
        folder = self.output.resolve().parents[len(others)]
        if folder == Path.cwd():
            return line
        near = folder.is_relative_to(Path.cwd())
        return f"{line}\n       with {folder.relative_to(Path.cwd()) if near else folder} on Python's path"

    @property
    def client(self) -> str:
        """Name of the class to start from."""
        found = _CLIENT.search(self.files["client.py"])
        return found.group(1) if found else "*"


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
        model=sdk.model.id,
        output=done.root,
        package=sdk.package,
        files={path: content.decode("utf-8") for path, content in done.files.items()},
        changed=len(done.files) - len(done.unchanged),
        deleted=len(done.delete),
    )


def name_findings(model: IRModel, package: str = "sdk") -> tuple[Finding, ...]:
    """What is worth telling about the names in the Python SDK of an IR."""
    return PythonGenerator(PythonConfig(package=package)).findings(model)


def package_name(output: Path, given: str | None) -> str:
    """The name to import the SDK by.

    Args:
        output: The folder that is to be the package; its last part is the name, unless one is given.
        given: The name asked for, if any.

    Raises:
        UsageError: The name is not one that Python can import.
    """
    if given is not None:
        return PythonConfig(package=given).package
    name = output.resolve().name
    try:
        return PythonConfig(package=name).package
    except UsageError as error:
        raise UsageError(
            f"the folder {name!r} cannot be a package: give --package NAME, or another --output"
        ) from error
