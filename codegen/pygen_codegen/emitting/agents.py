"""The list of views on the page for coding agents, `AGENTS.md`: the same in every language but for the words of types.

Contract: text of the model appears as quoted plain text only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from pygen_codegen.emitting.documents import about
from pygen_codegen.emitting.markdown import code, plain
from pygen_codegen.emitting.names import ClassNames, Key
from pygen_codegen.emitting.relations import followed, item_type
from pygen_codegen.ir.types import IRList, IRModel, IRProperty, IRRelationship, IRScalar

_TEXT = 200
"""Characters of a description that are shown: enough to tell views apart, and the classes have all of it."""

Word = Callable[[IRScalar], str]
"""Says what type one value has, in the words of a language, as Markdown."""


def models_of(model: IRModel) -> str:
    """The ids of the data models."""
    return ", ".join(plain(str(each.id), _TEXT) for each in model.data_models) or plain(str(model.id), _TEXT)


def views_of(classes: Iterable[ClassNames], names: Mapping[Key, str], word: Word) -> str:
    """A section for each class.

    Args:
        classes: The classes.
        names: View and kind → class.
        word: Says what type one value has.
    """
    return "\n".join(_view(each, names, word) for each in classes)


def _view(cls: ClassNames, names: Mapping[Key, str], word: Word) -> str:
    kind = {"node": "nodes", "edge": "edges"}[cls.kind]
    only = "" if cls.view.writable else ", read only"
    head = f"### {code(f'client.{cls.client}')}: {code(cls.name)} ({kind}{only})\n"
    text = _quoted(about(cls.view.id.external_id, cls.view.name, cls.view.description))
    ends = [f"{code(attribute)} → {code(target)}" for attribute, target in cls.ends.values()]
    lists = [
        _list("Properties", [_property(each, cls, word) for each in cls.view.properties]),
        _list("Relations", [*(_relation(each, cls, names) for each in followed(cls)), *ends]),
    ]
    return "\n".join([head, *([f"{text}\n"] if text else []), *(each for each in lists if each), ""])


def _quoted(text: str | None) -> str:
    return f"“{plain(text, _TEXT)}”" if text else ""


def _list(title: str, parts: list[str]) -> str:
    return f"- {title}: {', '.join(parts)}" if parts else ""


def _property(prop: IRProperty, cls: ClassNames, word: Word) -> str:
    type_ = word(item_type(prop.type))
    shown = f"list of {type_}" if isinstance(prop.type, IRList) else type_
    return f"{code(cls.fields[prop.source])} {shown}{'' if prop.nullable else ' (always there)'}"


def _relation(relationship: IRRelationship, cls: ClassNames, names: Mapping[Key, str]) -> str:
    target = names[relationship.target, "node"]
    return f"{code(cls.relations[relationship.source])} → {'many ' if relationship.via.many else ''}{code(target)}"
