"""What is made of a model once, though it is asked for several times."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from pygen_codegen.ir.types import IRModel

N = TypeVar("N")


class Settled(Generic[N]):
    """What a generator makes of its model before all else, such as its names: for the findings, and again for the files.

    Args:
        make: Makes it. Of the model that was asked for last it is kept.
    """

    def __init__(self, make: Callable[[IRModel], N]) -> None:
        self._make = make
        self._last: tuple[IRModel, N] | None = None

    def of(self, model: IRModel) -> N:
        """What is made of this model."""
        if self._last is None or self._last[0] is not model:
            self._last = model, self._make(model)
        return self._last[1]
