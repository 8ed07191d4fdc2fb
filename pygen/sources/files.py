"""A data model from a file that holds what the API answers for it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pygen.errors import SourceError
from pygen.sources.api_read import SUPPORTED, read_data_model
from pygen.sources.json_reader import parse_json
from pygen.sources.yaml_reader import parse_yaml
from pygen_runtime.schema import DataModel

SIZE_LIMIT = 16 * 1024 * 1024
"""Bytes of a model file; the largest public model has 166 kB."""

_GRAPHQL_SUFFIXES = frozenset({".graphql", ".gql", ".graphqls"})
_GRAPHQL_TYPE = re.compile(r"^(?:type|interface)[ \t]+\w+[^\n]*\{[ \t]*$", re.MULTILINE)


def load_file(path: Path) -> DataModel:
    """The data model in a YAML or JSON file.

    The file holds a data model as the API answers it with `inlineViews=true`: the object itself, a list of one, or the
    whole answer with its `items` (contract §5).

    Args:
        path: The file; `.json` is read as JSON, anything else as YAML. UTF-8, at most `SIZE_LIMIT` bytes; a byte order
            mark is skipped.

    Returns:
        The data model, with at least one view.

    Raises:
        SourceError: There is no such file, or it holds something else; the message says where and what.
    """
    text = _read(path)
    try:
        return read_data_model(_parse(path.suffix.lower(), text))
    except SourceError as error:
        raise SourceError(f"{path}: {error}") from error


def _read(path: Path) -> str:
    try:
        if path.is_dir():
            raise SourceError(f"{path} is a folder; pygen reads one file with {SUPPORTED}")
        with path.open("rb") as file:
            content = file.read(SIZE_LIMIT + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = error.strerror if isinstance(error, OSError) else error
        raise SourceError(f"{path} cannot be read: {reason}") from error
    if len(content) > SIZE_LIMIT:
        raise SourceError(f"{path} is larger than {SIZE_LIMIT // 1024**2} MiB, too large for a data model")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"{path} is not UTF-8 text (byte {error.start}); save it as UTF-8") from error


def _parse(suffix: str, text: str) -> Any:
    if suffix in _GRAPHQL_SUFFIXES or _GRAPHQL_TYPE.search(text):
        raise SourceError(f"it holds GraphQL; pygen reads {SUPPORTED}")
    return parse_json(text) if suffix == ".json" else parse_yaml(text)
