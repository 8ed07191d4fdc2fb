"""Who wishes for which name, and in which rank: by what each is, since models list nothing in an order that lasts."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pygen_codegen.ir import IRModel
from pygen_codegen.naming import NameStyle, Wish, keep
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


def view_wishes(model: IRModel, style: NameStyle) -> list[Wish]:
    """What the classes of views would like to be called.

    Of several alike the first is who is spelled that way in the model, then who is of the model's own space, then the
    lowest version. The others would like to say how they differ from it, as no view can by itself: `Pump_v2`, `Pump_archive`.

    Args:
        model: The data model.
        style: How classes are spelled.
    """
    base = {view.id: style.apply(view.id.external_id) for view in model.classes}
    first: dict[str, ViewId] = {}
    wishes: list[Wish] = []
    for id_ in sorted(
        base, key=lambda id_: (base[id_] != id_.external_id, id_.space != model.id.space, _by_version(id_))
    ):
        winner = first.setdefault(base[id_], id_)
        version = f"_{keep('v' + id_.version.removeprefix('v'))}" if id_.version != winner.version else ""
        space = f"_{keep(id_.space)}" if id_.space != winner.space else ""
        others = (f"{base[id_]}{version}{space}",) if version or space else ()
        wishes.append(Wish(view_owner(id_), base[id_], others))
    return wishes


def _by_version(id_: ViewId) -> tuple[object, ...]:
    """A key that orders views by version, `2` before `10`."""
    parts = re.split(r"(\d+)", id_.version)
    numbers = [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]
    return numbers, id_.space, id_.external_id, id_.version
