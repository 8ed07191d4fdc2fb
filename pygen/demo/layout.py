"""What is written for each recipe, and in which order the recipes come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pygen.demo.membership import Catalog, Place, mapped, place
from pygen.demo.recipes import Recipe, Skipped
from pygen.demo.rules import Rules
from pygen.demo.values import single
from pygen_runtime.schema import ContainerId, MappedProperty, PropertyType, SourceId


class Slot(NamedTuple):
    """A property to write: its key in the source, where it is stored, and whether every instance gets a value."""

    key: str
    place: Place
    property: MappedProperty
    always: bool


class Laid(NamedTuple):
    """A recipe with what to write for it, by the view or container to write it through."""

    recipe: Recipe
    sources: tuple[tuple[SourceId, tuple[Slot, ...]], ...]

    def places(self) -> set[Place]:
        """Every place that is written."""
        return {slot.place for _, slots in self.sources for slot in slots}


def lay_out(
    catalog: Catalog, rules: Rules, recipes: Iterable[Recipe], before: Sequence[Recipe] = ()
) -> tuple[list[Laid], list[Skipped]]:
    """The recipes in an order in which they can be written, each with what to write.

    A direct relation that names a container may only point at nodes that have data there already (contract §3.3), so those
    come first; where such relations form a circle, one of them stays empty.

    Args:
        catalog: The model.
        rules: Its rules on values.
        recipes: What to write.
        before: Recipes whose nodes exist already.
    """
    laid: list[Laid] = []
    skipped: list[Skipped] = []
    waiting = list(recipes)
    while waiting:
        exist = [*before, *(one.recipe for one in laid)]
        tried = {recipe: _try(catalog, rules, recipe, exist) for recipe in waiting}
        can = [recipe for recipe in waiting if isinstance(tried[recipe], Laid)]
        if not can:
            return laid, [*skipped, *(one for one in tried.values() if isinstance(one, Skipped))]
        free = [recipe for recipe in can if not _waits(catalog, recipe, waiting)]
        chosen = tried[(free or can)[0]]
        if isinstance(chosen, Laid):
            laid.append(chosen)
            waiting.remove(chosen.recipe)
    return laid, skipped


def with_data(container: ContainerId, recipes: Iterable[Recipe]) -> list[Recipe]:
    """The recipes whose nodes have data in a container."""
    return [recipe for recipe in recipes if container in recipe.facts.containers]


def _try(catalog: Catalog, rules: Rules, recipe: Recipe, exist: Sequence[Recipe]) -> Laid | Skipped:
    """What to write, such that every container holds data; or why that cannot be."""
    shown = _shown(catalog, recipe)
    always: set[Place] = set()
    for container in sorted(recipe.facts.containers):
        needed = _needed(recipe, container, shown)
        if not needed:
            inside = [where for where in shown if where[0] == container and where not in rules.null]
            able = [where for where in inside if _able(shown[where][1], exist)]
            needed = {min(able, key=lambda where: _relation(shown[where][1]))} if able else set()
        if not needed:
            return Skipped(recipe.name, f"nothing can be written to container {container}")
        always |= needed
    for where in sorted(always - recipe.demands.values.keys()):
        key, property = shown[where]
        if not _able(property, exist):
            return Skipped(recipe.name, f"no value can be made for the property {key}")
    return Laid(recipe, tuple(_sources(recipe, shown, always, exist)))


def _shown(catalog: Catalog, recipe: Recipe) -> dict[Place, tuple[str, MappedProperty]]:
    """What can be written: the view's properties, and those of containers that its filter asks for besides."""
    own: dict[Place, tuple[str, MappedProperty]] = {}
    for key, property in (mapped(recipe.view) if recipe.view else {}).items():
        own.setdefault(place(property), (key, property))
    inside = {container for container, _ in own}
    others = recipe.facts.containers - inside
    return own | {where: (where[1], it) for where, it in catalog.properties.items() if where[0] in others}


def _needed(recipe: Recipe, container: ContainerId, shown: dict[Place, tuple[str, MappedProperty]]) -> set[Place]:
    """The places of a container that must have a value."""
    demands = recipe.demands
    required = {
        where
        for where, (_, property) in shown.items()
        if property.nullable is False and not property.auto_increment and where[0] == container
    }
    return required | {
        where for where in (*demands.values, *demands.present) if where[0] == container and where in shown
    }


def _sources(
    recipe: Recipe, shown: dict[Place, tuple[str, MappedProperty]], always: set[Place], exist: Sequence[Recipe]
) -> list[tuple[SourceId, tuple[Slot, ...]]]:
    """Through the view what it shows; what a filter asks for besides goes through its container, and no more than that."""
    viewed = set(map(place, mapped(recipe.view).values())) if recipe.view else set()
    sources: dict[SourceId, list[Slot]] = {}
    for where, (key, property) in shown.items():
        wanted = where in always or (where in viewed and not property.auto_increment and _able(property, exist))
        if wanted:
            source = recipe.view.as_id() if recipe.view and where in viewed else where[0]
            sources.setdefault(source, []).append(Slot(key, where, property, where in always))
    return [(source, tuple(slots)) for source, slots in sources.items()]


def _able(property: MappedProperty, exist: Sequence[Recipe]) -> bool:
    """Whether values of a property can be made, given the recipes whose nodes exist."""
    type_ = property.type or PropertyType(type="")
    if type_.type == "direct":
        return type_.container is None or bool(with_data(type_.container, exist))
    return single("", "", type_) is not None


def _relation(property: MappedProperty) -> bool:
    return property.type is not None and property.type.type == "direct"


def _waits(catalog: Catalog, recipe: Recipe, waiting: Sequence[Recipe]) -> bool:
    """Whether the recipe has relations to nodes that are still to be written and should be there first."""
    others = [one for one in waiting if one is not recipe]
    for property in (mapped(recipe.view) if recipe.view else {}).values():
        constraint = property.type.container if property.type else None
        if constraint is not None and with_data(constraint, others):
            return True
    return False
