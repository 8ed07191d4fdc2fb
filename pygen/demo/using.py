"""What the demo does with the generated SDK. It works for any SDK, so it looks for what there is to show."""

from __future__ import annotations

import keyword
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator, Sequence
from contextlib import aclosing
from time import perf_counter
from typing import Any, get_args, get_type_hints

from pygen.demo.data import Expected
from pygen.demo.telling import Teller, duration, per_second
from pygen_codegen.naming import snake
from pygen_runtime.schema.filters import Equals
from pygen_runtime.sdk import (
    AsyncModelClient,
    Direct,
    Edges,
    EdgeToMany,
    PygenEdge,
    PygenQuery,
    PygenRelation,
    PygenResource,
    Reverse,
    ToMany,
    ToOne,
    ViewAPI,
)

_TRIED = 10  # instances of a view to look at for a relation that leads somewhere
_SHOWN = 3  # results to show of many
_STEP = 1000  # instances between two movements of the progress bar


async def stream_everything(tell: Teller, client: AsyncModelClient, expected: Expected) -> None:
    """Streams every instance of every view, and compares the numbers with what was loaded."""
    wanted = {name: _wanted(api, expected) for name, api in client.views.items()}
    example = max(wanted, key=lambda name: wanted[name] or 0)
    tell.code(f"async for {_named(example)} in client.{example}.all(): ...", about="every instance of every view")
    counted: dict[str, int] = {}
    begun = perf_counter()
    first_item = 0.0
    with tell.progress(sum(number or 0 for number in wanted.values())) as advance:
        for name, api in client.views.items():
            counted[name] = 0
            async with aclosing(_walk(api.all())) as items:
                async for _ in items:
                    first_item = first_item or perf_counter() - begun
                    counted[name] += 1
                    if not counted[name] % _STEP:
                        advance(_STEP)
            advance(counted[name] % _STEP)
    seconds, total = perf_counter() - begun, sum(counted.values())
    tell.counts(counted.items())
    tell.say(
        f"{total:,} objects in {duration(seconds)}: {per_second(total, seconds)}, the first after {duration(first_item)}"
    )
    _compare(tell, counted, wanted)


async def count_edges(tell: Teller, client: AsyncModelClient, expected: Expected) -> None:
    """Counts the edges of each type, those without properties too, which no view shows."""
    found = dict.fromkeys(expected.edge_types, 0)
    for type_ in found:
        query = PygenQuery(client=client.pygen, resource=PygenEdge, condition=Equals(("edge", "type"), type_))
        found[type_] = await query.count()
    for type_, number in expected.edge_types.items():
        if found[type_] != number:
            tell.wrong(f"edges of type {type_}: {number:,} loaded, {found[type_]:,} found")
    if expected.edge_types and found == expected.edge_types:
        tell.good(f"all edges of all types are there: {sum(found.values()):,}")


def _wanted(api: ViewAPI[Any], expected: Expected) -> int | None:
    numbers = expected.edges if api.resource.INSTANCE_TYPE == "edge" else expected.nodes
    return numbers[api.resource.VIEW]


async def _walk(query: PygenQuery[Any]) -> AsyncGenerator[PygenResource, None]:
    async for item in query:
        yield item


def _compare(tell: Teller, counted: dict[str, int], wanted: dict[str, int | None]) -> None:
    differing = {name: number for name, number in wanted.items() if number is not None and counted[name] != number}
    for name, number in differing.items():
        tell.wrong(f"client.{name}: {number:,} instances loaded, {counted[name]:,} streamed")
    unknown = [name for name, number in wanted.items() if number is None]
    checked = len(wanted) - len(unknown)
    if checked and not differing:
        tell.good(f"the views show as many instances as were loaded: {checked} of {checked}")
    if unknown:
        tell.say(f"Not compared, because their filters are too involved for the demo: {', '.join(unknown)}")


async def follow_relations(tell: Teller, client: AsyncModelClient) -> None:
    """Follows one relation of each kind that the model has, starting from as few objects as possible."""
    shown: set[str] = set()
    for name, api in sorted(client.views.items(), key=lambda item: -len(item[1].relations())):
        samples = await api.all().limit(_TRIED).to_list() if api.relations() else []
        new = _new_kinds(samples, api, shown)
        subject: PygenResource | None = None
        for kind, attribute in new.items():
            found = await _leading_somewhere([subject, *samples] if subject else samples, attribute, new.values())
            if found is None:
                continue
            if found is not subject:
                subject = found
                tell.code(
                    f"{_named(name)} = await client.{name}.retrieve({found.external_id!r}, space={found.space!r})"
                )
            shown.add(kind)
            await _follow(tell, f"{_named(name)}.{attribute}", getattr(found, attribute), kind)
    if not shown:
        tell.say("The model has no relations that lead anywhere.")


def _new_kinds(samples: Sequence[PygenResource], api: ViewAPI[Any], shown: set[str]) -> dict[str, str]:
    """Kinds of relations that were not shown yet, each with the first attribute of that kind."""
    new: dict[str, str] = {}
    for attribute, descriptor in api.relations().items() if samples else ():
        kind = _kind(getattr(samples[0], attribute), descriptor.via)
        if kind not in shown:
            new.setdefault(kind, attribute)
    return new


def _kind(relation: PygenRelation[Any], via: Direct | Edges | Reverse) -> str:
    """What a relation is, in words."""
    many = isinstance(relation, ToMany)
    match via:
        case Direct():
            return "a list of direct relations" if many else "a direct relation"
        case Reverse(through_list=True):
            return "a list of direct relations, backwards"
        case Reverse():
            return "direct relations, backwards" if many else "a direct relation, backwards"
    if not isinstance(relation, EdgeToMany):
        return "an edge"
    return "edges" if relation.edges().resource is PygenEdge else "edges with properties"


async def _leading_somewhere(
    samples: Sequence[PygenResource], attribute: str, others: Iterable[str]
) -> PygenResource | None:
    """The first object whose relation has targets, preferably one of whose other relations all have some as well."""
    found = None
    for sample in samples:
        if await _targets(getattr(sample, attribute)):
            found = found or sample
            if all([await _targets(getattr(sample, other)) for other in others]):
                return sample
    return found


async def _targets(relation: PygenRelation[Any]) -> list[PygenResource]:
    if isinstance(relation, ToMany):
        return await relation.to_list()
    found = await relation.get() if isinstance(relation, ToOne) else None
    return [found] if found is not None else []


async def _follow(tell: Teller, way: str, relation: PygenRelation[Any], kind: str) -> None:
    """Shows the lines that follow a relation, and what they give."""
    targets = await _targets(relation)
    if isinstance(relation, ToOne):
        tell.code(f"await {way}.get()", about=kind)
        _show(tell, targets)
    elif isinstance(relation, EdgeToMany) and kind == "edges with properties":
        await _show_edges(tell, way, relation)
    else:
        one = _named(snake(type(targets[0]).__name__))
        one = "other" if way.startswith(f"{one}.") else one
        tell.code(f"async for {one} in {way}:", f"    print({one})", about=kind)
        _show(tell, targets)
    held = relation.ids
    if held and held != [target.as_id() for target in targets]:
        tell.wrong(f"{way} holds {len(held)} ids, but leads to other objects")


async def _show_edges(tell: Teller, way: str, relation: EdgeToMany[Any, Any]) -> None:
    """The edges with the first of their own properties that all of them have."""
    edges = await relation.edges().to_list()
    own = [name for name in edges[0].__struct_fields__ if name not in PygenEdge.__struct_fields__]
    shown = [name for name in own if all(getattr(edge, name) is not None for edge in edges)][:1]
    fields = [*shown, "start_node", "end_node"]
    tell.code(
        f"async for edge in {way}.edges():",
        f"    print({', '.join(f'edge.{field}' for field in fields)})",
        about="edges with properties",
    )
    _show_lines(tell, [" ".join(str(getattr(edge, field)) for field in fields) for edge in edges])


async def filter_and_sort(tell: Teller, client: AsyncModelClient) -> None:
    """Filters, counts and sorts by a number, and compares with what comes of doing the same to all instances here."""
    for name, api in sorted(client.views.items(), key=lambda item: -len(item[1].relations())):
        for condition, field in _least_conditions(api):
            values = sorted([value async for value in _values(api, field)], reverse=True)
            if len(values) > 1 and all(isinstance(value, float) for value in values):
                await _filter_by(tell, name, api, (condition, field), values)
                return
    tell.say("The model has no decimal numbers to filter by.")


async def _filter_by(tell: Teller, name: str, api: ViewAPI[Any], by: tuple[str, str], values: Sequence[float]) -> None:
    """Asks for the greatest tenth; `values` are all of them, the greatest first."""
    condition, field = by
    least = values[len(values) // 10]
    query = api.filter(**{condition: least})  # type: ignore[attr-defined]  # every generated API has it
    tell.code(f"best = client.{name}.filter({condition}={least!r})")
    tell.code("await best.count()")
    counted = await query.count()
    tell.result(f"{counted}")
    tell.code(f'[one.{field} async for one in best.sort("-{field}").limit({_SHOWN})]')
    order = [getattr(one, field) async for one in query.sort(f"-{field}").limit(_SHOWN)]
    tell.result(f"{order}")
    wanted = [value for value in values if value >= least]
    if counted != len(wanted):
        tell.wrong(f"the server counts {counted:,}, but {len(wanted):,} were streamed that should be counted")
    if order != wanted[:_SHOWN]:
        tell.wrong(f"the server's greatest are {order}, but {wanted[:_SHOWN]} were streamed")
    if counted == len(wanted) and order == wanted[:_SHOWN]:
        tell.good(f"the same as looking at all {len(values):,} values here")


async def _values(api: ViewAPI[Any], field: str) -> AsyncIterator[Any]:
    async for item in api.all():
        if (value := getattr(item, field)) is not None:
            yield value


def _least_conditions(api: ViewAPI[Any]) -> Iterator[tuple[str, str]]:
    """Conditions such as `min_capacity`, each with the field that it speaks of."""
    fields = dict(zip(api.resource.__struct_encode_fields__, api.resource.__struct_fields__, strict=True))
    conditions = get_type_hints(api.conditions, include_extras=True)
    for name, hint in reversed(conditions.items()):  # what is particular to the view comes last
        property_ = get_args(hint)[1].property
        if name.startswith("min_") and property_ in fields:
            yield name, fields[property_]


def _show(tell: Teller, items: Sequence[PygenResource]) -> None:
    _show_lines(tell, [repr(item) for item in items])


def _show_lines(tell: Teller, lines: Sequence[str]) -> None:
    tell.result(*lines[:_SHOWN])
    if len(lines) > _SHOWN:
        tell.result(f"... and {len(lines) - _SHOWN:,} more")


def _named(name: str) -> str:
    return f"{name}_" if keyword.iskeyword(name) else name
