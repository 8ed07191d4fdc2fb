"""Whether a body arrived whole. HTTP libraries hand over cut gzip streams as if nothing had happened, so we look ourselves."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from importlib.util import find_spec
from types import ModuleType

from pygen_runtime.transport.wire import FaultKind

LARGEST_BODY = 256 * 1024 * 1024
"""Bytes, packed or unpacked, beyond which an answer is refused: no page of the API comes near."""

_MOST_MEMBERS = 1024

_zlib: ModuleType = importlib.import_module("isal.isal_zlib" if find_spec("isal") else "zlib")
"""What packs and unpacks; with `isal`, of the extra `fast`, either costs a quarter."""

_LEVEL = 1  # a tenth more bytes than with 3, for two thirds of the time, which is half of what sending takes


class BodyError(Exception):
    """The body cannot be used; `kind` says why."""

    def __init__(self, kind: FaultKind, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind


def unpack(raw: bytes, headers: Mapping[str, str], largest: int = LARGEST_BODY) -> bytes:
    """Check a body against its headers and unpack it.

    Args:
        raw: The body as it came over the wire.
        headers: Response headers.
        largest: Bytes that the unpacked body may have.

    Raises:
        BodyError: The body is cut short, too large, or packed in a way that was not asked for.
    """
    announced = headers.get("content-length", "")
    if announced.isdecimal() and (announced.lstrip("0") or "0") != str(
        len(raw)
    ):  # as text: it may be thousands of digits
        raise BodyError(FaultKind.CUT, f"{len(raw)} of {announced[:20]} bytes arrived")
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding in ("gzip", "x-gzip"):
        return _gunzip(raw, largest)
    if encoding in ("identity", ""):
        return raw
    raise BodyError(FaultKind.UNREADABLE, f"it is packed as {encoding[:40]!r}, which was not asked for")


def pack(body: bytes) -> bytes:
    """A body as gzip."""
    packer = _zlib.compressobj(level=_LEVEL, wbits=31)
    packed: bytes = packer.compress(body) + packer.flush()
    return packed


def check_json(headers: Mapping[str, str]) -> None:
    """Refuse what says of itself that it is not JSON: the page of a gateway or login form, most often.

    Raises:
        BodyError: The content type is given, and another one.
    """
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind and kind != "application/json" and not kind.endswith("+json"):
        raise BodyError(FaultKind.UNREADABLE, f"it is {kind[:80]!r} instead of JSON; does something stand in between?")


def _gunzip(raw: bytes, largest: int) -> bytes:
    """Unpack all members; each must reach its own end, which holds the checksum."""
    parts: list[bytes] = []
    room = largest
    rest = raw
    while rest or not parts:
        unpacker = _zlib.decompressobj(wbits=31)
        try:
            part = unpacker.decompress(rest, room + 1)
        except _zlib.error as error:
            raise BodyError(FaultKind.CUT, f"it is damaged: {error}") from error
        if len(part) > room or len(parts) == _MOST_MEMBERS:
            raise BodyError(FaultKind.UNREADABLE, f"it unpacks to more than {largest} bytes, or has too many parts")
        if not unpacker.eof:
            raise BodyError(FaultKind.CUT, "its gzip stream ends early")
        parts.append(part)
        room -= len(part)
        rest = unpacker.unused_data.lstrip(b"\0")  # padding between members is allowed
    return parts[0] if len(parts) == 1 else b"".join(parts)
