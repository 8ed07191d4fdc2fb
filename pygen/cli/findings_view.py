"""Findings about a data model: shown, counted, and turned into an exit code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import starmap

import msgspec
import typer

from pygen.cli.errors import note
from pygen.cli.exit_codes import ExitCode
from pygen.cli.options import Format
from pygen_codegen.ir import Finding, IRModel, Severity
from pygen_runtime.schema import DataModelId

_SHOWN = 10
_COUNTED: Mapping[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What `pygen validate` prints.

    Attributes:
        data_models: What was checked.
        views: How many views an SDK would have.
        properties: How many properties with values of their own they have.
        relationships: How many relations.
        counts: How many findings of each severity.
        findings: All of them.
    """

    data_models: Sequence[DataModelId]
    views: int
    properties: int
    relationships: int
    counts: Mapping[Severity, int]
    findings: Sequence[Finding]

    @classmethod
    def of(cls, model: IRModel, findings: Sequence[Finding]) -> Report:
        """The report about one IR."""
        counted = Counter(finding.severity for finding in findings)
        return cls(
            data_models=[each.id for each in model.data_models],
            views=len(model.classes),
            properties=sum(len(each.properties) for each in model.classes),
            relationships=sum(len(each.relationships) for each in model.classes),
            counts={severity: counted[severity] for severity in _COUNTED},
            findings=findings,
        )


def show_report(report: Report, format: Format) -> None:
    """Print it, the worst findings first."""
    if format is Format.JSON:
        typer.echo(msgspec.json.format(msgspec.json.encode(report), indent=2).decode())
        return
    order = list(_COUNTED)
    ranked = sorted(report.findings, key=lambda finding: order.index(finding.severity))
    if ranked:
        from pygen.cli.tables import show_table  # noqa: PLC0415 - brings rich

        rows = ([each.severity, each.code, _place(each), f"{each.message}: {each.done}"] for each in ranked)
        show_table(["severity", "code", "where", "what, and what was done"], rows)
        typer.echo()
    parts = [(report.views, "view"), (report.properties, "property"), (report.relationships, "relation")]
    counts = [(report.counts[severity], word) for severity, word in _COUNTED.items()]
    typer.echo(f"{', '.join(starmap(_many, parts))}: {', '.join(starmap(_many, counts))}")


def note_findings(findings: Sequence[Finding]) -> None:
    """Tell the errors and warnings on stderr, in a few lines."""
    serious = [finding for finding in findings if finding.severity != "info"]
    serious.sort(key=lambda finding: finding.severity)  # errors come before warnings
    for finding in serious[:_SHOWN]:
        note(str(finding))
    if len(serious) > _SHOWN:
        note(f"and {len(serious) - _SHOWN} more: pygen validate lists all of them")


def refuse_findings(findings: Sequence[Finding], *, strict: bool) -> None:
    """Leave with `ExitCode.FINDINGS` if there are errors.

    Args:
        findings: What was found.
        strict: Whether warnings count as errors.

    Raises:
        SystemExit: There are.
    """
    counted = Counter(finding.severity for finding in findings)
    serious: Sequence[Severity] = ("error", "warning") if strict else ("error",)
    told = [_many(counted[each], _COUNTED[each]) for each in serious if counted[each]]
    if told:
        note(f"the data model has {' and '.join(told)}")
        raise SystemExit(ExitCode.FINDINGS)


def _place(finding: Finding) -> str:
    if finding.view is None:
        return ""
    view = f"{finding.view.external_id}/{finding.view.version}"
    return f"{view} {finding.property}" if finding.property is not None else view


def _many(number: int, word: str) -> str:
    plural = f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
    return f"{number:,} {word if number == 1 else plural}"
