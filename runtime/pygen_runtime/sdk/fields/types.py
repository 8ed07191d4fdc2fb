"""Type variables that fields and queries share."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if sys.version_info >= (3, 13):
    from typing import TypeVar
else:
    from typing_extensions import TypeVar  # of which anyio has need, and therefore we have it

if TYPE_CHECKING:
    from pygen_runtime.sdk.fields.common import Fields

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)
"""What reading a property gives."""

V = TypeVar("V")
"""What a property can be compared with."""

F = TypeVar("F", bound="Fields")
F_co = TypeVar("F_co", bound="Fields", covariant=True, default="Fields")
"""The fields of a view; those of every instance where nothing more is known."""
