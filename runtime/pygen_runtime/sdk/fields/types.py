"""Type variables that fields and queries share."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Protocol

if sys.version_info >= (3, 13):
    from typing import TypeVar
else:
    from typing_extensions import TypeVar  # of which anyio has need, and therefore we have it

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pygen_runtime.sdk.fields.common import Fields

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)
"""What reading a property gives."""

V = TypeVar("V")
"""What a property can be compared with."""

F = TypeVar("F", bound="Fields")
F_co = TypeVar("F_co", bound="Fields", covariant=True, default="Fields")
"""The fields of a view; those of every instance where nothing more is known."""

C_co = TypeVar("C_co", bound="Mapping[str, object]", covariant=True, default="Mapping[str, object]")
"""The TypedDict of a view's keyword conditions."""


class HasFields(Protocol[F_co]):
    """A data class whose fields are known by type: all that an SDK generates."""

    @property
    def FIELDS(self) -> type[F_co]:  # noqa: N802 - a constant of each class
        """The class of its fields."""
        ...


class Leads(Protocol[F_co]):
    """What leads to objects whose fields are known by type: the relation of an object or of a class, or a branch."""

    @property
    def target(self) -> HasFields[F_co]:
        """The class at the other end."""
        ...


class LeadsOver(Protocol[F_co]):
    """What leads over edges whose fields are known by type."""

    @property
    def edge_class(self) -> HasFields[F_co]:
        """The class of the edges."""
        ...
