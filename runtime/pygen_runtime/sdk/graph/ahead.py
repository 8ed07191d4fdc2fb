"""Reading ahead: what a relation of one object leads to is fetched for its siblings too, so that a loop over a list is no request for each.

It is one request, for as many of the objects as it can answer completely within the rows of one page. So the first object never waits
for more than a page, and memory holds no more than that beside what the program keeps. If that much is not enough for them all, it is
tried for fewer of them, and at last each is asked for alone.
"""

from __future__ import annotations

from typing import Any

from pygen_runtime.errors import InvalidResponseError, PermissionDeniedError, ServerTimeoutError
from pygen_runtime.schema import NodeId
from pygen_runtime.schema.codec import encode
from pygen_runtime.sdk.fields.narrowing import Linked
from pygen_runtime.sdk.graph.branch import Step
from pygen_runtime.sdk.graph.fill import Filling
from pygen_runtime.sdk.graph.include import view_filters
from pygen_runtime.sdk.instances.resource import PygenResource
from pygen_runtime.sdk.instances.siblings import Siblings, Turn
from pygen_runtime.sdk.instances.via import MOST_IDS, MOST_IN_LISTS, Direct, most_asked

_FEWER = 8  # of so many objects one is left when the targets of all of them were too many


async def read_ahead(owner: PygenResource, step: Step, *, keep: bool) -> list[Linked[Any, Any]] | None:
    """What a step leads to from an object, fetched for it and its siblings together.

    Args:
        owner: The object.
        step: The step.
        keep: Whether the objects keep it, as if it had been included; otherwise each gives it once, and is asked for alone from then on.

    Returns:
        None if it has to be asked for alone.
    """
    siblings = owner._client  # noqa: SLF001 - objects keep them for their relations
    if not isinstance(siblings, Siblings):
        return None
    key = step.branch.relation.name if keep else encode(step.branch.key())
    if key not in _known(owner):
        turn = siblings.turn(key)
        if turn is None:
            return None
        async with turn.lock:
            if key not in _known(owner):
                await _ask(owner, siblings, step, key, turn)
    found = _known(owner).get(key)
    if found is not None and not keep:
        _known(owner)[key] = None
    return found


async def _ask(
    owner: PygenResource, siblings: Siblings[PygenResource], step: Step, key: str | bytes, turn: Turn
) -> None:
    parents = [] if turn.most in (0, 1) else _together(owner, siblings, step, key, turn.most)
    if len(parents) < 2:
        return
    client = siblings.client
    try:
        filling = Filling(client, await view_filters(client, [step.target.VIEW]), MOST_IDS + 1)
        if await filling.fill_at_once(parents, step, key):
            if turn.most is not None:
                turn.most = _as_many_as_fit(len(parents), sum(len(_known(one)[key]) for one in parents))
            return
    except (InvalidResponseError, PermissionDeniedError, ServerTimeoutError):  # perhaps because of one of the others
        pass
    turn.most = len(parents) // _FEWER


def _as_many_as_fit(parents: int, targets: int) -> int:
    """For how many objects to ask next, when so many had so many targets: a fifth of the page is left for those that have more."""
    return max(2, min(MOST_IN_LISTS, MOST_IDS * 4 * parents // (5 * max(targets, 1))))


def _together(
    owner: PygenResource, siblings: Siblings[PygenResource], step: Step, key: str | bytes, most: int | None
) -> list[PygenResource]:
    """The object, and those of its siblings that are asked for with it."""
    via = step.via
    if most is None:
        most = most_asked(via)
    found: list[PygenResource] = []
    ids: set[NodeId] = set()
    for one in siblings.beside(owner):
        if one is not owner and key in _known(one):
            continue
        if isinstance(via, Direct):
            ids.update(via.ids(one))
        if len(found) >= most or len(ids) > MOST_IDS:
            break
        found.append(one)
    return found


def _known(one: PygenResource) -> dict[str | bytes, Any]:
    known: dict[str | bytes, Any] = one._related or {}  # noqa: SLF001 - as above
    return known
