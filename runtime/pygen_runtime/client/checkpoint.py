"""Where a stream stands, as a small text that outlives the process."""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

import msgspec

from pygen_runtime.errors import CheckpointError, UsageError
from pygen_runtime.schema.codec import NO_JSON, encode_hook

Count = Annotated[int, msgspec.Meta(ge=0)]


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """A place between two pages.

    Attributes:
        cursor: Where the next page begins; None at the very beginning.
        rows: Rows before this place.
        done: Whether this is the end.
    """

    cursor: str | None = None
    rows: Count = 0
    done: bool = False


class Checkpoint(Position, frozen=True, kw_only=True):
    """A place, and whose it is. It holds no secret: neither a token nor the request itself.

    Attributes:
        pygen: The version of this form.
        request: Fingerprint of the request.
        again: Rows after this place that have been handed out already.
    """

    pygen: Literal[1] = 1
    request: str
    again: Count = 0

    def text(self) -> str:
        """As JSON."""
        return msgspec.json.encode(self).decode()


_decoder = msgspec.json.Decoder(Checkpoint)
_encoder = msgspec.json.Encoder(enc_hook=encode_hook, order="deterministic")


def fingerprint(request: object) -> str:
    """A short text that differs where requests differ.

    Args:
        request: Anything that has a JSON form, without cursor and page size.

    Raises:
        UsageError: It has none.
    """
    try:
        return hashlib.sha256(_encoder.encode(request)).hexdigest()[:32]
    except NO_JSON as error:
        raise UsageError(
            f"nothing was sent, because a value in the request cannot be written as JSON: {error}"
        ) from error


def read_checkpoint(text: str, request: str) -> Checkpoint:
    """A checkpoint from its text.

    Args:
        text: What `checkpoint()` gave.
        request: Fingerprint of the request that is to be resumed.

    Raises:
        CheckpointError: The text is no checkpoint, or that of another request.
    """
    try:
        found = _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError, TypeError) as error:
        raise CheckpointError(
            f"this is no checkpoint of a stream: {error}; give what checkpoint() returned, as it is, or begin without one"
        ) from error
    if found.request != request:
        raise CheckpointError(
            "the checkpoint belongs to another request: project, view, filter, sort order and the like must be those of the "
            "stream that it was taken from (limit, page size and prefetch may differ). Ask for the same, or begin without it"
        )
    return found
