"""Bar charts as SVG, in colours that can be read on a light and on a dark page."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

_WIDTH = 720
_LABELS = 270  # the column on the left
_VALUES = 90  # room for the figures behind the bars
_BAR = 20
_STEP = 30
_TOP = 40

_TEXT = "#808890"
_COLOURS = {"ours": "#009485", "floor": "#8a929a", "peer": "#d08770"}


class Bar(NamedTuple):
    """One bar.

    Attributes:
        label: What stands beside it.
        value: Its length.
        kind: `ours`, `floor` or `peer`: its colour.
    """

    label: str
    value: float
    kind: str


def bar_chart(title: str, bars: Sequence[Bar]) -> str:
    """An SVG document with a bar for each figure, the longest as wide as there is room.

    Args:
        title: What the bars mean, with the unit.
        bars: At least one; lengths are not negative.
    """
    longest = max(bar.value for bar in bars) or 1
    height = _TOP + _STEP * len(bars) + 8
    font = 'font-family="system-ui, sans-serif" font-size="13"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" {font} fill="{_TEXT}">',
        f"<title>{escape(title)}</title>",
        f'<text x="0" y="20" font-size="15" font-weight="600">{escape(title)}</text>',
    ]
    for number, bar in enumerate(bars):
        parts += _drawn(bar, _TOP + number * _STEP, (_WIDTH - _LABELS - _VALUES) * bar.value / longest)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _drawn(bar: Bar, top: int, width: float) -> list[str]:
    middle = top + _BAR // 2 + 5
    weight = ' font-weight="600"' if bar.kind == "ours" else ""
    figure = f"{bar.value:,.0f}" if bar.value >= 1000 else f"{bar.value:.4g}"
    end = _LABELS + max(width, 1.0)
    return [
        f'<text x="{_LABELS - 10}" y="{middle}" text-anchor="end"{weight}>{escape(bar.label)}</text>',
        f'<rect x="{_LABELS}" y="{top}" width="{end - _LABELS:.1f}" height="{_BAR}" rx="2" fill="{_COLOURS[bar.kind]}"/>',
        f'<text x="{end + 8:.1f}" y="{middle}"{weight}>{figure}</text>',
    ]
