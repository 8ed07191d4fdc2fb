"""Charts are well-formed, and their bars are as long as their figures."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from benchmarks.charts import Bar, bar_chart

SVG = "{http://www.w3.org/2000/svg}"


def widths(chart: str) -> list[float]:
    return [float(bar.attrib["width"]) for bar in ElementTree.fromstring(chart).iter(f"{SVG}rect")]


def test_bars_are_as_long_as_their_figures() -> None:
    drawn = widths(bar_chart("CPU", [Bar("a", 10, "ours"), Bar("b", 5, "floor"), Bar("c", 2.5, "peer")]))
    assert drawn[1] == pytest.approx(drawn[0] / 2)
    assert drawn[2] == pytest.approx(drawn[0] / 4)


def test_the_longest_bar_leaves_room_for_its_figure() -> None:
    chart = ElementTree.fromstring(bar_chart("CPU", [Bar("a", 123_456.7, "ours")]))
    figure = list(chart.iter(f"{SVG}text"))[-1]
    assert figure.text == "123,457"
    assert float(figure.attrib["x"]) + 8 * len(figure.text) < float(chart.attrib["viewBox"].split()[2])


def test_labels_cannot_break_out_of_the_document() -> None:
    chart = ElementTree.fromstring(bar_chart('<"&>', [Bar("<script>", 0, "peer")]))
    assert chart.findtext(f"{SVG}title") == '<"&>'
    assert "<script>" in [text.text for text in chart.iter(f"{SVG}text")]
