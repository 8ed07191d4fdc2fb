"""Reading and replacing the files of an output folder. What should happen to them is decided in `planning`."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path, PurePosixPath

from pygen_codegen.errors import OutputError

_TEMPORARY = ".pygen-tmp"


def unix(content: bytes) -> bytes:
    r"""The content with `\n` line ends: version control may have checked files out with `\r\n`."""
    return content.replace(b"\r\n", b"\n")


def read(root: Path, path: str) -> bytes | None:
    """The content of a file as `unix` gives it; None when there is none.

    Raises:
        OutputError: Something that is not a regular file stands there, or on the way: no link is ever followed.
    """
    with plain_errors(root / path):
        for folder in reversed(PurePosixPath(path).parents[:-1]):
            if not _stands(root / folder, stat.S_ISDIR, "folder"):
                return None
        if not _stands(root / path, stat.S_ISREG, "regular file"):
            return None
        return unix((root / path).read_bytes())


def strangers(root: Path, known: Collection[str], limit: int) -> list[str]:
    """The first files of the folder that are not `known`; caches of Python do not count."""
    if not root.is_dir():
        return []
    with plain_errors(root):
        return list(islice((path for path in _files(root) if path not in known), limit))


def write_files(root: Path, files: Mapping[str, bytes], delete: Collection[str], last: tuple[str, bytes]) -> None:
    """Write and delete files, so that each is whole at any moment.

    Everything is written beside its place first. So a full disk or a missing permission leaves the folder as it was.

    Args:
        root: The folder; made when missing.
        files: Path to content.
        delete: Paths of files to delete, and of folders only if that leaves them empty.
        last: Path and content of the file that is put in place when all else is done.

    Raises:
        OutputError: The system refused.
    """
    waiting: dict[str, Path] = {}
    try:
        for path, content in (*files.items(), last):
            with plain_errors(root / path):
                _write_beside(root / path, content, path, waiting)
        for path in files:
            _put(root, path, waiting)
        for path in delete:
            with plain_errors(root / path):
                (root / path).unlink(missing_ok=True)
                _remove_empty_folders(root, path)
        _put(root, last[0], waiting)
    finally:
        for temporary in waiting.values():
            with suppress(OSError):  # the error that led here says more
                temporary.unlink(missing_ok=True)


@contextmanager
def plain_errors(path: Path) -> Iterator[None]:
    """What the system refuses becomes one line."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise OutputError(f"cannot use {path}: {reason}; check its permissions, or choose another folder") from error


def _stands(path: Path, wanted: Callable[[int], bool], kind: str) -> bool:
    """Whether it is there; anything else that stands there is an error."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return False
    if not wanted(mode):
        raise OutputError(f"{path} is not a {kind}, and pygen follows no links; move it away, or choose another folder")
    return True


def _files(root: Path) -> Iterator[str]:
    for folder, folders, names in os.walk(root, onerror=_refuse):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        links = [name for name in folders if (Path(folder) / name).is_symlink()]
        for name in sorted([*names, *links]):
            if not name.endswith(_TEMPORARY):
                yield (Path(folder) / name).relative_to(root).as_posix()


def _write_beside(target: Path, content: bytes, path: str, waiting: dict[str, Path]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{secrets.token_hex(8)}{_TEMPORARY}")
    with temporary.open("xb") as file:
        waiting[path] = temporary
        file.write(content)


def _put(root: Path, path: str, waiting: dict[str, Path]) -> None:
    with plain_errors(root / path):
        waiting[path].replace(root / path)
    del waiting[path]


def _remove_empty_folders(root: Path, path: str) -> None:
    with suppress(OSError):  # what is not empty stays, and so does what is above it
        for folder in PurePosixPath(path).parents[:-1]:
            (root / folder).rmdir()


def _refuse(error: OSError) -> None:
    raise error
