"""From a data model to an SDK in a folder: parse, emit, plan, write."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pygen.cli.report import count_lines
from pygen_codegen.ir import parse_model
from pygen_codegen.output import plan
from pygen_codegen.python import PythonConfig, PythonGenerator
from pygen_runtime.errors import UsageError
from pygen_runtime.schema import DataModel, DataModelId

_CLIENT = re.compile(r"^class (\w+)\(AsyncModelClient\)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenSdk:
    """An SDK that now is on disk.

    Attributes:
        model: What it was generated from.
        package: Its import name.
        files: Path relative to its folder, with `/` between its parts, to text.
        changed: How many of the files were not on disk already.
        deleted: How many files of an earlier run are gone.
    """

    model: DataModelId
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
            f"\n{self.model}: {len(self.files)} files, {lines:,} lines ({done}{gone})\n"
            f"\nNext:  from {self.package} import {self.client}"
        )

    @property
    def client(self) -> str:
        """Name of the class to start from."""
        found = _CLIENT.search(self.files["client.py"])
        return found.group(1) if found else "*"


def write_sdk(model: DataModel, output: Path, package: str, *, force: bool = False) -> WrittenSdk:
    """Generate the Python SDK of a model into a folder. All or nothing, as far as the system allows.

    Args:
        model: In read form, with its views.
        output: The folder that is to be the package.
        package: Its import name.
        force: Overwrite generated files that were edited.

    Raises:
        ModelError: The model cannot be turned into an SDK.
        OutputError: The folder cannot, or must not, be written.
    """
    files = PythonGenerator(PythonConfig(package=package)).generate(parse_model(model))
    changes = plan(output, files, data_models=[model.as_id()], language="python", package=package)
    changes.apply(force=force)
    return WrittenSdk(
        model=model.as_id(),
        package=package,
        files=files,
        changed=len(files) - len(changes.unchanged),
        deleted=len(changes.delete),
    )


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
