"""Who wishes for which name, and in which rank: by what each is, since models list nothing in an order that lasts.

Two things that are spelled alike cannot both have the name that either would have alone. So exactly one rule is broken for
them, and as seldom as can be: one of them has the name, and what the other is called instead follows from itself alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pygen_codegen.naming.config import NameStyle
from pygen_codegen.naming.scope import Wish
from pygen_codegen.naming.words import keep
from pygen_runtime.schema import ViewId


def ranked(names: Mapping[str, str]) -> list[Wish]:
    """Wishes by rank: first who is spelled as it would like to be called, then the others by their spelling.

    Args:
        names: Name in the model → the name it wishes for.
    """
    return [Wish(owner, names[owner]) for owner in sorted(names, key=lambda owner: (names[owner] != owner, owner))]


def view_owner(view: ViewId) -> str:
    """The owner of the name of a view's class."""
    return f"the view {view}"


def view_wishes(views: Iterable[ViewId], space: str, style: NameStyle) -> list[Wish]:
    """What the classes of views would like to be called.

    Of several alike the first is who is spelled that way in the model, then who is of the model's own space, then who comes
    first by spelling, by space, and at last by version: versions of one view stand together, since a lower one takes its
    short name from the next, and must not take another view's as well. The others say how they differ from the plain name:
    by their spelling, by their version if their space has a lower one, by their space if it is not the model's. Which one
    is first has no say in that, so whoever is not first keeps its name whatever becomes of the first.

    Args:
        views: The views of a data model.
        space: The space of the data model.
        style: How classes are spelled.
    """
    names = {view: style.apply(view.external_id) for view in views}
    order = sorted(names, key=lambda view: (names[view] != view.external_id, view.space != space, _rank(view)))
    lowest: dict[tuple[str, str], ViewId] = {}
    for view in order:
        lowest.setdefault((view.space, view.external_id), view)
    wishes: list[Wish] = []
    for view in order:
        name = names[view]
        spelling = f"_{view.external_id}" if name != view.external_id else ""
        is_lowest = lowest[view.space, view.external_id] == view
        version = "" if is_lowest else f"_{keep('v' + view.version.removeprefix('v'))}"
        elsewhere = f"_{keep(view.space)}" if view.space != space else ""
        other = f"{name}{spelling}{version}{elsewhere}"
        wishes.append(Wish(view_owner(view), name, (other,) if other != name else ()))
    return wishes


def _rank(view: ViewId) -> tuple[object, ...]:
    """A key that orders views by spelling and space, and versions of one view by their numbers: `2` before `10`."""
    parts = re.split(r"(\d+)", view.version)
    numbers = [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]
    return view.external_id, view.space, numbers, view.version
