"""Instances as they are answered, put together from stored JSON (contract §6.5).

Where views show the rows of their containers whole, SQL joins the stored texts to complete items and nothing is decoded. Otherwise the
properties that a view shows are picked from the texts, still without decoding their values.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from pygen.server.documents import Document
from pygen.server.errors import RefusedError, violation
from pygen.server.instance_requests import SourceRequest
from pygen.server.schema import Json, Mapped, Schema, Source, ViewKey
from pygen.server.scopes import Scope, known_view
from pygen.server.sql import Sql, bind, build, join, member
from pygen.server.units import in_units

_MAX_SOURCES = 10
_numbers = msgspec.json.Decoder(float | list[float])
_pairs = msgspec.json.Decoder(dict[str, msgspec.Raw])


def read_sources(schema: Schema, requested: Sequence[SourceRequest] | None) -> list[Source]:
    """The views of a request's `sources`.

    Raises:
        RefusedError: There are too many, or one is not there or not a view.
    """
    sources: dict[ViewKey, Source] = {}
    if requested and len(requested) > _MAX_SOURCES:
        raise violation(f"sources size must be between 0 and {_MAX_SOURCES}")
    for one in requested or ():
        if one.source.type != "view":
            raise RefusedError("Only views can be sources of instances that are read.")
        key = ViewKey(one.source.space, one.source.external_id, one.source.version or "")
        sources[key] = in_units(known_view(schema, key), one.target_units)
    return list(sources.values())


class Items:
    """The part of a `select` that gives instances with the properties of some views, and its rows as JSON.

    Args:
        scope: The instance that the query speaks of.
        sources: The views.
        optional: Leave out a view that the instance lacks data in, as query and sync do; otherwise it must have been required.
    """

    def __init__(self, scope: Scope, sources: Sequence[Source], *, optional: bool = False) -> None:
        self._sources = sorted(sources, key=lambda source: source.path)
        self._whole = not optional and all(source.shows_rows_whole for source in self._sources)
        self._head = member(scope.alias, "head")
        self._texts = [
            [member(scope.rows_of(container), "props") for container in source.containers] for source in self._sources
        ]
        if self._whole:
            self.columns = [self._item()]
        else:
            self.columns = [self._head, *itertools.chain.from_iterable(self._texts)]

    def render(self, row: Sequence[Any]) -> bytes:
        """The JSON of a row of `columns`."""
        if self._whole:
            item: bytes = row[0]
            return item
        cells = iter(row[1:])
        shown: list[tuple[Source, str]] = []
        for source in self._sources:
            texts = [next(cells) for _ in source.containers]
            if None not in texts:
                shown.append((source, _picked(source, texts)))
        return "".join([row[0], *_envelope(shown)]).encode()

    def _item(self) -> Sql:
        shown = [
            build("substr({texts}, 2)", texts=join(" || ", texts)) if texts else Sql("''") for texts in self._texts
        ]
        envelope = _envelope(list(zip(self._sources, shown, strict=True)))
        pieces = [part if isinstance(part, Sql) else bind(part) for part in envelope]
        return build("cast({item} as blob)", item=join(" || ", [self._head, *pieces]))


def _envelope(shown: Sequence[tuple[Source, Any]]) -> list[Any]:
    """The texts around what each source shows: `properties`, space, `View/version` (contract §6.5)."""
    if not shown:
        return ["}"]
    parts: list[Any] = [',"properties":{']
    for space, group in itertools.groupby(shown, key=lambda pair: pair[0].path[0]):
        parts.append(("" if len(parts) == 1 else ",") + _quoted(space) + ":{")
        for number, (source, text) in enumerate(group):
            parts += [("," if number else "") + _quoted(source.path[1]) + ":{", text, "}"]
        parts.append("}")
    parts.append("}}")
    return parts


def _picked(source: Source, texts: Sequence[str]) -> str:
    """What a view shows of the rows of its containers."""
    if source.shows_rows_whole:
        return "".join(texts)[1:]
    rows: Mapping[Any, dict[str, msgspec.Raw]] = {
        container.key: _pairs.decode("{" + text[1:] + "}")
        for container, text in zip(source.containers, texts, strict=True)
    }
    shown: list[str] = []
    for identifier, mapped in source.mapped.items():
        value = rows[mapped.container.key].get(mapped.property.identifier)
        if value is not None:
            shown.append(f"{_quoted(identifier)}:{_converted(source, identifier, bytes(value)).decode()}")
    return ",".join(shown)


def _converted(source: Source, identifier: str, value: bytes) -> bytes:
    """A value, in the unit that the request asks for."""
    convert = source.conversions.get(identifier)
    if convert is None:
        return value
    number = _numbers.decode(value)
    return msgspec.json.encode([convert(one) for one in number] if isinstance(number, list) else convert(number))


def _quoted(text: str) -> str:
    return msgspec.json.encode(text).decode()


def typing_of(sources: Sequence[Source]) -> Json:
    """The `typing` of an answer: the definitions of the properties that the sources show."""
    typing: Json = {}
    for source in sources:
        shown = {identifier: _definition(source, identifier, mapped) for identifier, mapped in source.mapped.items()}
        typing.setdefault(source.path[0], {})[source.path[1]] = shown
    return typing


def _definition(source: Source, identifier: str, mapped: Mapped) -> Json:
    stored: Json = mapped.container.stored.definition["properties"][mapped.property.identifier]
    definition = {key: value for key, value in stored.items() if key != "constraintState"}
    if identifier in source.conversions:
        unit = {"externalId": source.conversions[identifier].unit}
        definition["type"] = {**definition["type"], "unit": unit}
    return definition


def document(items: Sequence[bytes], extra: Mapping[str, Any]) -> Document:
    """The body of an answer with rendered items and other members."""
    body = b'{"items":[' + b",".join(items) + b"]"
    if extra:
        body += b"," + msgspec.json.encode(extra)[1:-1]
    return Document.of(body + b"}", len(items))
