"""Text files on disk, one or a folder of them, none of which anybody vouches for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from pygen.errors import SourceError

SIZE_LIMIT = 16 * 1024 * 1024
"""Bytes of one file; the largest public model has 166 kB."""

FILES_LIMIT = 20_000
"""Files below one folder, those that hold no model included."""

_SKIPPED_FOLDERS = frozenset({"__pycache__", "node_modules", "site-packages"})
_BUILD_MARKERS = ("_build_environment.yaml", "_build_environment.yml")


def read_text(path: Path) -> str:
    """The text of a file in UTF-8, at most `SIZE_LIMIT` bytes; a byte order mark is skipped.

    Raises:
        SourceError: It cannot be read, or is something else.
    """
    try:
        if path.exists() and not path.is_file():  # a pipe or a device would never end
            raise SourceError(f"{path} is not a file")
        with path.open("rb") as file:
            content = file.read(SIZE_LIMIT + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise unreadable(path, error) from error
    if len(content) > SIZE_LIMIT:
        raise SourceError(f"{path} is larger than {SIZE_LIMIT // 1024**2} MiB, too large for a data model")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"{path} is not UTF-8 text (byte {error.start}); save it as UTF-8") from error


def unreadable(path: Path, error: OSError | ValueError) -> SourceError:
    """The error for a file or folder that the system does not give."""
    return SourceError(f"{path} cannot be read: {error.strerror if isinstance(error, OSError) else error}")


def files_below(folder: Path) -> Iterator[Path]:
    """The files of a folder and of the folders in it, in alphabetical order.

    Hidden folders, folders of installed packages and what a Toolkit build left behind are passed over. Links are followed to
    files that lie below the folder themselves, and to nothing else.

    Raises:
        SourceError: The folder cannot be read, or holds more than `FILES_LIMIT` files.
    """
    found = 0
    for place, folders, names in os.walk(folder, onerror=_refuse):
        folders[:] = sorted(name for name in folders if not _is_skipped(Path(place, name)))
        for name in sorted(names):
            found += 1
            if found > FILES_LIMIT:
                raise SourceError(f"{folder} holds more than {FILES_LIMIT} files; give the folder of the model itself")
            path = Path(place, name)
            if not path.is_symlink() or _leads_below(path, folder):
                yield path


def _refuse(error: OSError) -> None:
    raise unreadable(Path(str(error.filename)), error) from error


def _is_skipped(folder: Path) -> bool:
    if folder.name.startswith(".") or folder.name in _SKIPPED_FOLDERS:
        return True
    return any((folder / marker).exists() for marker in _BUILD_MARKERS)


def _leads_below(link: Path, folder: Path) -> bool:
    try:
        return link.resolve(strict=True).is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # RuntimeError: a circle of links, before Python 3.13
        return False
