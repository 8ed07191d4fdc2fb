"""Where a change feed stands, as a small text that outlives the process."""

from __future__ import annotations

from typing import Literal

import msgspec

from pygen_runtime.errors import CheckpointError


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A place between two batches, and whose it is. It holds no secret: neither a token of the client nor the request itself.

    Attributes:
        pygen: The version of this form.
        changes: Fingerprint of the project, the view and the condition.
        cursor: Where the changes go on; None before the first request.
        backfilling: Whether there is more to be told of what was there.
        page: Where that goes on; None at its beginning.
    """

    pygen: Literal[1] = 1
    changes: str
    cursor: str | None = None
    backfilling: bool
    page: str | None = None

    def text(self) -> str:
        """As JSON."""
        return msgspec.json.encode(self).decode()


_decoder = msgspec.json.Decoder(Place)


def read_place(text: str, changes: str) -> Place:
    """A place from its text.

    Args:
        text: What `token()` of a feed gave.
        changes: Fingerprint of the feed that is to go on from there.

    Raises:
        CheckpointError: The text is no such token, or that of another feed.
    """
    try:
        found = _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError, TypeError) as error:
        raise CheckpointError(f"this is no token of a change feed: {error}") from error
    if found.changes != changes:
        raise CheckpointError(
            "the token belongs to another change feed: project, view and conditions must be those of the feed that it was taken from"
        )
    return found
