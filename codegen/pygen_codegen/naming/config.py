"""What names look like: for each kind of name a case and a number, to be chosen by whoever generates."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Literal, assert_never, get_args

import msgspec

from pygen_codegen.naming.number import plural, singular
from pygen_codegen.naming.words import camel, constant, keep, pascal, snake
from pygen_runtime.errors import UsageError

Case = Literal["snake", "pascal", "camel", "constant", "keep"]
Number = Literal["singular", "plural", "keep"]

_CASES: Mapping[Case, Callable[[str], str]] = {
    "snake": snake,
    "pascal": pascal,
    "camel": camel,
    "constant": constant,
    "keep": keep,
}
_SPELLINGS: Mapping[str, Sequence[str]] = {"case": get_args(Case), "number": get_args(Number)}
_LAST_WORD = re.compile(r"([A-Z]?[a-z]+|[A-Z]+)(?=[^A-Za-z]*$)")


class NameStyle(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one kind of name is spelled.

    Attributes:
        case: `snake_case`, `PascalCase`, `camelCase`, `CONSTANT_CASE`, or `keep`: as the model spells it, as far as that
            is an identifier.
        number: What its last word is made: one, many, or left as it is.
    """

    case: Case
    number: Number = "keep"

    def apply(self, source: str, ending: str = "") -> str:
        """What something would like to be called.

        Args:
            source: Its name in the model.
            ending: A word to put behind it, in lower case.

        Returns:
            An ASCII identifier that does not start with an underscore. It may be a reserved word.
        """
        name = _CASES[self.case](_numbered(source, self.number))
        return _joined(name, ending, self.case) if ending else name


class NamingConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How each kind of name is spelled.

    Attributes:
        view: The class of a view.
        view_api: What a client calls the API of a view.
        property: A property with values.
        to_one: A relation that leads to one.
        to_many: A relation that leads to several.
        enum: The class of an enum; what is spelled is the property it belongs to.
        enum_value: A value of an enum.
    """

    view: NameStyle
    view_api: NameStyle
    property: NameStyle
    to_one: NameStyle
    to_many: NameStyle
    enum: NameStyle
    enum_value: NameStyle

    def changed(self, changes: Mapping[str, Mapping[str, str]]) -> NamingConfig:
        """The same with some kinds of names spelled otherwise.

        Args:
            changes: Kind of name → what to change of its style, such as `{"to_many": {"number": "plural"}}`.

        Raises:
            UsageError: There is no such kind, case or number.
        """
        styles: dict[str, dict[str, str]] = msgspec.to_builtins(self)
        for kind, change in changes.items():
            _check_known("naming: the kind of name", kind, self.__struct_fields__)
            for key, value in change.items():
                _check_known(f"naming.{kind}: the part of a style", key, _SPELLINGS)
                _check_known(f"naming.{kind}: the {key}", value, _SPELLINGS[key])
            styles[kind].update(change)
        return msgspec.convert(styles, NamingConfig)


PYTHON_NAMING = NamingConfig(
    view=NameStyle(case="pascal"),
    view_api=NameStyle(case="snake"),
    property=NameStyle(case="snake"),
    to_one=NameStyle(case="snake"),
    to_many=NameStyle(case="snake"),
    enum=NameStyle(case="pascal"),
    enum_value=NameStyle(case="constant"),
)
"""What readers of Python expect."""

TYPESCRIPT_NAMING = NamingConfig(
    view=NameStyle(case="pascal"),
    view_api=NameStyle(case="camel"),
    property=NameStyle(case="camel"),
    to_one=NameStyle(case="camel"),
    to_many=NameStyle(case="camel"),
    enum=NameStyle(case="pascal"),
    enum_value=NameStyle(case="pascal"),
)
"""What readers of TypeScript expect."""


def _check_known(what: str, name: str, known: Collection[str]) -> None:
    if name not in known:
        raise UsageError(f"{what} {name!r} is not known; there are {', '.join(known)}")


def _numbered(source: str, number: Number) -> str:
    """The name with its last word, if it ends in one, made one or many."""
    if number == "keep":
        return source
    change = plural if number == "plural" else singular
    return _LAST_WORD.sub(lambda found: change(found.group()), source, count=1)


def _joined(name: str, ending: str, case: Case) -> str:
    match case:
        case "snake" | "keep":
            return f"{name}_{ending}"
        case "constant":
            return f"{name}_{ending.upper()}"
        case "pascal" | "camel":
            return name + ending.capitalize()
        case _:
            assert_never(case)
