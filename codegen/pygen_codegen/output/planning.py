"""What has to happen to an output folder: decided before anything is touched, then done."""

from __future__ import annotations

import difflib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pygen_codegen.errors import OutputError
from pygen_codegen.output.disk import plain_errors, read, strangers, unix, write_files
from pygen_codegen.output.manifest import MANIFEST, Manifest, decode_manifest, digest
from pygen_codegen.output.paths import check_paths
from pygen_codegen.settings import Settings
from pygen_codegen.snapshot import Snapshot
from pygen_runtime._version import __version__
from pygen_runtime.schema import DataModelId

_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run does to a folder. A value: tests, `generate` and `check` read the same.

    Attributes:
        root: The folder.
        manifest: What `pygen.json` will say.
        previous: What it says now, if there is one.
        files: Content of every file that belongs to the SDK.
        before: Content, as it is on disk, of those of them and of the previous run's that exist, `pygen.json` included.
        write: Files to create or replace.
        unchanged: Files that are as they should be; they keep their modification time.
        delete: Files of the previous run, unchanged since, that are no longer part of the SDK.
        edited: Files of the previous run that somebody changed since, and that differ from what they should be.
    """

    root: Path
    manifest: Manifest
    previous: Manifest | None
    files: Mapping[str, bytes]
    before: Mapping[str, bytes]
    write: tuple[str, ...]
    unchanged: tuple[str, ...]
    delete: tuple[str, ...]
    edited: tuple[str, ...]

    @property
    def up_to_date(self) -> bool:
        """Whether the folder is already what generating would make of it."""
        changes = self.write or self.delete or self.edited
        return not changes and self.before.get(MANIFEST) == self.manifest.encode()

    def diff(self) -> str:
        """The changes as a unified diff, which `patch -p1` understands; empty if and only if the folder is up to date."""
        after = {path: self.files[path] for path in self.files if path not in self.unchanged}
        if self.before.get(MANIFEST) != self.manifest.encode():
            after[MANIFEST] = self.manifest.encode()
        gone = [*self.delete, *self.edited]
        return "".join(self._file_diff(path, after.get(path)) for path in sorted({*after, *gone}))

    def check(self, *, force: bool = False) -> None:
        """Refuse what `apply` would refuse at once.

        Args:
            force: As there.

        Raises:
            OutputError: There are edited files, and no `force`.
        """
        if self.edited and not force:
            raise OutputError(
                f"changed since pygen wrote them, in {self.root}: {_listed(self.edited)}; "
                "move the changes elsewhere, or overwrite them with --force"
            )

    def apply(self, *, force: bool = False) -> None:
        """Do it. Each file is replaced at once, the manifest comes last, and an error leaves no half-written file.

        Args:
            force: Overwrite, or delete, the files that somebody edited.

        Raises:
            OutputError: There are edited files and no `force`, the folder changed since the plan was made, or the
                system refused. Nothing is touched in the first two cases.
        """
        self.check(force=force)
        if self.up_to_date:
            return
        if _decide(self.root, self.manifest, self.files) != self:
            raise OutputError(f"{self.root} changed while pygen was running; run it again")
        write = sorted({*self.write, *self.edited} & self.files.keys())
        delete = sorted({*self.delete, *self.edited} - self.files.keys())
        write_files(
            self.root, {path: self.files[path] for path in write}, delete, last=(MANIFEST, self.manifest.encode())
        )

    def _file_diff(self, path: str, after: bytes | None) -> str:
        before = self.before.get(path)
        names = ("/dev/null" if before is None else f"a/{path}", "/dev/null" if after is None else f"b/{path}")
        changes = "".join(_ended(difflib.unified_diff(_lines(before), _lines(after), *names)))
        return changes or f"--- {names[0]}\n+++ {names[1]}\n"  # an empty file comes or goes


def plan(
    root: Path,
    files: Mapping[str, str],
    *,
    data_models: Sequence[DataModelId],
    language: str,
    package: str,
    settings: Settings = Settings(),  # noqa: B008 - frozen
    snapshot: Snapshot | None = None,
    generator: str = __version__,
) -> Plan:
    r"""Decide what makes `root` hold exactly these files of ours, beside whatever others put there.

    Contract: files that pygen did not write are never changed. A folder without a manifest may hold nothing but files
    that are already as they should be; beside a manifest, files of others are left alone.

    Args:
        root: The folder of the SDK; it need not exist.
        files: Path, relative with `/` between its parts, to text; written as UTF-8 with `\n` line ends.
        data_models: What the files were generated from.
        language: Target language.
        package: Name of the generated package.
        settings: What was chosen, to record.
        snapshot: What the data models said, to record.
        generator: Version of pygen to record.

    Raises:
        OutputError: A path is not one that pygen writes, files of others are in the way, the manifest is damaged, or
            the folder cannot be read.
    """
    check_paths([*files, MANIFEST])
    if MANIFEST in files:
        raise OutputError(f"{MANIFEST} is the manifest's name, and no generated file's")
    content = {path: _encoded(path, text) for path, text in sorted(files.items())}
    manifest = Manifest(
        generator=generator,
        data_models=tuple(data_models),
        language=language,
        package=package,
        files={path: digest(data) for path, data in content.items()},
        settings=settings,
        snapshot=snapshot,
    )
    return _decide(root, manifest, content)


def read_manifest(root: Path) -> Manifest | None:
    """What the last run wrote into a folder; None when there was none.

    Raises:
        OutputError: The manifest cannot be read, or is damaged.
    """
    written = read(root, MANIFEST)
    return None if written is None else decode_manifest(written, str(root / MANIFEST))


def _decide(root: Path, manifest: Manifest, files: Mapping[str, bytes]) -> Plan:
    previous, before = _look(root, files)
    ours = previous.files if previous else {}
    changed = [path for path, data in before.items() if path != MANIFEST and data != files.get(path)]
    _refuse_strangers(root, [path for path in changed if path not in ours], files, first_run=previous is None)
    edited = {path for path in changed if digest(before[path]) != ours[path]}
    return Plan(
        root=root,
        manifest=manifest,
        previous=previous,
        files=files,
        before=before,
        write=tuple(path for path, data in files.items() if before.get(path) != data and path not in edited),
        unchanged=tuple(path for path, data in files.items() if before.get(path) == data),
        delete=tuple(path for path in changed if path not in files and path not in edited),
        edited=tuple(sorted(edited)),
    )


def _look(root: Path, files: Mapping[str, bytes]) -> tuple[Manifest | None, dict[str, bytes]]:
    """What the last run wrote, and what is there now."""
    with plain_errors(root):
        if root.exists() and not root.is_dir():
            raise OutputError(f"{root} is not a folder; choose another one")
    previous = read_manifest(root)
    paths = sorted({MANIFEST, *files, *(previous.files if previous else ())})
    found = {path: read(root, path) for path in paths}
    return previous, {path: data for path, data in found.items() if data is not None}


def _refuse_strangers(root: Path, in_the_way: list[str], files: Mapping[str, bytes], *, first_run: bool) -> None:
    others = in_the_way
    if first_run and not others:
        others = strangers(root, files.keys(), _SHOWN + 1)
    if others:
        raise OutputError(
            f"{root} holds files that pygen did not write: {_listed(others)}; "
            "they are left alone: choose an empty folder, or move them away"
        )


def _encoded(path: str, text: str) -> bytes:
    try:
        return unix(text.encode("utf-8")).replace(b"\r", b"\n")
    except UnicodeEncodeError as error:
        raise OutputError(f"{path} holds text that is not Unicode ({error.reason}); correct the model") from error


def _listed(paths: Sequence[str]) -> str:
    more = ", …" if len(paths) > _SHOWN else ""
    return ", ".join(paths[:_SHOWN]) + more


def _lines(content: bytes | None) -> list[str]:
    return list(io.StringIO((content or b"").decode("utf-8", "replace"), newline="\n"))


def _ended(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
