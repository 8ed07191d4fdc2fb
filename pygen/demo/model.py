"""The model of the demo: a company's wind farms, as the API takes it (contract §3 and §4).

It holds every kind of property and connection that a data model can have, so that what is generated from it shows them all.
Each container is shown by the view of the same name.
"""

from __future__ import annotations

from typing import NamedTuple

from pygen.demo.containers import SPACE, containers
from pygen_runtime.schema import (
    ContainerId,
    ContainerWrite,
    DataModelWrite,
    EdgeConnection,
    MappedProperty,
    NodeId,
    ReverseConnection,
    Through,
    ViewId,
    ViewProperty,
    ViewWrite,
)

VERSION = "v1"

WEIGHTS: dict[str, float] = {
    "Alarm": 420,
    "Blade": 120,
    "WindTurbine": 40,
    "Nacelle": 40,
    "Generator": 40,
    "Inspection": 90,
    "Import": 60,
    "Battery": 6,
    "MetMast": 4,
    "Technician": 3,
    "Substation": 1,
    "WindFarm": 1,
    "WindTurbine.metMasts": 80,
    "WindTurbine.neighbours": 80,
    "WindFarm.substation": 1,
}
"""How many instances of each view, and edges of each type, in proportion: three blades to a turbine, many alarms."""


class WindFarmModel(NamedTuple):
    """What has to be created, in this order."""

    containers: list[ContainerWrite]
    views: list[ViewWrite]
    data_model: DataModelWrite


def wind_farm() -> WindFarmModel:
    """The wind-farm model in write form."""
    stored = containers()
    views = _views({container.external_id: container for container in stored})
    data_model = DataModelWrite(
        space=SPACE,
        external_id="WindFarm",
        version=VERSION,
        name="Wind farm",
        description="Wind farms: their turbines and the parts of them, the masts that measure the wind, and the work on them.",
        views=[view.as_id() for view in views],
    )
    return WindFarmModel(stored, views, data_model)


def _views(stored: dict[str, ContainerWrite]) -> list[ViewWrite]:
    """The views, parents before their children."""

    def view(
        name: str,
        about: str,
        *parents: str,
        points_at: dict[str, str] | None = None,
        connections: dict[str, ViewProperty] | None = None,
    ) -> ViewWrite:
        """A view of the container `name`; `points_at` says which view a direct relation leads to."""
        targets = {key: _view(target) for key, target in (points_at or {}).items()}
        mapped = {
            key: MappedProperty(
                container=ContainerId(SPACE, name), container_property_identifier=key, source=targets.get(key)
            )
            for key in stored[name].properties
        }
        return ViewWrite(
            space=SPACE,
            external_id=name,
            version=VERSION,
            description=about,
            implements=[_view(parent) for parent in parents] or None,
            properties={**mapped, **(connections or {})},
        )

    return [
        view("Describable", "Anything with a name."),
        view("Located", "Anything that stands somewhere."),
        view(
            "GeneratingUnit", "Anything that delivers power.", "Describable", "Located", points_at={"farm": "WindFarm"}
        ),
        view(
            "WindFarm",
            "A wind farm, with everything that delivers power there.",
            "Describable",
            "Located",
            connections={
                "units": _reverse("GeneratingUnit", "farm"),
                "imports": _reverse("Import", "farm"),
                "substation": _edges("WindFarm.substation", "Substation", single=True),
            },
        ),
        view(
            "WindTurbine",
            "A wind turbine.",
            "GeneratingUnit",
            points_at={"nacelle": "Nacelle", "blades": "Blade", "replaces": "WindTurbine"},
            connections={
                "metMasts": _edges("WindTurbine.metMasts", "MetMast", properties="Distance"),
                "neighbours": _edges("WindTurbine.neighbours", "WindTurbine"),
                "inspections": _reverse("Inspection", "turbine"),
                "alarms": _reverse("Alarm", "turbine"),
            },
        ),
        view("Battery", "A battery that stores what the turbines deliver.", "GeneratingUnit"),
        view(
            "Nacelle",
            "The housing on top of the tower.",
            points_at={"generator": "Generator"},
            connections={"turbine": _reverse("WindTurbine", "nacelle", single=True)},
        ),
        view(
            "Generator",
            "Turns rotation into power.",
            connections={"nacelle": _reverse("Nacelle", "generator", single=True)},
        ),
        view("Blade", "A rotor blade.", connections={"turbines": _reverse("WindTurbine", "blades")}),
        view(
            "MetMast",
            "A mast that measures the wind.",
            "Describable",
            "Located",
            connections={
                "turbines": _edges("WindTurbine.metMasts", "WindTurbine", properties="Distance", inwards=True),
            },
        ),
        view("Distance", "How far a mast stands from a turbine."),
        view(
            "Substation",
            "Where a farm meets the grid.",
            "Describable",
            "Located",
            connections={"farm": _edges("WindFarm.substation", "WindFarm", single=True, inwards=True)},
        ),
        view(
            "Technician",
            "Somebody who inspects turbines.",
            "Describable",
            connections={"inspections": _reverse("Inspection", "technicians")},
        ),
        view(
            "Inspection",
            "A visit to a turbine, and what was found.",
            "Describable",
            points_at={"turbine": "WindTurbine", "technicians": "Technician"},
        ),
        view(
            "Import", "Power that a farm takes from the grid while the wind is still.", points_at={"farm": "WindFarm"}
        ),
        view("Alarm", "Something that a turbine reports by itself.", points_at={"turbine": "WindTurbine"}),
    ]


def _reverse(source: str, through: str, *, single: bool = False) -> ReverseConnection:
    kind = "single_reverse_direct_relation" if single else "multi_reverse_direct_relation"
    return ReverseConnection(
        connection_type=kind, source=_view(source), through=Through(source=_view(source), identifier=through)
    )


def _edges(
    type_: str, to: str, *, properties: str | None = None, single: bool = False, inwards: bool = False
) -> EdgeConnection:
    return EdgeConnection(
        connection_type="single_edge_connection" if single else "multi_edge_connection",
        type=NodeId(SPACE, type_),
        source=_view(to),
        edge_source=_view(properties) if properties else None,
        direction="inwards" if inwards else "outwards",
    )


def _view(name: str) -> ViewId:
    return ViewId(SPACE, name, VERSION)
