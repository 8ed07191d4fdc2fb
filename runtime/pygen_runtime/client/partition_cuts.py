"""Where to cut a scan so that its partitions are about even: found with a few cheap requests.

Values are spaced evenly between the least and the greatest one, and the server counts how many instances lie below each. Where a
cut is still far off, the same is done again with what lies between the two nearest of these. Counts come from an index that may
lag, and the API counts only what has a view: all that suffers is how even the partitions are.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

from pygen_runtime.client.partition import Partitions
from pygen_runtime.client.partition_probes import Probes, together
from pygen_runtime.client.partition_values import scale_between
from pygen_runtime.errors import UsageError

_EVEN = 8  # a cut is good when it is off by less than this part of a partition
_MOST_PROBES = 10  # for each partition
_FEWEST = 3  # values to count below at once

_Ends = tuple[Any, Any]
"""The least and the greatest value; None for both if there is none."""


class _Mark(NamedTuple):
    """A value, and how many instances have at most that; None as a value stands for an end of the scan."""

    value: Any
    below: int


class Cuts:
    """Finds where to cut one scan.

    Args:
        probes: Asks the server.
        partitions: How the scan is to be read.
        page_size: Instances in a page; there is no more than one partition for each page.
    """

    def __init__(self, probes: Probes, partitions: Partitions, page_size: int) -> None:
        self._probes, self._page_size = probes, page_size
        self._key, self._most = partitions.key, partitions.count
        self._budget, self._slack = 0, Fraction(0)

    async def find(self) -> list[Any]:
        """The values to cut at, in order; none where one partition is enough.

        Raises:
            UsageError: The key is not of the kind that was said.
            PygenError: The server could not be asked.
        """
        ends, total = await together([self._probes.ends, self._probes.count])
        parts = self._most if total is None else min(self._most, -(-total // self._page_size))
        if parts <= 1 or _is_one_value(ends):
            return []
        if total is None:
            return self._between(ends, parts - 1)
        self._budget = min(_MOST_PROBES * parts, total // self._page_size // 2)
        self._slack = Fraction(total, parts * _EVEN)
        targets = [Fraction(total * number, parts) for number in range(1, parts)]
        return await self._near(targets, _Mark(None, 0), _Mark(None, total), ends) or self._between(ends, parts - 1)

    async def _near(self, targets: Sequence[Fraction], low: _Mark, high: _Mark, ends: _Ends | None = None) -> list[Any]:
        """Values that about so many instances lie below, in order; none if nothing could be found out.

        Args:
            targets: How many instances.
            low: What the values lie above.
            high: What they lie below.
            ends: The least and the greatest value between the two, if they are known.
        """
        marks = await self._marks(max(len(targets), _FEWEST), low, high, ends) if targets else []
        if not marks:
            return []
        gaps = list(pairwise([low, *marks, high]))
        far = [[one for one in targets if self._is_far(one, *gap)] for gap in gaps]
        nearer = await together([partial(self._near, some, *gap) for some, gap in zip(far, gaps, strict=True)])
        found_below = {one for some, found in zip(far, nearer, strict=True) if found for one in some}
        chosen = {min(marks, key=lambda mark: abs(mark.below - one)) for one in targets if one not in found_below}
        cuts = list(nearer[0])
        for mark, found in zip(marks, nearer[1:], strict=True):
            cuts += [mark.value, *found] if mark in chosen else found
        return cuts

    async def _marks(self, number: int, low: _Mark, high: _Mark, ends: _Ends | None) -> list[_Mark]:
        """Values between two others that have instances on either side, in the order of the server."""
        self._budget -= number if ends else number + 2
        if self._budget < 0:
            return []
        ends = ends or await self._probes.ends(low.value, high.value)
        if _is_one_value(ends):
            return []
        values = self._between(ends, number)
        counts = await together([partial(self._probes.count, value) for value in values])
        by_count = {count: value for count, value in zip(counts, values, strict=True) if count is not None}
        return [_Mark(by_count[count], count) for count in sorted(by_count) if low.below < count < high.below]

    def _is_far(self, target: Fraction, low: _Mark, high: _Mark) -> bool:
        return low.below + self._slack < target < high.below - self._slack

    def _between(self, ends: _Ends, number: int) -> list[Any]:
        """Values spaced evenly between two others: so many, or fewer where there are not so many."""
        try:
            scale = scale_between(self._key.kind, *ends)
            low, high = sorted(map(scale.place, ends))
        except (TypeError, ValueError, OverflowError) as error:
            name = self._key.reference[-1]
            raise UsageError(f"{name} cannot make partitions: its values are no {self._key.kind} ({error})") from error
        places = [low + (high - low) * step / (number + 1) for step in range(1, number + 1)]
        return list(dict.fromkeys(map(scale.value, places)))


def _is_one_value(ends: _Ends) -> bool:
    return ends[0] is None or ends[0] == ends[1]
