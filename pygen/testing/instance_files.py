"""Nodes and edges from files: in the API's write and read form, as YAML, JSON or NDJSON, and as Cognite Toolkit keeps them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from pygen.errors import SourceError
from pygen.sources.json_reader import parse_json
from pygen.sources.kinds import kind_of_file
from pygen.sources.text_files import read_text
from pygen.sources.variables import Variables, tell_missing
from pygen.sources.yaml_reader import parse_yaml
from pygen_runtime.schema import EdgeWrite, InstanceWrite, NodeWrite
from pygen_runtime.schema.codec import convert

NDJSON_SUFFIXES = frozenset({".ndjson", ".jsonl"})
LINE_LIMIT = 4 * 1024 * 1024
"""Characters of a line of NDJSON; an instance is much shorter."""

_INSTANCE = re.compile(
    r"""[\s{\[,-]["']?instanceType["']?\s*:\s*["']?(?:node|edge)\b|^[\s-]*sources:\s*$""", re.MULTILINE
)
_TEXTS = frozenset({"space", "externalId", "version"})
_WRITTEN = frozenset({"space", "externalId", "type", "startNode", "endNode", "sources", "instanceType"})
_FILE_VIEW = {"type": "view", "space": "cdf_cdm", "externalId": "CogniteFile", "version": "v1"}


class SeedError(SourceError):
    """A file cannot seed a server; the message names the file, the line or item, and the reason."""


def read_instances(path: Path, variables: Mapping[str, str]) -> Iterator[InstanceWrite]:
    """The nodes and edges of a file, in its order.

    What the server decides is left out: versions, times, and `existingVersion`, which real exports hold.

    Args:
        path: The file; by its suffix NDJSON or JSON, else YAML. UTF-8, with or without byte order mark.
        variables: Values for `{{ placeholders }}`; those in files beside it need no mention.

    Raises:
        SeedError: It cannot be read, or holds something else.
    """
    word = _word(path)
    for place, value in _objects(path, variables):
        try:
            written = _file_node(value) if word == "cognitefile" else value
            yield _instance(written, word)
        except (msgspec.ValidationError, SourceError) as error:
            raise SeedError(f"{path}:{place}: {error}") from error


def holds_instances(path: Path, text: str) -> bool:
    """Whether a file looks like one of nodes and edges: by its name, or by its text where the name says nothing."""
    if path.suffix.lower() in NDJSON_SUFFIXES or _word(path) in ("node", "edge", "instance", "cognitefile"):
        return True
    return kind_of_file(path) is None and bool(_INSTANCE.search(text))


def _word(path: Path) -> str:
    """What the name says, as `node` in `pumps.Node.yaml`."""
    parts = path.name.lower().split(".")
    return parts[-2].rstrip("s") if len(parts) > 2 else ""


def _objects(path: Path, variables: Mapping[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    suffix = path.suffix.lower()
    if suffix in NDJSON_SUFFIXES:
        yield from _lines(path)
        return
    try:
        known = Variables(path.parent, variables)
        text, missing = known.fill(read_text(path), path)
        if missing:
            raise tell_missing(missing, known.undecided)
        content = parse_json(text) if suffix == ".json" else parse_yaml(text, as_text=_TEXTS.__contains__)
    except SeedError:
        raise
    except SourceError as error:
        raise SeedError(_placed(path, error)) from error
    if isinstance(content, dict) and isinstance(content.get("items"), list):
        content = content["items"]
    for number, value in enumerate(content if isinstance(content, list) else [content], 1):
        yield f" item {number}", _object(value, f"{path}: item {number}")


def _lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        with path.open(encoding="utf-8-sig") as file:
            number = 0
            while line := file.readline(LINE_LIMIT + 1):
                number += 1
                if len(line) > LINE_LIMIT:
                    raise SeedError(f"{path}:{number}: the line is longer than {LINE_LIMIT} characters")
                if line.strip():
                    yield str(number), _object(_json(line, f"{path}:{number}"), f"{path}:{number}")
    except UnicodeDecodeError as error:
        raise SeedError(f"{path} is not UTF-8 text; save it as UTF-8") from error
    except (OSError, ValueError) as error:
        raise SeedError(f"{path} cannot be read: {error}") from error


def _json(line: str, place: str) -> Any:
    try:
        return parse_json(line)
    except SourceError as error:
        raise SeedError(f"{place}: {str(error).removeprefix('line 1: ')}") from error


def _placed(path: Path, error: SourceError) -> str:
    """The message with the file in front, and its line joined to it."""
    text = str(error)
    if text.startswith("line "):
        return f"{path}:{text.removeprefix('line ')}"
    return text if str(path) in text else f"{path}: {text}"


def _object(value: Any, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise SeedError(f"{place}: a node or edge is an object")
    return value


def _instance(value: dict[str, Any], word: str) -> InstanceWrite:
    kind = value.get("instanceType") or ("edge" if word == "edge" or "startNode" in value else "node")
    kept = {key: part for key, part in value.items() if key in _WRITTEN}
    if "sources" not in kept and isinstance(properties := value.get("properties"), dict):
        kept["sources"] = list(_sources(properties)) or None
    if isinstance(sources := kept.get("sources"), list):
        kept["sources"] = [_tagged(source) for source in sources]
    if kind not in ("node", "edge"):
        raise SeedError(f"instanceType is {kind!r}; it must be node or edge")
    shape: type[InstanceWrite] = EdgeWrite if kind == "edge" else NodeWrite
    return convert({**kept, "instanceType": kind}, shape)


def _sources(properties: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Sources from properties in read form: space, then `View/version`, then values (contract §6.1)."""
    for space, of_space in properties.items():
        for key, values in of_space.items() if isinstance(of_space, dict) else ():
            external_id, slash, version = key.partition("/")
            source = {"space": space, "externalId": external_id, **({"version": version} if slash else {})}
            if values:  # what was read may have none of a view's properties; what is written has some
                yield {"source": source, "properties": values}


def _tagged(written: Any) -> Any:
    match written:
        case {"source": dict(source)} if "type" not in source:
            return {**written, "source": {**source, "type": "view" if "version" in source else "container"}}
        case _:
            return written


def _file_node(value: dict[str, Any]) -> dict[str, Any]:
    """A node from Toolkit's flat form of a file: all but the identifier is a property of its view."""
    values = {key: part for key, part in value.items() if key not in ("space", "externalId", "nodeSource", "type")}
    source = value.get("nodeSource") or _FILE_VIEW
    kept: dict[str, Any] = {key: value[key] for key in ("space", "externalId", "type") if key in value}
    return {**kept, "instanceType": "node", "sources": [{"source": source, "properties": values}]}
