"""Page cursors: opaque texts that hold a position, bound to the request that they continue (contract §1.9)."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Any, NamedTuple

import msgspec

from pygen.server.errors import RefusedError

LIFETIME = 3 * 24 * 3600 * 1000
"""Milliseconds that a cursor can be used after it was issued (contract §6.7)."""

_FORMAT = 1
_MAX_LENGTH = 8192
_ORDERED = msgspec.json.Encoder(order="sorted")


class Position(NamedTuple):
    """Where a page ended.

    Attributes:
        values: Sort keys and row id of the last row, each text, number or None.
        issued: Epoch milliseconds at which the page was read.
    """

    values: tuple[str | int | float | None, ...]
    issued: int


class _Cursor(msgspec.Struct, array_like=True):
    format: int
    request: str
    values: tuple[str | int | float | None, ...]
    issued: int


_decoder = msgspec.json.Decoder(_Cursor)


def fingerprint(kind: str, request: Any) -> str:
    """What binds a cursor to its request: `request` is everything the client sent but `limit` and `cursor`."""
    return hashlib.sha256(kind.encode() + b"\n" + _ORDERED.encode(request)).hexdigest()[:24]


def encode(request: str, position: Position) -> str:
    """The cursor of a position; `request` is a fingerprint."""
    packed = msgspec.json.encode(_Cursor(_FORMAT, request, position.values, position.issued))
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def whole_numbers(position: Position) -> list[int]:
    """The values of a position that are counts and row ids.

    Raises:
        RefusedError: One is not: the cursor was made up.
    """
    numbers = [value for value in position.values if isinstance(value, int) and abs(value) < 1 << 62]
    if len(numbers) != len(position.values):
        raise RefusedError("Invalid cursor: it was not issued by this server.")
    return numbers


def check_age(position: Position, now: int) -> None:
    """Refuse a cursor that was issued too long ago; `now` is in epoch milliseconds."""
    if now - position.issued > LIFETIME:
        raise RefusedError("Cursor has expired. Start again without a cursor.")


def decode(cursor: str, request: str, *, length: int | tuple[int, ...], now: int | None = None) -> Position:
    """The position in a cursor.

    Args:
        cursor: What the client sent.
        request: Fingerprint of the request that it came with.
        length: How many values the position must have, or can have.
        now: Epoch milliseconds, to refuse a cursor that has expired; None takes cursors of any age.

    Raises:
        RefusedError: The cursor is not ours, belongs to another request, or has expired.
    """
    text = cursor[:_MAX_LENGTH]
    try:
        packed = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
        found = _decoder.decode(packed)
    except (ValueError, binascii.Error, msgspec.MsgspecError, RecursionError) as error:
        raise RefusedError("Invalid cursor: it was not issued by this server.") from error
    if found.request != request:
        raise RefusedError("Invalid cursor: it belongs to a request with other parameters.")
    lengths = length if isinstance(length, tuple) else (length,)
    if found.format != _FORMAT or len(found.values) not in lengths:
        raise RefusedError("Invalid cursor: it was not issued by this server.")
    position = Position(found.values, found.issued)
    if now is not None:
        check_age(position, now)
    return position
