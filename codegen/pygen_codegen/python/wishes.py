"""What the classes of a model would like to be called in Python."""

from __future__ import annotations

from pygen_codegen.ir import IRModel
from pygen_codegen.naming import NameStyle, Wish, ranked, view_owner
from pygen_codegen.naming import view_wishes as wishes_of

__all__ = ["ranked", "view_owner", "view_wishes"]


def view_wishes(model: IRModel, style: NameStyle) -> list[Wish]:
    """What the classes of views would like to be called.

    Args:
        model: The data model.
        style: How classes are spelled.
    """
    return wishes_of((view.id for view in model.classes), model.id.space, style)
