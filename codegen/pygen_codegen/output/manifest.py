"""`pygen.json`: what pygen wrote into a folder, so that it later knows its own files from those of others."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from pygen_codegen.errors import OutputError
from pygen_codegen.output.paths import check_path
from pygen_codegen.settings import Settings
from pygen_codegen.snapshot import Snapshot
from pygen_runtime.schema import DataModelId
from pygen_runtime.schema.codec import decoder, encode_hook

MANIFEST = "pygen.json"
"""Name of the manifest in the folder of an SDK."""

FORMAT = 2
"""Grows when an older pygen could misread the file."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What one run wrote.

    Attributes:
        generator: Version of pygen.
        data_models: What the SDK was generated from.
        language: Target language, such as `python`.
        package: Name of the generated package.
        files: Path, relative to the manifest with `/` between its parts, to the SHA-256 of the content.
        settings: What was chosen.
        snapshot: What the data models said; None in manifests of format 1.
        format: Format of this file.
    """

    generator: str
    data_models: tuple[DataModelId, ...]
    language: str
    package: str
    files: dict[str, str]
    settings: Settings = Settings()
    snapshot: Snapshot | None = None
    format: int = FORMAT

    def encode(self) -> bytes:
        """The file's content; the same for the same values."""
        return _laid_out(msgspec.to_builtins(self, enc_hook=encode_hook, order="sorted")).encode() + b"\n"


_LEVELS = 5
"""How deep the file has lines: the properties of views have one each, so that changes can be read."""

_DECODER = decoder(Manifest)


class _Format(msgspec.Struct):
    format: int


def decode_manifest(content: bytes, where: str) -> Manifest:
    """Read a manifest, which anybody may have changed.

    Args:
        content: The file's content.
        where: Its path, for messages.

    Raises:
        OutputError: It is not a manifest, is newer than this version, or names paths that pygen never writes.
    """
    try:
        found = msgspec.json.decode(content, type=_Format).format
        if found > FORMAT:
            raise OutputError(f"{where} was written by a newer pygen (format {found}); update pygen")
        manifest = _DECODER.decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise OutputError(
            f"{where} is damaged ({error}); restore it from version control, or generate into an empty folder"
        ) from error
    for path in manifest.files:
        check_path(path)
    return manifest


def _laid_out(value: Any, level: int = 0) -> str:
    """JSON with a line for each thing down to the last level."""
    inner, margin = "  " * (level + 1), "  " * level
    if level < _LEVELS and isinstance(value, dict) and value:
        parts = [f"{inner}{_laid_out(key, _LEVELS)}: {_laid_out(each, level + 1)}" for key, each in value.items()]
        return "{\n" + ",\n".join(parts) + f"\n{margin}}}"
    if level < _LEVELS and isinstance(value, (list, tuple)) and value:
        parts = [inner + _laid_out(each, level + 1) for each in value]
        return "[\n" + ",\n".join(parts) + f"\n{margin}]"
    return msgspec.json.encode(value).decode()


def digest(content: bytes) -> str:
    """The SHA-256 of a file's content, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
