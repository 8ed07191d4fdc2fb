"""What is measured: one subject for each question, with the sizes at which its figures are published."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from benchmarks import (
    ahead,
    frames,
    generation,
    imports,
    latencies,
    local_server,
    memory,
    start,
    streaming,
    writes,
)
from benchmarks.contenders import Row, Run


class Chart(NamedTuple):
    """A bar for each row that has a figure.

    Attributes:
        title: What the bars mean.
        column: The figure.
        labels: Columns that name a bar.
        only: Column and value of the rows that are shown; all of them when empty.
    """

    title: str
    column: str
    labels: tuple[str, ...] = ("contender",)
    only: tuple[str, str] | None = None


class Subject(NamedTuple):
    """One question.

    Attributes:
        name: Of its command, of its section of the page, and of its files.
        question: What it answers.
        measure: How.
        rows: Instances; 0 where there is no choice.
        rounds: Measured rounds.
        quick: Rows of a quick run, which has one round.
        charts: What is drawn of it.
    """

    name: str
    question: str
    measure: Callable[[Run], list[Row]]
    rows: int
    rounds: int
    quick: int
    charts: tuple[Chart, ...] = ()


SUBJECTS = (
    Subject(
        "streaming",
        "Reading every instance of a view, typed, touching three properties.",
        streaming.measure,
        rows=100_000,
        rounds=2,
        quick=10_000,
        charts=(Chart("Reading: CPU for each instance, µs (less is better)", "cpu_us"),),
    ),
    Subject(
        "memory",
        "What stays in memory while instances stream, and what an instance costs that is kept.",
        memory.measure,
        rows=1_000_000,
        rounds=1,
        quick=20_000,
    ),
    Subject(
        "ahead",
        "How many pages a consumer that waits on every page has on their way or in memory.",
        ahead.measure,
        rows=20_000,
        rounds=1,
        quick=10_000,
    ),
    Subject(
        "latency",
        "Reading over a network that needs 100 ms for each page.",
        latencies.measure,
        rows=100_000,
        rounds=2,
        quick=8_000,
        charts=(Chart("Reading at 100 ms a page: instances per second (more is better)", "instances_per_second"),),
    ),
    Subject(
        "writes",
        "Encoding and sending upserts in batches.",
        writes.measure,
        rows=100_000,
        rounds=1,
        quick=5_000,
        charts=(Chart("Writing: CPU for each instance, µs (less is better)", "cpu_us"),),
    ),
    Subject(
        "frames",
        "Every instance of a view as one frame.",
        frames.measure,
        rows=100_000,
        rounds=2,
        quick=10_000,
        charts=(Chart("Frames: CPU for each instance, µs (less is better)", "cpu_us"),),
    ),
    Subject(
        "imports",
        "Importing an SDK.",
        imports.measure,
        rows=0,
        rounds=3,
        quick=0,
        charts=(
            Chart(
                "Importing the SDK of CogniteCore: CPU, ms (less is better)",
                "cpu_ms",
                ("import",),
                ("model", "CogniteCore"),
            ),
        ),
    ),
    Subject(
        "start",
        "A short script: from the start of its process to one instance.",
        start.measure,
        rows=0,
        rounds=3,
        quick=0,
        charts=(Chart("From the start of the process to one instance: CPU, ms (less is better)", "cpu_ms"),),
    ),
    Subject(
        "generation",
        "Generating an SDK, from the start of the process to formatted files.",
        generation.measure,
        rows=0,
        rounds=1,
        quick=0,
        charts=(
            Chart(
                "Generating the SDK of CogniteCore: CPU, s (less is better)",
                "cpu_seconds",
                ("generator",),
                ("model", "CogniteCore"),
            ),
        ),
    ),
    Subject(
        "server",
        "The local server: loading, streaming, and pages by filter, order and depth.",
        local_server.measure,
        rows=1_000_000,
        rounds=5,
        quick=20_000,
    ),
)
