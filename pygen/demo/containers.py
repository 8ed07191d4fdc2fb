"""The containers of the demo's model: where values are stored, and of which types they are (contract §3)."""

from __future__ import annotations

from typing import Any

from pygen_runtime.schema import (
    Constraint,
    ContainerProperty,
    ContainerWrite,
    EnumValue,
    Index,
    PropertyType,
    UnitReference,
)

SPACE = "wind"


def containers() -> list[ContainerWrite]:
    """All of them; each is shown by the view of the same name."""
    return [*_shared(), *_machines(), *_sites(), *_work()]


def _shared() -> list[ContainerWrite]:
    """What several views have in common."""
    return [
        _container(
            "Describable",
            {
                "name": _property("text", required=True, text_size=255, about="What people call it"),
                "description": _property("text"),
                "tags": _property("text", many=True, about="Free words to find it by"),
            },
        ),
        _container(
            "Located",
            {
                "latitude": _property("float64", required=True, unit="angle:deg", about="Degrees north"),
                "longitude": _property("float64", required=True, unit="angle:deg", about="Degrees east"),
                "elevation": _property("float32", unit="length:m", about="Metres above the sea"),
            },
        ),
        _container(
            "GeneratingUnit",
            {
                "ratedCapacity": _property("float64", unit="power:megaw", about="What it delivers at best, in MW"),
                "status": _property(
                    "enum",
                    values={
                        "running": "Delivers",
                        "idle": "Could deliver",
                        "service": "People work on it",
                        "unknown": None,
                    },
                    unknown_value="unknown",
                    default="idle",
                ),
                "commissioned": _property("date", about="First day of operation"),
                "farm": _property("direct", about="The farm that it belongs to"),
                "class": _property("text", text_size=8, about="Class of wind or of service that it is built for"),
            },
        ),
    ]


def _machines() -> list[ContainerWrite]:
    return [
        _container(
            "WindTurbine",
            {
                "serialNumber": _property("int64", required=True, immutable=True),
                "hubHeight": _property("float32", unit="length:m"),
                "remoteControlled": _property("boolean", required=True, default=True),
                "nacelle": _property("direct"),
                "blades": _property(
                    "direct", many=True, list_size=5, about="The blades, in the order that they are mounted"
                ),
                "replaces": _property("direct", about="The turbine that stood here before"),
                "settings": _property("json", about="Settings of the controller, as its maker writes them"),
                "output": _property("timeseries", about="Delivered power"),
                "manual": _property("file"),
                "events": _property("sequence"),
            },
            constraints={"uniqueSerial": Constraint(constraint_type="uniqueness", properties=["serialNumber"])},
        ),
        _container(
            "Battery",
            {
                "storedEnergy": _property("float64", unit="energy:kilow-hr"),
                "cycles": _property("int32", default=0, about="How often it was charged and emptied"),
            },
        ),
        _container(
            "Nacelle",
            {"weight": _property("float32", unit="mass:kilogm"), "generator": _property("direct")},
        ),
        _container(
            "Generator",
            {"poles": _property("int32"), "oilChanged": _property("timestamp")},
        ),
        _container(
            "Blade",
            {"length": _property("float32", required=True, unit="length:m"), "damaged": _property("boolean")},
        ),
    ]


def _sites() -> list[ContainerWrite]:
    return [
        _container(
            "WindFarm",
            {"operator": _property("text", required=True), "opened": _property("date")},
        ),
        _container(
            "Substation",
            {"voltage": _property("int32", required=True, about="In kV")},
        ),
        _container(
            "MetMast",
            {"height": _property("float32", unit="length:m"), "windSpeeds": _property("timeseries", many=True)},
        ),
        _container(
            "Distance",
            {
                "metres": _property("float64", required=True, unit="length:m"),
                "bearing": _property("int32", about="Degrees from north"),
            },
            used_for="edge",
        ),
    ]


def _work() -> list[ContainerWrite]:
    return [
        _container(
            "Technician",
            {"email": _property("text"), "certifiedUntil": _property("date")},
        ),
        _container(
            "Inspection",
            {
                "turbine": _property("direct", required=True),
                "technicians": _property("direct", many=True),
                "started": _property("timestamp", required=True),
                "findings": _property("text", many=True),
                "passed": _property("boolean", many=True, about="Each point of the checklist"),
                "crackLengths": _property("float32", many=True, unit="length:millim"),
                "temperatures": _property("float64", many=True, unit="temperature:deg_c"),
                "boltCounts": _property("int32", many=True),
                "imageIds": _property("int64", many=True),
                "visits": _property("timestamp", many=True),
                "plannedDays": _property("date", many=True),
                "measurements": _property("json", many=True),
                "trends": _property("timeseries", many=True),
                "photos": _property("file", many=True),
                "tables": _property("sequence", many=True),
            },
        ),
        _container(
            "Import",
            {
                "energy": _property("float64", required=True, unit="energy:kilow-hr"),
                "to": _property("timestamp"),
                "farm": _property("direct"),
                "from": _property("timestamp", required=True),
            },
        ),
        _container(
            "Alarm",
            {
                "time": _property("timestamp", required=True),
                "code": _property("int32", required=True),
                "severity": _property(
                    "enum", values={"low": None, "medium": None, "high": "Look at it today"}, required=True
                ),
                "acknowledged": _property("boolean", default=False),
                "turbine": _property("direct"),
            },
            indexes={"byTime": Index(index_type="btree", properties=["time"], cursorable=True)},
        ),
    ]


def _container(
    name: str,
    properties: dict[str, ContainerProperty],
    *,
    used_for: str = "node",
    constraints: dict[str, Constraint] | None = None,
    indexes: dict[str, Index] | None = None,
) -> ContainerWrite:
    """A container; every single direct relation gets the index that following it backwards needs (contract §3.4)."""
    relations = [key for key, value in properties.items() if value.type.type == "direct" and not value.type.list]
    by_relation = {f"by_{key}": Index(index_type="btree", properties=[key]) for key in relations}
    return ContainerWrite(
        space=SPACE,
        external_id=name,
        used_for=used_for,
        properties=properties,
        constraints=constraints,
        indexes={**(indexes or {}), **by_relation} or None,
    )


def _property(
    type_: str,
    *,
    many: bool = False,
    required: bool = False,
    immutable: bool = False,
    default: Any = None,
    unit: str | None = None,
    text_size: int | None = None,
    list_size: int | None = None,
    values: dict[str, str | None] | None = None,
    unknown_value: str | None = None,
    about: str | None = None,
) -> ContainerProperty:
    """A property, nullable unless it is required; `values` are the ids of an enum with what is said about each."""
    return ContainerProperty(
        type=PropertyType(
            type=type_,
            list=many or None,
            max_list_size=list_size,
            max_text_size=text_size,
            unit=UnitReference(external_id=unit) if unit else None,
            values={value: EnumValue(description=text) for value, text in values.items()} if values else None,
            unknown_value=unknown_value,
        ),
        nullable=not required,
        immutable=immutable,
        default_value=default,
        description=about,
    )
