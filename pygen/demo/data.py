"""Generated instances for any data model: the same ones every time, made one by one, valid by the contract (§3.3, §6.3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pygen.demo.errors import DemoError
from pygen.demo.layout import Laid, lay_out
from pygen.demo.membership import Catalog, Facts
from pygen.demo.recipes import EdgeRecipe, Recipe, Skipped, edge_recipes, node_recipes
from pygen.demo.rules import Rules, rules_of
from pygen.demo.values import words
from pygen.demo.writing import Population, Writer, edge_limit
from pygen_runtime.schema import Container, DataModel, InstanceWrite, NodeId, View, ViewId


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What should be found once everything is written.

    Attributes:
        nodes: Nodes that each view shows, those written through its children included; None where its filter is too
            involved to say.
        edges: Edges that each view shows, likewise.
        edge_types: Edges of each type.
    """

    nodes: Mapping[ViewId, int | None]
    edges: Mapping[ViewId, int | None]
    edge_types: Mapping[NodeId, int]


class DataPlan:
    """Which instances are made for a model.

    Attributes:
        model: The model.
        populations: What is made, nodes before edges, in an order that can be written.
        skipped: Views and kinds of edges that get nothing of their own, and why.
    """

    def __init__(
        self,
        catalog: Catalog,
        writer: Writer,
        populations: Sequence[Population],
        skipped: Sequence[Skipped],
    ) -> None:
        self._catalog = catalog
        self._writer = writer
        self.populations = tuple(populations)
        self.skipped = tuple(skipped)

    @property
    def total(self) -> int:
        """How many instances are made."""
        return sum(population.count for population in self.populations)

    @property
    def spaces(self) -> list[str]:
        """The spaces that hold the instances and their types."""
        types = {one.recipe.facts.base["type"] for one in self.populations} - {None}
        return sorted({one.space for one in self.populations} | {type_.space for type_ in types})

    def instances(self, population: Population) -> Iterator[InstanceWrite]:
        """The instances of a population, made while they are asked for."""
        return map(self._writer.maker(population), range(population.count))

    def expected(self) -> Expected:
        """What should be found once everything is written."""
        views = self._catalog.views.values()
        edge_types: Counter[NodeId] = Counter()
        for population in self.populations:
            if isinstance(population.recipe, EdgeRecipe):
                edge_types[population.recipe.facts.base["type"]] += population.count
        return Expected(
            nodes={view.as_id(): self._shown(view, "node") for view in views},
            edges={view.as_id(): self._shown(view, "edge") for view in views},
            edge_types=edge_types,
        )

    def _shown(self, view: View, kind: str) -> int | None:
        """How many instances a view shows; where a filter looks at values, they are made once more and looked at."""
        total = 0
        for population in self.populations:
            if population.recipe.facts.kind != kind:
                continue
            belongs = self._catalog.belongs(view, population.recipe.facts)
            if belongs is None:
                each = [self._catalog.belongs(view, self._facts(population, one)) for one in self.instances(population)]
                if None in each:
                    return None
                total += each.count(True)
            elif belongs:
                total += population.count
        return total

    def _facts(self, population: Population, instance: InstanceWrite) -> Facts:
        """All that is known of one instance."""
        facts = population.recipe.facts
        values = {
            where: it.default_value for where, it in self._catalog.properties.items() if where[0] in facts.containers
        }
        places = {source: {slot.key: slot.place for slot in slots} for source, slots in population.laid.sources}
        for source in instance.sources or []:
            values |= {places[source.source][key]: value for key, value in source.properties.items()}
        return replace(facts, base={**facts.base, "externalId": instance.external_id}, values=values, whole=True)


def plan_data(
    model: DataModel,
    instances: int,
    *,
    space: str,
    containers: Iterable[Container] = (),
    weights: Mapping[str, float] | None = None,
) -> DataPlan:
    """Spreads instances over a model.

    Args:
        model: The model as the server answers it, inherited properties included.
        instances: How many nodes and edges to make in all; at least one for each view and each kind of edge.
        space: The space to make them in.
        containers: The containers that the views show, for their uniqueness constraints.
        weights: Proportions by external id of the view or edge type; 1 where nothing is said.

    Raises:
        DemoError: Nothing can be made for the model, or fewer instances are asked for than it takes.
    """
    catalog = Catalog(model)
    rules = rules_of(catalog, containers)
    found, skipped = _parted(node_recipes(catalog, rules, space))
    nodes, impossible = lay_out(catalog, rules, found)
    skipped += impossible
    exist = [one.recipe for one in nodes]
    kinds, unjoined = _parted(edge_recipes(catalog, rules, space, exist))
    edges, impossible = lay_out(catalog, rules, kinds, exist)
    skipped += unjoined + impossible
    if not nodes:
        reasons = "; ".join(f"{one.name}: {one.reason}" for one in skipped) or "it has no views of nodes"
        raise DemoError(f"no instances can be made for {model.as_id()}: {reasons}")
    shares = _apportion([*nodes, *edges], instances, weights or {}, model)
    return _populate(catalog, rules, [*nodes, *edges], shares, skipped)


def _parted(made: Iterable[Recipe | Skipped]) -> tuple[list[Recipe], list[Skipped]]:
    recipes: list[Recipe] = []
    skipped: list[Skipped] = []
    for one in made:
        if isinstance(one, Skipped):
            skipped.append(one)
        else:
            recipes.append(one)
    return recipes, skipped


def _apportion(laid: Sequence[Laid], total: int, weights: Mapping[str, float], model: DataModel) -> list[int]:
    """Shares that add up to the total, one at least; what rounding leaves over goes to the largest remainders."""
    spare = total - len(laid)
    if spare < 0:
        raise DemoError(
            f"{total} instances are too few for {model.as_id()}, which needs one of each of its {len(laid)} kinds of nodes "
            f"and edges: ask for {len(laid)} or more"
        )
    weight = [weights.get(one.recipe.name, 1.0) for one in laid]
    exact = [spare * one / sum(weight) for one in weight]
    shares = [1 + int(one) for one in exact]
    largest = sorted(range(len(laid)), key=lambda at: int(exact[at]) - exact[at])
    for at in largest[: total - sum(shares)]:
        shares[at] += 1
    return shares


def _populate(
    catalog: Catalog, rules: Rules, laid: Sequence[Laid], shares: Sequence[int], skipped: Sequence[Skipped]
) -> DataPlan:
    """Populations of these sizes; what a kind of edge cannot take, because its ends are met only once, the largest view gets."""
    counts = dict(zip((one.recipe for one in laid), shares, strict=True))
    first = Writer(catalog, rules, _nodes(_named(laid, counts)))
    for recipe in [one for one in counts if isinstance(one, EdgeRecipe)]:
        limit = edge_limit(recipe, first)
        if limit is not None and limit < counts[recipe]:
            largest = max((one for one in counts if not isinstance(one, EdgeRecipe)), key=counts.__getitem__)
            counts[largest] += counts[recipe] - limit
            counts[recipe] = limit
    populations = _named(laid, counts)
    return DataPlan(catalog, Writer(catalog, rules, _nodes(populations)), populations, skipped)


def _nodes(populations: Sequence[Population]) -> list[Population]:
    return [one for one in populations if not isinstance(one.recipe, EdgeRecipe)]


def _named(laid: Sequence[Laid], counts: Mapping[Recipe, int]) -> list[Population]:
    """Populations with a prefix of their own each, for their external ids."""
    taken: set[str] = set()
    populations = []
    for one in laid:
        wanted = "_".join(words(one.recipe.name))[:200]
        prefix = next(
            name for name in (wanted, *(f"{wanted}_{n}" for n in range(2, len(laid) + 2))) if name not in taken
        )
        taken.add(prefix)
        space = one.recipe.facts.base["space"]
        populations.append(Population(laid=one, count=counts[one.recipe], space=space, prefix=prefix))
    return populations
