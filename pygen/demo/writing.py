"""From a population and a running number to a node or edge as it is sent."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from pygen.demo.layout import Laid, Slot, with_data
from pygen.demo.membership import Catalog, Place
from pygen.demo.recipes import EdgeRecipe, Recipe, shown_by
from pygen.demo.rules import Rules
from pygen.demo.values import Maker, distinct, mix, salt_of, several, single
from pygen_runtime.schema import EdgeWrite, InstanceWrite, NodeId, NodeWrite, PropertyType, SourceWrite

_NULL_IN = 8  # one in so many values that may be null is left out
_LONGEST = 8  # the most targets in a generated list of direct relations


@dataclass(frozen=True, kw_only=True, eq=False)
class Population:
    """So many instances of one recipe; the external id of the first is `{prefix}_1`."""

    laid: Laid
    count: int
    space: str
    prefix: str

    @property
    def recipe(self) -> Recipe:
        """What these are instances of."""
        return self.laid.recipe

    def id(self, number: int) -> NodeId:
        """The id of the node with this number, counted from 0."""
        return NodeId(self.space, f"{self.prefix}_{number + 1}")


class Pool:
    """The nodes of several populations, numbered through."""

    def __init__(self, populations: Sequence[Population]) -> None:
        self._populations = populations
        self._starts = list(accumulate((one.count for one in populations), initial=0))

    def __len__(self) -> int:
        return self._starts[-1]

    def __getitem__(self, number: int) -> NodeId:
        at = bisect_right(self._starts, number) - 1
        return self._populations[at].id(number - self._starts[at])


class Writer:
    """Makes the instances of populations.

    Args:
        catalog: The model.
        rules: Its rules on values.
        nodes: All populations of nodes, in the order in which they are written.
    """

    def __init__(self, catalog: Catalog, rules: Rules, nodes: Sequence[Population]) -> None:
        self._catalog = catalog
        self._rules = rules
        self._nodes = nodes

    def maker(self, population: Population) -> Callable[[int], InstanceWrite]:
        """A function from the number of an instance, counted from 0, to the instance."""
        recipe, space, prefix = population.recipe, population.space, population.prefix
        node_type = recipe.facts.base["type"]
        sources = self._sources(population)
        if not isinstance(recipe, EdgeRecipe):
            return lambda number: NodeWrite(
                space=space, external_id=f"{prefix}_{number + 1}", type=node_type, sources=sources(number)
            )
        ends = self._ends(recipe, population.count)

        def edge(number: int) -> InstanceWrite:
            start, end = ends(number)
            return EdgeWrite(
                space=space,
                external_id=f"{prefix}_{number + 1}",
                type=node_type,
                start_node=start,
                end_node=end,
                sources=sources(number),
            )

        return edge

    def pool(self, recipes: Sequence[Recipe]) -> Pool:
        """The nodes of these recipes."""
        return Pool([one for one in self._nodes if one.recipe in recipes])

    def _sources(self, population: Population) -> Callable[[int], list[SourceWrite] | None]:
        made = [(source, self._fields(population, slots)) for source, slots in population.laid.sources]

        def write(number: int) -> list[SourceWrite] | None:
            return [SourceWrite(source=source, properties=_values(fields, number)) for source, fields in made] or None

        return write

    def _fields(self, population: Population, slots: Sequence[Slot]) -> list[tuple[str, Maker, int | None]]:
        """Key, maker, and the salt that decides which values are left out; None where none is."""
        fields = []
        for slot in slots:
            make = self._value(population, slot)
            if make is not None:
                fields.append((slot.key, make, None if slot.always else salt_of(population.prefix, slot.key, "null")))
        return fields

    def _value(self, population: Population, slot: Slot) -> Maker | None:
        type_, demanded = slot.property.type, population.recipe.demands.values
        if slot.place in demanded:
            value = demanded[slot.place]
            return lambda number: value
        if slot.place in self._rules.null or type_ is None:
            return None
        if type_.type == "direct":
            return self._relation(population, slot, type_)
        view = population.recipe.view.external_id if population.recipe.view else population.prefix
        if slot.place in self._rules.distinct:
            return _shifted(distinct(view, slot.key, type_), self._offset(population, slot.place))
        make = single(view, slot.key, type_)
        if make is None or not type_.list:
            return make
        return several(make, type_.max_list_size or 1000, salt_of(view, slot.key, "length"))

    def _offset(self, population: Population, where: Place) -> int:
        """How many instances of earlier populations have a value in the same place."""
        earlier = self._nodes[: self._nodes.index(population)] if population in self._nodes else self._nodes
        return sum(one.count for one in earlier if where in one.laid.places())

    def _relation(self, population: Population, slot: Slot, type_: PropertyType) -> Maker | None:
        pool = self.pool(self._targets(population, type_))
        if not len(pool):
            if type_.container is not None or not slot.always:
                return None
            pool = Pool([population]) if population in self._nodes else Pool(self._nodes)
        salt = salt_of(population.prefix, slot.key)
        once = slot.place in self._rules.one_to_one
        offset = self._offset(population, slot.place) if once else 0
        if type_.list:
            most = min(type_.max_list_size or 100, _LONGEST)
            return _targets_of_list(pool, population.count, most, salt, offset if once else None)
        if once:
            return lambda number: pool[number + offset] if number + offset < len(pool) else None
        if pool[0] == population.id(0):
            return _earlier(pool, salt, always=slot.always)
        return lambda number: pool[mix(number, salt) % len(pool)]

    def _targets(self, population: Population, type_: PropertyType) -> list[Recipe]:
        """The recipes whose nodes a relation should point at."""
        recipes = [one.recipe for one in self._nodes]
        seen = shown_by(self._catalog, type_.source, recipes) if type_.source else []
        if type_.container is None:
            return seen or ([] if type_.source else [population.recipe])
        before = recipes[: self._nodes.index(population)] if population in self._nodes else recipes
        there = with_data(type_.container, before)
        return [recipe for recipe in there if recipe in seen] or there

    def _ends(self, recipe: EdgeRecipe, count: int) -> Callable[[int], tuple[NodeId, NodeId]]:
        """Start and end of each edge: spread over the start nodes, at the end nodes at random unless each may be met once only."""
        starts, ends = self.pool(recipe.start), self.pool(recipe.end)
        salt = salt_of(recipe.name, "end")
        spread = recipe.one_per_end and not recipe.one_per_start

        def of(number: int) -> tuple[NodeId, NodeId]:
            first = mix(number, salt) % len(starts) if spread else number * len(starts) // count
            last = number * len(ends) // count if recipe.one_per_end else mix(number, salt) % len(ends)
            start, end = starts[first], ends[last]
            return start, (ends[(last + 1) % len(ends)] if start == end else end)

        return of


def edge_limit(recipe: EdgeRecipe, writer: Writer) -> int | None:
    """The most edges that there may be of a kind whose connections lead to one node; None: any number."""
    limits = [len(writer.pool(recipe.start))] if recipe.one_per_start else []
    limits += [len(writer.pool(recipe.end))] if recipe.one_per_end else []
    return min(limits) if limits else None


def _values(fields: Sequence[tuple[str, Maker, int | None]], number: int) -> dict[str, Any]:
    values = {}
    for key, make, salt in fields:
        if salt is None or mix(number, salt) % _NULL_IN:
            value = make(number)
            if value is not None:
                values[key] = value
    return values


def _shifted(make: Maker | None, offset: int) -> Maker | None:
    return make and (lambda number: make(number + offset))


def _earlier(pool: Pool, salt: int, *, always: bool) -> Maker:
    """Targets among a population's own nodes: one of the twenty before, so that there are chains and no circles."""

    def make(number: int) -> NodeId | None:
        if number == 0:
            return pool[0] if always else None
        return pool[number - 1 - mix(number, salt) % min(number, 20)]

    return make


def _targets_of_list(pool: Pool, sources: int, most: int, salt: int, once_from: int | None) -> Maker:
    """Lists of targets: each target in one list where there are enough of them, else a few that follow each other."""
    if len(pool) >= sources or once_from is not None:
        offset = once_from or 0

        def part(number: int) -> list[NodeId] | None:
            begin, end = (number + offset) * len(pool) // sources, (number + offset + 1) * len(pool) // sources
            return [pool[at] for at in range(begin, min(end, begin + most, len(pool)))] or None

        return part

    def few(number: int) -> list[NodeId]:
        length = 1 + mix(number, salt) % min(3, most, len(pool))
        first = mix(number + 1, salt) % len(pool)
        return [pool[(first + step) % len(pool)] for step in range(length)]

    return few
