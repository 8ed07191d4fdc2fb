"""Values for the `{{ placeholders }}` of Cognite Toolkit modules and cookiecutter templates.

Values stand in files beside the model (`FILES`), in files named by the caller, or are given one by one. A value can hold for
a folder only: where it stands under the folder's name (`modules: {pumps: {space: …}}`), or in a file of that folder.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from pygen.errors import SourceError
from pygen.sources.json_reader import parse_json
from pygen.sources.text_files import files_below, read_text

FOLDERS_ABOVE = 3
"""How many folders above a model are looked into for files of values."""

_PLACEHOLDER = re.compile(r"\{\{-?\s*([A-Za-z_][\w.-]{0,200}?)\s*-?\}\}")
_FILES = (  # by rank: a later one counts before an earlier one
    re.compile(r"default\.config\.ya?ml|cookiecutter\.json"),
    re.compile(r"config\.ya?ml"),
    re.compile(r"variables\.(ya?ml|json)"),
    re.compile(r"config\.[\w-]+\.ya?ml"),
)
_ENVIRONMENT = len(_FILES) - 1
_NAMED_BY_CALLER = len(_FILES)


class Missing(NamedTuple):
    """A placeholder without a value."""

    name: str
    path: Path
    line: int


class _Value(NamedTuple):
    rank: int
    base: Path | None
    folders: tuple[str, ...]
    text: str

    def holds_in(self, folder: Path) -> bool:
        if self.base is not None and not folder.is_relative_to(self.base):
            return False
        parts = folder.parts
        width = len(self.folders)
        return any(parts[start : start + width] == self.folders for start in range(len(parts) - width + 1))

    @property
    def weight(self) -> tuple[int, int]:
        return self.rank, len(self.folders) + len(self.base.parts if self.base else ())


class Variables:
    """The values that hold for a file, or for the files below a folder.

    Files of values are read when the first placeholder asks for one.

    Args:
        path: The file or folder of the model; beside a file only its own folder is looked into, and those above.
        given: Values given one by one; they count before all others.
        files: Files of values, YAML or JSON; they count before those that lie beside the model.
    """

    def __init__(self, path: Path, given: Mapping[str, str], files: Sequence[Path] = ()) -> None:
        self._path = path.absolute()
        self._given = given
        self._files = files
        self.undecided: list[Path] = []

    def fill(self, text: str, path: Path) -> tuple[str, list[Missing]]:
        """The text with its placeholders filled in, and those that have no value; in comments of YAML they may stay.

        Args:
            text: The text of a model's file.
            path: The file.
        """
        if "{{" not in text:
            return text, []
        missing: list[Missing] = []
        folder = path.absolute().parent
        as_json = path.suffix.lower() == ".json"
        lines = text.splitlines(keepends=True)
        for number, line in enumerate(lines, 1):
            if as_json or not line.lstrip().startswith("#"):
                lines[number - 1], without = self._line(line, folder, as_json)
                missing.extend(Missing(name, path, number) for name in without)
        return "".join(lines), missing

    def _line(self, line: str, folder: Path, as_json: bool) -> tuple[str, list[str]]:
        without: list[str] = []

        def value(match: re.Match[str]) -> str:
            found = self._value(match[1], folder)
            if found is None:
                without.append(match[1])
                return match[0]
            return json.dumps(found)[1:-1] if as_json else found

        return _PLACEHOLDER.sub(value, line), without

    def _value(self, name: str, folder: Path) -> str | None:
        short = name.rpartition(".")[2]
        for key in (name, short):
            if key in self._given:
                return self._given[key]
            candidates = [value for value in self._stored.get(key, ()) if value.holds_in(folder)]
            if candidates:
                return _plain(name, max(candidates, key=lambda value: value.weight).text)
        return None

    @cached_property
    def _stored(self) -> Mapping[str, Sequence[_Value]]:
        stored: dict[str, list[_Value]] = {}
        for path in self._files:
            for name, value in _values(path, _NAMED_BY_CALLER, None):
                stored.setdefault(name, []).append(value)
        for path, rank in self._beside():
            for name, value in _values(path, rank, path.parent):
                stored.setdefault(name, []).append(value)
        return stored

    def _beside(self) -> Iterator[tuple[Path, int]]:
        """The files of values below the model, and in a few folders above it. Of several environments none is taken."""
        is_folder = self._path.is_dir()
        root = self._path if is_folder else self._path.parent
        below = [*files_below(root)] if is_folder else _in_folder(root)
        above = [path for folder in root.parents[:FOLDERS_ABOVE] for path in _in_folder(folder)]
        ranked = [(path, rank) for path in (*above, *below) if (rank := file_rank(path.name)) is not None]
        environments: dict[Path, list[Path]] = {}
        for path, rank in ranked:
            if rank == _ENVIRONMENT:
                environments.setdefault(path.parent, []).append(path)
        several = {path for paths in environments.values() if len(paths) > 1 for path in paths}
        self.undecided = sorted(several)
        return ((path, rank) for path, rank in ranked if path not in several)


def file_rank(name: str) -> int | None:
    """Which kind of file of values a name says it is, or None; of two kinds the higher counts."""
    return next((rank for rank, pattern in enumerate(_FILES) if pattern.fullmatch(name.lower())), None)


def assignment(text: str) -> tuple[str, str] | None:
    """Name and value of `name=value`, or None when the text is something else."""
    name, sign, value = text.partition("=")
    return (name.strip(), value.strip()) if sign and re.fullmatch(r"[A-Za-z_][\w.-]*", name.strip()) else None


def tell_missing(missing: Iterable[Missing], undecided: Sequence[Path]) -> SourceError:
    """The error for placeholders without values: each with the first place that it stands at."""
    first: dict[str, Missing] = {}
    for each in missing:
        first.setdefault(each.name, each)
    places = ", ".join(f"{each.name} ({each.path} line {each.line})" for each in first.values())
    environments = f"; give one of {', '.join(map(str, undecided))} with --variables" if undecided else ""
    return SourceError(
        f"no value for the placeholder{'s' if len(first) > 1 else ''} {places}; give --variables NAME=VALUE, "
        f"or a file of values with --variables FILE{environments}"
    )


def _in_folder(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if file_rank(path.name) is not None and path.is_file())
    except (
        OSError
    ):  # folders above the model are none of its business: whoever may not look there needs no value from there
        return []


def _values(path: Path, rank: int, base: Path | None) -> Iterator[tuple[str, _Value]]:
    text = read_text(path)
    try:
        content = _parse(path, text)
    except SourceError as error:
        raise SourceError(f"{path}: {error}") from error
    if isinstance(content, Mapping) and isinstance(content.get("variables"), Mapping):
        content = content["variables"]
    if isinstance(content, Mapping):
        yield from ((name, _Value(rank, base, folders, text)) for name, folders, text in _leaves(content, ()))
    elif base is None:
        raise SourceError(f"{path}: it holds no names with values")


def _plain(name: str, text: str) -> str:
    if "{{" in text:
        raise SourceError(f"the value of {name} holds a placeholder itself; write it out")
    return text


def _parse(path: Path, text: str) -> Any:
    if path.suffix.lower() == ".json":
        return parse_json(text)
    if all(not line.strip() or line.lstrip().startswith("#") for line in text.splitlines()):
        return {}
    from pygen.sources.yaml_reader import parse_yaml  # noqa: PLC0415 - brings PyYAML, which most runs do without

    return parse_yaml(text, as_text=lambda _key: True)


def _leaves(content: Mapping[str, Any], folders: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...], str]]:
    for name, value in content.items():
        match value:
            case Mapping():
                yield from _leaves(value, (*folders, name))
            case None:
                continue
            case str():
                yield name, folders, value
            case _:
                yield name, folders, json.dumps(value)
