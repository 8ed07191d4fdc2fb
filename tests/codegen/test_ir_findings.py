"""What is told about data models: every code by an example, and the page that explains them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pygen.sources.definitions import Definitions, read_definitions
from pygen.sources.graphql_model import read_graphql
from pygen_codegen.errors import ModelError
from pygen_codegen.ir import CODES, Analysis, Finding, Severity, analyse, analyse_containers, refuse
from pygen_codegen.python import PythonConfig, PythonGenerator
from pygen_runtime.schema import ContainerWrite, DataModel, DataModelId, View, ViewId
from pygen_runtime.schema.codec import convert
from tests.codegen.api_models import (
    TURBINE,
    container_ref,
    data_model,
    direct,
    edge,
    mapped,
    reverse,
    view,
    view_ref,
)

PAGE = Path(__file__).resolve().parents[2] / "docs" / "guide" / "findings.md"
TEXT = {"type": "text"}
BLADE_VIEW = view("Blade", {"name": mapped(TEXT, "blade")})


def analysed(*views: dict[str, Any], **more: Any) -> Analysis:
    return analyse([data_model(*views, **more)])


def written(external_id: str = "Turbine", **more: Any) -> View:
    return convert({"space": "power", "externalId": external_id, "version": "1", **more}, View)


def container(external_id: str = "Turbine", **types: dict[str, Any]) -> ContainerWrite:
    properties = {name: {"type": type_} for name, type_ in types.items()}
    return convert({"space": "power", "externalId": external_id, "properties": properties}, ContainerWrite)


def with_parents(*parents: str, **properties: Any) -> dict[str, Any]:
    return view(properties=properties, implements=[view_ref(parent) for parent in parents])


def with_what_was_read(definitions: Definitions) -> Analysis:
    analysis = analyse(definitions.data_models, views=definitions.views, containers=definitions.containers)
    return Analysis(analysis.model, (*definitions.findings, *analysis.findings))


def from_graphql(text: str) -> Analysis:
    return with_what_was_read(read_graphql(text, DataModelId("power", "Wind", "1")))


def from_json(*views: dict[str, Any]) -> Analysis:
    content = {"space": "power", "externalId": "Wind", "version": "1", "views": list(views)}
    return with_what_was_read(read_definitions(content))


NUMBER = {"type": "int32"}
OWN = {"p": mapped(TEXT)}

EXAMPLES: dict[str, Callable[[], Analysis]] = {
    "illegal-identifier": lambda: analysed(view(properties=OWN), view("{{ prefix }}Pump")),
    "unknown-type": lambda: analysed(view(properties={**OWN, "q": mapped({"type": "decimal"})})),
    "missing-type": lambda: analysed(view(properties={**OWN, "q": mapped(None)})),
    "undefined-type": lambda: from_graphql("type Turbine { name: String  site: Site }"),
    "enum-without-values": lambda: analysed(view(properties={"q": mapped({"type": "enum", "values": {}})})),
    "enum-conflict": lambda: analysed(
        view(properties={"p": mapped({"type": "enum", "values": {"a": None}})}),
        view("Blade", {"p": mapped({"type": "enum", "values": {"b": None}})}),
    ),
    "unknown-connection": lambda: analysed(view(properties={**OWN, "q": edge(connectionType="ternary")})),
    "unsupported-view": lambda: analysed(BLADE_VIEW, view(usedFor="record")),
    "view-conflict": lambda: analysed(view(properties=OWN), view(properties=OWN, description="Another")),
    "container-conflict": lambda: analyse(
        [DataModel(space="power", external_id="Wind", version="1", views=[written()])],
        views=[written(properties={"p": {"container": container_ref(), "containerPropertyIdentifier": "p"}})],
        containers=[container(p=TEXT), container(p=NUMBER)],
    ),
    "missing-parent": lambda: analyse(
        [
            DataModel(
                space="power", external_id="Wind", version="1", views=[written(implements=[view_ref("Gone")], name="N")]
            )
        ]
    ),
    "inheritance-cycle": lambda: analysed(
        with_parents("Blade", **OWN), {**BLADE_VIEW, "implements": [view_ref("Turbine")]}
    ),
    "missing-view": lambda: analysed(view(properties=OWN), view_ref("Blade")),
    "missing-target": lambda: analysed(view(properties={"p": mapped(direct("Gone"))})),
    "missing-edge-view": lambda: analysed(view(properties={"p": edge(edgeSource=view_ref("Gone"))}), BLADE_VIEW),
    "missing-reverse-property": lambda: analysed(
        view(properties={"p": reverse("Blade", view_ref("Blade"), "gone")}), BLADE_VIEW
    ),
    "reverse-of-other-kind": lambda: analysed(
        view(properties={"p": reverse("Blade", view_ref("Blade"), "name")}), BLADE_VIEW
    ),
    "reverse-of-other-view": lambda: analysed(
        view(properties={"p": reverse("Blade", view_ref("Blade"), "owner")}),
        view("Blade", {"owner": mapped(direct("Blade"), "owner")}),
    ),
    "inheritance-conflict": lambda: analysed(
        with_parents("Blade", "Rotor", name=mapped(TEXT, "blade")),
        BLADE_VIEW,
        view("Rotor", {"name": mapped(NUMBER, "r")}),
    ),
    "incompatible-override": lambda: analysed(with_parents("Blade", name=mapped(NUMBER, "number")), BLADE_VIEW),
    "unknown-key": lambda: from_json(view(properties=OWN, implement=[])),
    "illegal-default": lambda: analysed(view(properties={"p": mapped(NUMBER, defaultValue="none")})),
    "reserved-identifier": lambda: analysed(view(properties={"externalId": mapped(TEXT)})),
    "no-properties": lambda: analysed(view()),
    "not-queryable": lambda: analysed(view(properties={"p": edge()}), BLADE_VIEW),
    "not-writable": lambda: analysed(view(properties=OWN, writable=False)),
    "unchecked-reverse": lambda: analysed(view(properties={"p": reverse("Blade", view_ref("Gone"), "x")})),
    "view-taken-along": lambda: analyse(
        [data_model(view(properties={"p": mapped(direct("Blade"))}))], views=[convert(BLADE_VIEW, View)]
    ),
    "view-left-out": lambda: analyse(
        [data_model(view(properties={"p": mapped(direct("Blade"))}), BLADE_VIEW)], exclude=["Blade"]
    ),
    "relation-cycle": lambda: analysed(view(properties={"p": mapped(direct("Turbine"))})),
    "ignored-part": lambda: analysed(view(properties={"p": mapped({**TEXT, "collation": "klingon"})})),
    "assumed-view": lambda: analyse_containers([container(p=TEXT)], DataModelId("power", "Wind", "1")),
    "name-conflict": lambda: analysed(view(properties={"aB": mapped(TEXT), "a_b": mapped(TEXT, "q")})),
    "derived-name": lambda: analysed(view(properties={"name": mapped(TEXT), "namePrefix": mapped(TEXT, "q")})),
    "reserved-name": lambda: analysed(view(properties={"class": mapped(TEXT)})),
}


def told(analysis: Analysis) -> tuple[Finding, ...]:
    names = PythonGenerator(PythonConfig(package="sdk")).findings(analysis.model)
    return (*analysis.findings, *names)


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_an_example_that_is_found_and_the_rest_is_generated(code: str) -> None:
    analysis = EXAMPLES[code]()
    found = [finding for finding in told(analysis) if finding.code == code]
    assert len(found) == 1
    (finding,) = found
    assert finding.severity == CODES[code].severity
    assert finding.message
    assert finding.done
    assert "\n" not in str(finding)
    assert finding.view is None or finding.view.space == "power"
    assert msgspec.json.decode(msgspec.json.encode(finding), type=Finding) == finding
    assert analysis.model.classes
    assert PythonGenerator(PythonConfig(package="sdk")).generate(analysis.model)


def test_findings_are_about_views_and_properties() -> None:
    about = {code: next(each for each in told(make()) if each.code == code) for code, make in EXAMPLES.items()}
    assert (about["unknown-type"].view, about["unknown-type"].property) == (TURBINE, "q")
    assert (about["missing-target"].view, about["missing-target"].property) == (TURBINE, "p")
    assert (about["name-conflict"].view, about["name-conflict"].property) == (TURBINE, "aB")
    assert about["illegal-identifier"].view is None  # nothing illegal leaves the message, where it is quoted
    assert "'{{ prefix }}Pump' is not a legal" in about["illegal-identifier"].message


def test_edge_views_have_no_ways_that_lead_away_from_nodes() -> None:
    properties = {"p": mapped(direct("Blade")), "q": edge(), "r": reverse("Blade", view_ref("Blade"), "name")}
    analysis = analysed(view(properties=properties, usedFor="edge"), BLADE_VIEW)
    assert [each.source for each in analysis.model.classes[1].relationships] == ["p"]
    assert [(each.code, each.property) for each in analysis.findings] == [("ignored-part", "q"), ("ignored-part", "r")]


def test_relations_to_views_of_edges_cannot_be_followed() -> None:
    analysis = analysed(view(properties={"p": mapped(direct("Blade"))}), {**BLADE_VIEW, "usedFor": "edge"})
    assert "which shows edges only" in analysis.findings[0].message


def test_a_reverse_relation_through_an_edge_is_none() -> None:
    blade = view("Blade", {"name": mapped(TEXT, "blade"), "away": edge(source=view_ref("Turbine"))})
    analysis = analysed(view(properties={**OWN, "p": reverse("Blade", view_ref("Blade"), "away")}), blade)
    assert [each.code for each in analysis.findings if each.property == "p"] == ["reverse-of-other-kind"]


def test_a_reverse_relation_may_go_through_a_relation_to_a_parent() -> None:
    named = view("Named", {"name": mapped(TEXT, "name")})
    blade = view("Blade", {"to": mapped(direct("Named"), "to"), "gone": mapped(direct("Gone"), "gone")})
    ways = {name: reverse("Blade", view_ref("Blade"), name) for name in ("to", "gone")}
    analysis = analysed(with_parents("Named", name=mapped(TEXT, "name"), **ways), named, blade)
    assert [each.code for each in analysis.findings if each.severity == "warning"] == ["missing-target"]


def test_a_missing_view_with_an_illegal_name_is_told_of_by_its_name() -> None:
    analysis = analysed(view(properties=OWN), view_ref("x\ny"))
    assert [each.code for each in analysis.findings] == ["illegal-identifier"]
    assert "\n" not in analysis.findings[0].message


def test_parents_may_define_a_relation_in_two_ways() -> None:
    one, two = view("One", {"p": edge()}), view("Two", {"p": edge(direction="inwards")})
    analysis = analysed(with_parents("One", "Two", p=edge()), one, two, BLADE_VIEW)
    assert "inheritance-conflict" in {each.code for each in analysis.findings}
    single = edge(connectionType="single_edge_connection")
    analysis = analysed(with_parents("One", p=single), one, BLADE_VIEW)
    assert "incompatible-override" in {each.code for each in analysis.findings}


def finding(severity: Severity, view: ViewId | None = None) -> Finding:
    return Finding(code="no-properties", severity=severity, view=view, message=f"an {severity}", done="nothing")


@pytest.mark.parametrize(
    ("severities", "strict", "message"),
    [
        (["info", "warning"], False, None),
        (["info"], True, None),
        (["warning", "error"], False, "an error"),
        (["info", "warning"], True, "an warning"),
        (["error", "warning", "error"], False, r"an error \(and 1 more\)"),
        (["error", "warning", "error"], True, r"an error \(and 2 more\)"),
    ],
)
def test_callers_can_refuse(severities: Sequence[Severity], strict: bool, message: str | None) -> None:
    findings = [finding(severity) for severity in severities]
    if message is None:
        refuse(findings, strict=strict)
        return
    with pytest.raises(ModelError, match=f"^{message}$"):
        refuse(findings, strict=strict)


def test_findings_come_in_the_order_of_the_model() -> None:
    twice = [view("Blade", {"p": mapped(direct("Gone"))}), view("Blade", {"p": mapped(TEXT)})]
    findings = analysed(view("Rotor", {"p": mapped(direct("Gone"))}), *twice, view_ref("Missing"), view()).findings
    assert [each.view.external_id if each.view else None for each in findings] == [
        "Blade", "Blade", "Rotor", "Turbine", "Turbine", "Missing"
    ]  # fmt: skip


def test_what_is_wrong_with_views_that_are_not_used_is_nobodys_concern() -> None:
    strange = convert(view("Strange", {"p": mapped({"type": "decimal"})}), View)
    assert analyse([data_model(view(properties=OWN))], views=[strange]).findings == ()
    used = analyse([data_model(view(properties={"p": mapped(direct("Strange"))}))], views=[strange])
    assert {each.code for each in used.findings} == {"unknown-type", "no-properties", "view-taken-along"}


def section(code: str) -> str:
    about = CODES[code]
    return (
        f"### {code}\n\n`{about.severity}`: {about.meaning}\n\n"
        f"*For example:* {about.example}\n\n*What to do:* {about.remedy}\n"
    )


def test_the_page_explains_every_code(update_golden: bool) -> None:
    text = PAGE.read_text("utf-8")
    intro, _ = re.split(r"(?m)^(?=### )", text, maxsplit=1) if "\n### " in text else (text, "")
    expected = intro.rstrip() + "\n\n" + "\n".join(map(section, CODES))
    if update_golden:
        PAGE.write_text(expected, "utf-8", newline="\n")
    assert PAGE.read_text("utf-8") == expected
