"""Fault plans: which requests go wrong, and how. A plan is a value; it reads from and turns into JSON.

    {"seed": 7, "rules": [{"operation": "instances/list", "every": 3, "action": {"type": "refuse", "status": 503}}]}

The same plan over the same requests always does the same: chance is drawn from the seed, the rule and the number of the request.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from pygen.server.errors import LocalServerError

Seconds = Annotated[float, msgspec.Meta(ge=0, le=3600)]
Bytes = Annotated[int, msgspec.Meta(ge=0)]
Ordinal = Annotated[int, msgspec.Meta(ge=1)]
Status = Annotated[int, msgspec.Meta(ge=400, le=599)]


class _Value(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True, forbid_unknown_fields=True):
    """What all parts of a plan have in common."""


class Refuse(_Value, frozen=True, tag="refuse", tag_field="type"):
    """An error of the API.

    Attributes:
        status: 400 to 599.
        message: What the error says.
        retry_after: The header `Retry-After`: seconds, or any text as it stands (a date, or what must not confuse a client).
        carried_out: Whether the request takes effect all the same, as when a gateway loses the answer.
    """

    status: Status
    message: str = "A fault plan refused this request."
    retry_after: float | str | None = None
    carried_out: bool = False


class Answer(_Value, frozen=True, tag="answer", tag_field="type"):
    """Something that is not of the API, such as a proxy's page with status 200."""

    body: str
    status: Annotated[int, msgspec.Meta(ge=200, le=599)] = 200
    content_type: str = "text/html"


class Drip(_Value, frozen=True, tag="drip", tag_field="type"):
    """The right answer, in pieces with pauses between them.

    Attributes:
        size: Bytes in a piece.
        pause: Seconds between two pieces.
    """

    size: Ordinal = 1024
    pause: Seconds = 0.1


class Cut(_Value, frozen=True, tag="cut", tag_field="type"):
    """A connection that closes early, in good order.

    Attributes:
        at: Bytes of the body that still come, of as many as the headers announce; None: not even a status line.
        carried_out: Whether the request takes effect where nothing of the answer comes.
    """

    at: Bytes | None = None
    carried_out: bool = False


class Reset(_Value, frozen=True, tag="reset", tag_field="type"):
    """A connection that is reset (RST): like `Cut`, but what is on its way may be lost too."""

    at: Bytes | None = None
    carried_out: bool = False


class CutGzip(_Value, frozen=True, tag="cutGzip", tag_field="type"):
    """A gzip body that ends too early though its length is as announced. Requests that do not accept gzip are left alone.

    Attributes:
        missing: Bytes that are missing at the end; 8 is the checksum alone.
    """

    missing: Ordinal = 8


class ExpireToken(_Value, frozen=True, tag="expireToken", tag_field="type"):
    """401 from now on for the token of this request; another token is good."""


class ExpireCursor(_Value, frozen=True, tag="expireCursor", tag_field="type"):
    """400 "Cursor has expired" from now on for the cursors of this request. Requests without a cursor are left alone."""


class TimeoutAbove(_Value, frozen=True, tag="timeoutAbove", tag_field="type"):
    """408 for requests that ask for more rows than this (by `limit`, the API's default without one, or the number of items)."""

    rows: Bytes


Action = Refuse | Answer | Drip | Cut | Reset | CutGzip | ExpireToken | ExpireCursor | TimeoutAbove


class Rule(_Value, frozen=True):
    """Which requests meet with a fault, and with which. Conditions that are not given hold for all requests.

    Requests are counted from 1, each rule counting those that its `operation`, `method` and `action` can be about.

    Attributes:
        action: What goes wrong; None for nothing but the delay.
        operation: End of the path below the project, such as `instances/list`; `*` and `?` stand for others.
        method: HTTP method.
        nth: Numbers of the requests to hit.
        every: Hit each request whose number this divides.
        chance: Hit by chance, between 0 and 1.
        first_try: Hit a request only the first time it comes: its repetition, same path and same body, passes.
        times: Hit at most this many requests.
        delay: Seconds to wait before anything else.
    """

    action: Action | None = None
    operation: str = "*"
    method: str = "*"
    nth: tuple[Ordinal, ...] = ()
    every: Ordinal | None = None
    chance: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0
    first_try: bool = False
    times: Ordinal | None = None
    delay: Seconds = 0.0


class Budgets(_Value, frozen=True):
    """How many requests of a kind one project may have under way; more are answered 429 (contract §1.8).

    Attributes:
        query: Reads of instances.
        apply: Writes of instances.
        delete: Deletions of instances.
        retry_after: The header `Retry-After` of the refusal, in seconds; None sends none.
    """

    query: Ordinal = 8
    apply: Ordinal = 4
    delete: Ordinal = 2
    retry_after: Seconds | None = 1.0


class FaultPlan(_Value, frozen=True):
    """What goes wrong on a server. The first rule that hits a request decides.

    Attributes:
        rules: The rules, in order.
        seed: Decides what happens by chance.
        budgets: Limits of concurrency; None for none.
    """

    rules: tuple[Rule, ...] = ()
    seed: int = 0
    budgets: Budgets | None = None

    def to_json(self) -> bytes:
        """The plan as JSON."""
        return msgspec.json.encode(self)

    @classmethod
    def from_json(cls, text: bytes | str) -> FaultPlan:
        """The plan that `text` holds.

        Raises:
            LocalServerError: It is not JSON, or not a plan; the message says where.
        """
        try:
            return _decoder.decode(text)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise LocalServerError(f"This is not a fault plan: {error}") from error


_decoder = msgspec.json.Decoder(FaultPlan)
