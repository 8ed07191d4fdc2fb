"""`python -m benchmarks.ir`: what parsing, checking and transforming a model costs, and how it grows with the model."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any

from pygen_codegen.ir import analyse, by_dependency, inherited, inverses
from pygen_codegen.python import PythonConfig, PythonGenerator
from pygen_runtime.schema import DataModel
from pygen_runtime.schema.codec import convert

SIZES = (125, 250, 500, 1000)
ROUNDS = 5


def wide_model(views: int, properties: int = 20, group: int | None = None) -> DataModel:
    """A model in read form: of each view's properties five are connections, and every other view inherits from another.

    Args:
        views: How many.
        properties: Of each view.
        group: Views that are connected with each other, one after the other: in one chain of all unless told; an even number, because of the parents.
    """
    return convert(
        {
            "space": "wide",
            "externalId": "Wide",
            "version": "1",
            "views": [_view(number, group or views, properties) for number in range(views)],
        },
        DataModel,
    )


def work(model: DataModel) -> None:
    """What is measured."""
    parsed = analyse([model]).model
    by_dependency(parsed)
    inverses(parsed)
    inherited(parsed)


def names(model: DataModel) -> None:
    """The same with the names of a Python SDK."""
    PythonGenerator(PythonConfig(package="wide")).findings(analyse([model]).model)


def main() -> None:
    """Print the seconds of CPU for each size."""
    print(f"CPU seconds, median of {ROUNDS}; 20 properties a view")
    print(f"{'views':>6} {'parse, check, transform':>24} {'per view, ms':>13} {'with names':>11}")
    for size in SIZES:
        model = wide_model(size)
        seconds = _seconds(work, model)
        print(f"{size:>6} {seconds:>24.3f} {1000 * seconds / size:>13.3f} {_seconds(names, model):>11.3f}")


def _seconds(measured: Callable[[DataModel], None], model: DataModel) -> float:
    taken = []
    for _ in range(ROUNDS):
        start = time.process_time()
        measured(model)
        taken.append(time.process_time() - start)
    return median(taken)


def _view(number: int, group: int, properties: int) -> dict[str, Any]:
    container = {"type": "container", "space": "wide", "externalId": f"Box{number // 2 * 2}"}
    texts = {
        f"text{i}": {"container": container, "containerPropertyIdentifier": f"text{i}", "type": {"type": "text"}}
        for i in range(properties - 5)
    }
    first = number // group * group

    def neighbour(distance: int) -> int:
        return first + (number - first + distance) % group

    edge = {"type": {"space": "wide", "externalId": "edges"}, "source": _reference(neighbour(7))}
    before = _reference(neighbour(-1))
    return {
        "space": "wide",
        "externalId": f"View{number}",
        "version": "1",
        "createdTime": 1,
        "implements": [_reference(number - 1)] if number % 2 else [],
        "properties": {
            **texts,
            "next": _direct(container, "next", neighbour(1)),
            "root": _direct(container, "root", first),
            "previous": {
                "connectionType": "multi_reverse_direct_relation",
                "source": before,
                "through": {"source": before, "identifier": "next"},
            },
            "outwards": edge,
            "inwards": {**edge, "direction": "inwards"},
        },
    }


def _direct(container: dict[str, str], name: str, target: int) -> dict[str, Any]:
    type_ = {"type": "direct", "source": _reference(target)}
    return {"container": container, "containerPropertyIdentifier": name, "type": type_}


def _reference(number: int) -> dict[str, str]:
    return {"type": "view", "space": "wide", "externalId": f"View{number}", "version": "1"}


if __name__ == "__main__":
    main()
