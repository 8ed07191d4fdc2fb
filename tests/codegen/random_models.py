"""Legal data models at random: the whole grammar of identifiers, every kind of property and connection, cycles, gaps."""

from __future__ import annotations

import string
from collections.abc import Callable
from random import Random
from typing import Any, TypeVar

from hypothesis import strategies as st

from pygen_runtime.schema import DataModel
from pygen_runtime.schema.codec import convert

T = TypeVar("T")

_WORDS = string.ascii_letters + string.digits + "_"
_ALNUM = string.ascii_letters + string.digits

_VIEWS = (
    "Thing thing some_view someView SomeView A AList AAPI AConditions AEdge AsyncMClient MClient PygenNode ViewAPI Any Warning "
    "Sequence datetime class None V2 Vv2 V API"
)
_PROPERTIES = (
    "name namePrefix name_prefix someValue some_value direction sort filter limit self class properties version type match "
    "space externalId createdTime node_type where VIEW as_id id 1st 1-a a a_id aId a-id ids min_a hasA get list dict str float "
    "int field Direct to_one create None nodes 0 00 A"
)
_TYPES = "text boolean int32 int64 float32 float64 timestamp date json timeseries file sequence direct direct enum enum"
_DEFAULTS = (None, None, None, 0, 1.5, "", "on", True, {"space": "m", "externalId": "x"}, [1], 10**400)
_FILTER = {"equals": {"property": ["node", "type"], "value": {"space": "m", "externalId": "kind"}}}
_SIGNS = "a \"'\\\n#{}\u202e\x00\t\r\u2028é"


def data_models() -> st.SearchStrategy[DataModel]:
    """Models in read form that CDF could hold, or could have held; what they refer to may be missing.

    Hypothesis chooses, and shrinks, the sizes; the rest follows from a seed, which is ten times as fast as choosing all of it.
    """
    return st.builds(_Maker.model, st.builds(_Maker, st.integers(0, 2**32)), st.integers(1, 3), st.integers(0, 3))


class _Maker:
    """Makes one model."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._names: list[str] = []
        self._references: list[dict[str, Any]] = []

    def model(self, views: int, properties: int) -> DataModel:
        ids = dict.fromkeys((self._space(), self._external_id(), self._version()) for _ in range(views))
        for _ in range(properties + 1):
            self._names.append(self._name())
        self._references = [_reference(*id) for id in [*ids, ("gone", "Gone", "1")]]
        model = {"space": "m", "externalId": self._external_id(), "version": "1"}
        return convert({**model, "views": [self._view(each, properties) for each in self._references[:-1]]}, DataModel)

    def _view(self, reference: dict[str, Any], properties: int) -> dict[str, Any]:
        return {
            **reference,
            "createdTime": 1,
            "description": self._text(),
            "implements": self._random.sample(self._references, self._one_of(0, 0, 1, min(2, len(self._references)))),
            "usedFor": self._one_of("node", "node", "edge", "all"),
            "writable": self._one_of(True, False),
            "filter": self._one_of(None, _FILTER),
            "properties": {name: self._property(name) for name in self._random.sample(self._names, properties)},
        }

    def _property(self, name: str) -> dict[str, Any]:
        make: Callable[[str], dict[str, Any]] = self._one_of(self._mapped, self._mapped, self._edge, self._reverse)
        return make(name)

    def _mapped(self, name: str) -> dict[str, Any]:
        type_: dict[str, Any] = {"type": self._one_of(*_TYPES.split()), "list": self._one_of(True, False)}
        match type_["type"]:
            case "direct":
                type_["source"] = self._one_of(None, *self._references)
            case "enum":
                type_["values"] = {self._enum_value(): {"name": self._text()} for _ in range(self._one_of(1, 2, 4))}
            case "float32" | "float64":
                type_["unit"] = self._one_of(None, {"externalId": "power:megaw"})
        return {
            "container": {"type": "container", "space": "m", "externalId": self._one_of("Box", "box", "class")},
            "containerPropertyIdentifier": self._one_of(name, name, "shared"),
            "type": type_,
            "nullable": self._one_of(True, False),
            "autoIncrement": self._one_of(True, False),
            "defaultValue": self._one_of(*_DEFAULTS),
            "name": self._text(),
        }

    def _edge(self, _: str) -> dict[str, Any]:
        return {
            "type": {"space": "m", "externalId": self._one_of("e", "any thing\n\"'")},
            "source": self._one_of(*self._references),
            "connectionType": self._one_of(None, "single_edge_connection", "multi_edge_connection"),
            "direction": self._one_of(None, "outwards", "inwards"),
            "edgeSource": self._one_of(None, *self._references),
        }

    def _reverse(self, _: str) -> dict[str, Any]:
        source = self._one_of(*self._references)
        through = self._one_of(source, *self._references, {"type": "container", "space": "m", "externalId": "Box"})
        return {
            "connectionType": self._one_of("single_reverse_direct_relation", "multi_reverse_direct_relation"),
            "source": source,
            "through": {"source": through, "identifier": self._one_of(*self._names)},
            "targetsList": self._one_of(None, True, False),
        }

    def _space(self) -> str:
        return self._known_or("m m m other-space a_b-c1", string.ascii_letters, _WORDS + "-", _ALNUM)

    def _external_id(self) -> str:
        return self._known_or(_VIEWS, string.ascii_letters, _WORDS, _ALNUM)

    def _version(self) -> str:
        return self._known_or("1 1 2 10 v1 2_beta 2.beta 2-beta", _ALNUM, _WORDS + "-.", _ALNUM)

    def _name(self) -> str:
        """A new name for properties."""
        while (name := self._known_or(_PROPERTIES, _ALNUM, _WORDS + "-", _ALNUM)) in self._names:
            pass
        return name

    def _enum_value(self) -> str:
        return self._known_or("on ON On _ __ _1 class mro name value None", string.ascii_letters + "_", _WORDS, _WORDS)

    def _known_or(self, known: str, first: str, middle: str, last: str) -> str:
        """A name that is known to be difficult, or one by a pattern of the contract's Appendix B."""
        if self._random.random() < 0.6:
            return self._one_of(*known.split())
        inner = "".join(self._random.choices(middle, k=self._random.randrange(8)))
        return (
            f"{self._one_of(*first)}{inner}{self._one_of(*last)}" if self._one_of(True, False) else self._one_of(*first)
        )

    def _text(self) -> str | None:
        return self._one_of(None, "", "".join(self._random.choices(_SIGNS, k=self._random.randrange(6))))

    def _one_of(self, *values: T) -> T:
        return self._random.choice(values)


def _reference(space: str, external_id: str, version: str) -> dict[str, Any]:
    return {"type": "view", "space": space, "externalId": external_id, "version": version}
