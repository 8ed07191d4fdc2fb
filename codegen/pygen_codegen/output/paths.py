"""Which relative paths may be written: no path leaves the output folder, on any system."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pygen_codegen.errors import OutputError
from pygen_codegen.naming import FILE_NAMES

_PART = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_-])?")


def check_path(path: str) -> None:
    """Refuse a path that is not made of plain names with `/` between them.

    So there is no `..`, no root, no drive, no backslash, no hidden file, no device of Windows.

    Raises:
        OutputError: The path is refused.
    """
    for part in path.split("/"):
        if not _PART.fullmatch(part) or part.split(".")[0].lower() in FILE_NAMES:
            raise OutputError(f"{path!r} is not a path that pygen writes: {part!r} is not a plain file name")


def check_paths(paths: Iterable[str]) -> None:
    """The same for all files of one folder, which must not be in each other's way, capitals aside.

    Raises:
        OutputError: A path is refused, two paths differ in capitals only, or one is a folder of another.
    """
    taken: dict[str, str] = {}
    for path in sorted(paths):
        check_path(path)
        other = taken.setdefault(path.casefold(), path)
        if other != path:
            raise OutputError(f"{other!r} and {path!r} are one file where file names ignore capitals; rename one")
    for folded, path in taken.items():
        folder = folded.rpartition("/")[0]
        while folder:
            if folder in taken:
                raise OutputError(f"{taken[folder]!r} cannot be a file and the folder of {path!r}")
            folder = folder.rpartition("/")[0]
