"""What can be found in a data model: one entry for each code. The documentation's page on findings is this table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

Severity = Literal["error", "warning", "info"]
"""`error`: a part is not as the model says; `warning`: something works less well than it could; `info`: good to know."""


class Code(NamedTuple):
    """What a code stands for.

    Attributes:
        severity: How bad it is.
        meaning: What is the case.
        example: Where it is met.
        remedy: What to do about it.
    """

    severity: Severity
    meaning: str
    example: str
    remedy: str


CODES: Mapping[str, Code] = {
    "illegal-identifier": Code(
        "error",
        "A name that CDF could not have given to anything.",
        "The view `{{ prefix }}Pump`.",
        "Fill in the placeholders of the template, or correct the name.",
    ),
    "unknown-type": Code(
        "error",
        "A property of a type that this version does not know.",
        "A property of the type `decimal`.",
        "Update pygen, or take the property out of the view.",
    ),
    "missing-type": Code(
        "error",
        "A property of which nothing says the type.",
        "A view in write form without the container that it maps.",
        "Give the container as well, or the model as the API answers it.",
    ),
    "undefined-type": Code(
        "error",
        "A type in GraphQL that the text does not define.",
        "The field `site: Site`, and no `type Site`.",
        "Define the type, or `@import` it; or correct its name. Until then it counts as a view that was not given.",
    ),
    "enum-without-values": Code(
        "error",
        "An enum that no value can be of.",
        "A property of the type `enum` with `values: {}`.",
        "Give it values, 32 at most.",
    ),
    "enum-conflict": Code(
        "error",
        "Two views show one container property, but with different enum values.",
        "`Pump.state` with `on` and `off`, `Valve.state` with `open`, both from one container property.",
        "Retrieve the views at one moment.",
    ),
    "unknown-connection": Code(
        "error",
        "A connection of a kind that this version does not know.",
        "A property with the `connectionType` `ternary`.",
        "Update pygen, or take the property out of the view.",
    ),
    "unsupported-view": Code(
        "error",
        "A view of something that is neither a node nor an edge.",
        "A view used for `record`.",
        "Take the view out of the data model.",
    ),
    "view-conflict": Code(
        "error",
        "One version of a view comes twice, and differs.",
        "Two files that define `plant:Pump/v1`, one of them older.",
        "Keep one of them, or retrieve the model anew.",
    ),
    "container-conflict": Code(
        "error",
        "A container comes twice, and differs.",
        "Two files that define `plant:Pump`, one of them older.",
        "Keep one of them.",
    ),
    "missing-parent": Code(
        "error",
        "A view in write form inherits from a view that was not given, so its inherited properties are unknown.",
        "`Pump` implements `cdf_cdm:CogniteAsset/v1`, and the system model was not given.",
        "Give the model of the parent too.",
    ),
    "inheritance-cycle": Code(
        "error",
        "A view inherits from itself, over others or directly.",
        "`Pump` implements `Machine`, which implements `Pump`.",
        "Take one of them out of `implements`.",
    ),
    "missing-view": Code(
        "warning",
        "A data model lists a view by its reference, and nothing defines it.",
        "A Toolkit folder whose data model lists a view that another module deploys.",
        "Give the view too.",
    ),
    "missing-target": Code(
        "warning",
        "A relation leads to a view that the data model does not hold, or that shows edges only.",
        "`Pump.site` leads to `geo:Site/v1`, which the data model does not list.",
        "Add the view to the data model, or give its model too; else only ids are read.",
    ),
    "missing-edge-view": Code(
        "warning",
        "The data model does not hold the view of an edge's own properties.",
        "`Pump.feeds` has the `edgeSource` `geo:Pipe/v1`, which the data model does not list.",
        "Add the view to the data model; else the edges come without their properties.",
    ),
    "missing-reverse-property": Code(
        "warning",
        "A reverse relation goes through a property that its view does not have.",
        "`Site.pumps` goes through `Pump.location`, but `Pump` has `site` only.",
        "Correct `through` in the view.",
    ),
    "reverse-of-other-kind": Code(
        "warning",
        "A reverse relation goes through a property that is no direct relation.",
        "`Site.pumps` goes through `Pump.name`, which is text.",
        "Correct `through` in the view.",
    ),
    "reverse-of-other-view": Code(
        "warning",
        "A reverse relation goes through a direct relation that leads to an unrelated view.",
        "`Site.pumps` goes through `Pump.owner`, which leads to `Company`.",
        "Correct `through`, or the `source` of the direct relation. If both are right, nothing is to be done.",
    ),
    "inheritance-conflict": Code(
        "warning",
        "Two parents of a view define one property differently.",
        "`Pump` implements `Machine` and `Device`; `serial` is text in the one, and a number in the other.",
        "Define the property in the view itself, or change the order of `implements`: the first parent counts.",
    ),
    "incompatible-override": Code(
        "warning",
        "A view defines a property again, as something that its parent's is not.",
        "`Machine.serial` is text; `Pump` implements `Machine`, and there `serial` is a number.",
        "Give the property another name in one of them.",
    ),
    "unknown-key": Code(
        "warning",
        "A definition in a file has a key that pygen does not know.",
        "A view with the key `implement`.",
        "Correct the key, or update pygen if CDF knows it.",
    ),
    "illegal-default": Code(
        "warning",
        "A default is not a value of the property's type.",
        'A number with the `defaultValue` `"none"`.',
        "Correct the container. Until then the property counts as one without a default.",
    ),
    "reserved-identifier": Code(
        "warning",
        "A name that CDF keeps for itself, and refuses in views of today.",
        "A property called `externalId`.",
        "Choose another name.",
    ),
    "no-properties": Code(
        "warning",
        "A view has neither properties nor relations.",
        "A view that only re-exports a container that is gone.",
        "Take it out of the data model, or give it properties.",
    ),
    "not-queryable": Code(
        "warning",
        "A view has no filter and maps no container, so no instance can be told to be its own.",
        "An interface that holds connections only.",
        "Give the view a filter, or use the views that implement it.",
    ),
    "name-conflict": Code(
        "warning",
        "Two things would get the same name in the SDK; one of them is called something else.",
        "`someValue` and `some_value` in one view: `some_value_` and `some_value`.",
        "Rename one of them, or live with the name. It stays as long as both are there.",
    ),
    "not-writable": Code(
        "info",
        "Instances cannot be written through the view: it lacks properties that its containers require.",
        "`PumpSummary` does not map the required `code` of its container.",
        "Write through another view of the same containers.",
    ),
    "unchecked-reverse": Code(
        "info",
        "A reverse relation goes through a view or container that was not given, so it could not be checked.",
        "`Asset.pumps` goes through `plant:Pump/v1`, which the data model does not list.",
        "Nothing, or give that view's model too.",
    ),
    "view-taken-along": Code(
        "info",
        "A view that the data model does not list was given beside it, and relations lead there.",
        "`Pump.asset` leads to `cdf_cdm:CogniteAsset/v1`, and the system model was given.",
        "Nothing, or exclude the view.",
    ),
    "view-left-out": Code(
        "info",
        "A relation leads to a view that you left out, or its edges have their properties there.",
        "`Pump.site` leads to `Site`, and `--include Pump` or `--exclude Site` was given.",
        "Nothing; or include the view too, to follow the relation.",
    ),
    "relation-cycle": Code(
        "info",
        "Following relations leads back to where one started. That is legal, and usual.",
        "`Pump.site` leads to `Site`, and `Site.pumps` back.",
        "Nothing.",
    ),
    "ignored-part": Code(
        "info",
        "The model says something that an SDK has no use for.",
        "Text with a collation of its own; edges that start from edges; the directive `@cache` in GraphQL.",
        "Nothing, if nothing is misspelled.",
    ),
    "assumed-view": Code(
        "info",
        "There are containers only, and data is read through views.",
        "The container `plant:Pump` on its own.",
        "Deploy a view of the name told that maps the whole container.",
    ),
    "derived-name": Code(
        "info",
        "A name that pygen makes up is already that of something in the data model; what is made up gives way.",
        "A property `namePrefix` beside a text `name`, whose condition would be `name_prefix`: it is `name_prefix_`.",
        "Nothing.",
    ),
    "reserved-name": Code(
        "info",
        "A name that the target language or the SDK needs for something else.",
        "A property called `class`: `class_`.",
        "Nothing, or rename it.",
    ),
}
"""Code → what it stands for, the worst first."""
