"""YAML text to builtins, for text that nobody vouches for.

PyYAML's loaders keep the last of two equal keys, expand aliases without limit, and read `yes`, `1_000`, `12:30` or
`2024-01-01` as something other than text. Here the parser's events become builtins directly: equal keys, custom tags,
merge keys and more than a fixed amount of nesting or repetition are refused, and only what is plainly a number, a boolean
or null is one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from math import isfinite
from typing import Any

import yaml

from pygen.errors import SourceError

DEPTH_LIMIT = 64
"""Levels of nesting; a data model needs about ten, and its filters a few more."""

VALUE_LIMIT = 1_000_000
"""Values in a document, those repeated through aliases counted each time. The largest public model has 20,000."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_STRING_TAG = "tag:yaml.org,2002:str"
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,18})")
_FLOAT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\.[0-9]*(?:[eE][-+][0-9]+)?")


def parse_yaml(text: str, *, as_text: Callable[[str], bool] = lambda _key: False) -> Any:
    """The one document in `text`.

    Keys are always strings, spelled as in the text. Moments stay strings.

    Args:
        text: YAML, decoded.
        as_text: Says of a key that its value is text whatever it looks like, such as a version `1.10`; null stays null.

    Returns:
        Dictionaries, lists, strings, integers, finite floats, booleans and None.

    Raises:
        SourceError: The text is not YAML, is empty, or asks for something that the module refuses; the message says on
            which line.
    """
    try:
        return _Builder(yaml.parse(text, Loader=_LOADER), as_text).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f"line {mark.line + 1}: " if mark else ""
        raise SourceError(f"{line}this is not YAML: {error.problem or error.context}") from error
    except yaml.YAMLError as error:
        raise SourceError(f"this is not YAML: {' '.join(str(error).split())}") from error


class _Builder:
    """Consumes the events of one document."""

    def __init__(self, events: Iterator[Any], as_text: Callable[[str], bool]) -> None:
        self._events = events
        self._as_text = as_text
        self._values = 0
        self._anchors: dict[str, tuple[Any, int]] = {}

    def document(self) -> Any:
        next(self._events)  # the start of the stream
        if isinstance(next(self._events), yaml.StreamEndEvent):
            raise SourceError("it is empty")
        value = self._value(next(self._events), depth=1)
        next(self._events)  # the end of the document
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise _refusal(after, "a second document starts; put each in a file of its own")
        return value

    def _value(self, event: Any, depth: int) -> Any:
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        before = self._values
        self._count(event, 1)
        if depth > DEPTH_LIMIT:
            raise _refusal(event, f"more than {DEPTH_LIMIT} levels of nesting")
        value: Any
        if isinstance(event, yaml.ScalarEvent):
            value = _scalar(event)
        elif not event.implicit:
            raise _refusal(event, f"the tag {event.tag} is not supported")
        elif isinstance(event, yaml.SequenceStartEvent):
            value = [self._value(item, depth + 1) for item in self._until(yaml.SequenceEndEvent)]
        else:
            value = self._mapping(depth)
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, self._values - before)
        return value

    def _mapping(self, depth: int) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for event in self._until(yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise _refusal(event, "a key that is not a plain name; is this a template with {{ placeholders }}?")
            key = event.value
            if key == "<<" and event.implicit[0]:
                raise _refusal(event, "merge keys (<<) are not supported")
            if key in mapping:
                raise _refusal(event, f"the key {key!r} stands here a second time")
            after = next(self._events)
            value = self._value(after, depth + 1)
            mapping[key] = after.value if self._is_text(key, after, value) else value
        return mapping

    def _is_text(self, key: str, event: Any, value: Any) -> bool:
        return value is not None and isinstance(event, yaml.ScalarEvent) and self._as_text(key)

    def _until(self, end: type) -> Iterator[Any]:
        while not isinstance(event := next(self._events), end):
            yield event

    def _alias(self, event: Any) -> Any:
        if event.anchor not in self._anchors:
            raise _refusal(event, f"the alias *{event.anchor} names nothing that stands before it")
        value, size = self._anchors[event.anchor]
        self._count(event, size)
        return value

    def _count(self, event: Any, size: int) -> None:
        self._values += size
        if self._values > VALUE_LIMIT:
            raise _refusal(event, f"more than {VALUE_LIMIT} values, aliases counted each time they are used")


def _scalar(event: Any) -> Any:
    plain, untagged = event.implicit
    text: str = event.value
    if not plain and (untagged or event.tag == _STRING_TAG):
        return text
    if not plain:
        raise _refusal(event, f"the tag {event.tag} is not supported")
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return _finite(float(text), event)
    return text


def _finite(number: float, event: Any) -> float:
    if not isfinite(number):
        raise _refusal(event, f"the number {event.value} is too large")
    return number


def _refusal(event: Any, reason: str) -> SourceError:
    return SourceError(f"line {event.start_mark.line + 1}: {reason}")
