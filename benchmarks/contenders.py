"""Who takes part, and what each one runs."""

from __future__ import annotations

from typing import NamedTuple


class Contender(NamedTuple):
    """One way of reading everything.

    Attributes:
        name: As tables and charts show it.
        environment: Where it runs, see `environments`.
        driver: Script in `drivers/`, without its ending.
        peer: Whether it is somebody else's work, not ours or the floor.
    """

    name: str
    environment: str
    driver: str
    peer: bool = True


FLOOR = Contender("floor: httpx + msgspec", "ours", "floor_httpx", peer=False)
OURS = Contender("pygen", "ours", "pygen_async", peer=False)

STREAMING = (
    FLOOR,
    OURS,
    Contender("cognite-sdk async, untyped", "cognite-sdk", "cognite_sdk_async"),
    Contender("cognite-pygen iterate", "cognite-pygen", "cognite_pygen_iterate"),
    Contender("cognite-pygen list", "cognite-pygen", "cognite_pygen_list"),
    Contender("industrial-model, pages", "industrial-model", "industrial_model_pages"),
)

BUSY = Contender("pygen, busy consumer", "ours", "pygen_busy", peer=False)
