"""`pygen.json`: what pygen wrote into a folder, so that it later knows its own files from those of others."""

from __future__ import annotations

import hashlib

import msgspec

from pygen_codegen.errors import OutputError
from pygen_codegen.output.paths import check_path
from pygen_runtime.schema import DataModelId

MANIFEST = "pygen.json"
"""Name of the manifest in the folder of an SDK."""

FORMAT = 1
"""Grows when an older pygen could misread the file."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What one run wrote.

    Attributes:
        generator: Version of pygen.
        data_models: What the SDK was generated from.
        language: Target language, such as `python`.
        package: Name of the generated package.
        files: Path, relative to the manifest with `/` between its parts, to the SHA-256 of the content.
        format: Format of this file.
    """

    generator: str
    data_models: tuple[DataModelId, ...]
    language: str
    package: str
    files: dict[str, str]
    format: int = FORMAT

    def encode(self) -> bytes:
        """The file's content; the same for the same values."""
        return msgspec.json.format(msgspec.json.encode(self, order="sorted"), indent=2) + b"\n"


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
        manifest = msgspec.json.decode(content, type=Manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise OutputError(
            f"{where} is damaged ({error}); restore it from version control, or generate into an empty folder"
        ) from error
    for path in manifest.files:
        check_path(path)
    return manifest


def digest(content: bytes) -> str:
    """The SHA-256 of a file's content, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
