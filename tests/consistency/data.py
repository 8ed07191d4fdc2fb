"""What is on the server when a case begins: a wind farm, the same each time."""

from __future__ import annotations

from typing import Any

MODEL = "consistency"
SPACE = "farm"


def node(external_id: str, view: str, values: dict[str, Any], space: str = SPACE) -> dict[str, Any]:
    """A node as the API takes it."""
    source = {"type": "view", "space": MODEL, "externalId": view, "version": "1"}
    given = {name: value for name, value in values.items() if value is not None}
    sources = [{"source": source, "properties": given}]
    return {"instanceType": "node", "space": space, "externalId": external_id, "sources": sources}


def edge(kind: str, start: str, end: str, values: dict[str, Any] | None = None) -> dict[str, Any]:
    """An edge as the API takes it."""
    made: dict[str, Any] = {
        "instanceType": "edge",
        "space": SPACE,
        "externalId": f"{kind}-{start}-{end}",
        "type": {"space": MODEL, "externalId": kind},
        "startNode": ref(start),
        "endNode": ref(end),
    }
    if values:
        source = {"type": "view", "space": MODEL, "externalId": "Distance", "version": "1"}
        made["sources"] = [{"source": source, "properties": values}]
    return made


def ref(external_id: str) -> dict[str, str]:
    """An id."""
    return {"space": SPACE, "externalId": external_id}


def turbine(number: int) -> dict[str, Any]:
    """A turbine; some values are missing here and there."""
    return {
        "name": f"Turbine {number}" if number != 9 else "Number nine, seven \U0001f600",
        "status": ("active", "retired", None)[number % 3],
        "capacity": None if number % 5 == 4 else number * 0.5,
        "ratio": number / 4,
        "serial": None if number == 6 else 2**63 - 1 - number,
        "count": number - 5,
        "running": None if number == 7 else number % 2 == 0,
        "installed": None if number == 8 else f"2024-01-{number + 1:02}T12:30:00.250Z",
        "day": f"2024-02-{number + 1:02}",
        "tags": None
        if number == 3
        else [*(["even"] if number % 2 == 0 else []), *(["third"] if number % 3 == 0 else [])],
        "numbers": [2**53 + number] if number % 2 else None,
        "moments": [f"2024-01-{number + 1:02}T12:30:00.250Z"] if number < 6 else None,
        "data": {"deep": [number, {"text": "a\u0000b" if number == 1 else "x"}], "big": 1e300} if number % 4 else None,
        "documents": [{"number": number}] if number % 3 == 0 else None,
        "rotor": ref(f"rotor-{number}"),
        "spares": [ref(f"blade-{(number + step) % 30}") for step in (2, 1, 0)] if number % 2 == 0 else None,
        "parent": ref("turbine-0") if 0 < number < 5 else ref("turbine-5") if number == 5 else None,
    }


def nodes() -> list[dict[str, Any]]:
    """All nodes; the rotor of turbine 11 is missing."""
    return [
        *(
            node(f"rotor-{number}", "Rotor", {"name": f"Rotor {number}", "weight": 100 + number})
            for number in range(11)
        ),
        *(node(f"mast-{number}", "Mast", {"name": f"Mast {number}", "height": 50 + number}) for number in range(4)),
        *(node(f"turbine-{number}", "Turbine", turbine(number)) for number in range(12)),
        node("turbine-0", "Turbine", {"name": "Elsewhere"}, space="elsewhere"),
        *(
            node(
                f"blade-{number}",
                "Blade",
                {"name": f"Blade {number}", "length": 60, "turbine": ref(f"turbine-{number // 3}")},
            )
            for number in range(30)
        ),
        *(
            node(
                f"sensor-{number}",
                "Sensor",
                {"name": f"Sensor {number}", "blades": [ref(f"blade-{number % 30}"), ref(f"blade-{number % 7}")]},
            )
            for number in range(2350)
        ),
    ]


def edges() -> list[dict[str, Any]]:
    """All edges."""
    masts = [(turbine, mast) for turbine in range(10) for mast in range(4) if (turbine + mast) % 3 != 1]
    return [
        *(
            edge(
                "turbine.masts",
                f"turbine-{turbine}",
                f"mast-{mast}",
                {"metres": turbine + mast / 2, "note": "near" if mast else "far"},
            )
            for turbine, mast in masts
        ),
        *(edge("turbine.neighbours", f"turbine-{number}", f"turbine-{(number + 1) % 12}") for number in range(12)),
        edge("turbine.neighbours", "turbine-1", "turbine-7"),
    ]
