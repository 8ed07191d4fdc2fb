"""One pass over an IR that says what is worth telling, and takes out what cannot work."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from pygen_codegen.ir.findings import Finding, Findings
from pygen_codegen.ir.inheritance import check_inheritance, cut_cycles
from pygen_codegen.ir.relations import RelationChecker, along, tell_cycles
from pygen_codegen.ir.transform import with_classes
from pygen_codegen.ir.types import IRClass, IRModel


class Analysis(msgspec.Struct, frozen=True):
    """A data model as far as it can be generated, and what is worth telling about it.

    Attributes:
        model: What can be generated.
        findings: What was found, in the order of the model.
    """

    model: IRModel
    findings: tuple[Finding, ...]


def validate(model: IRModel, outside: Iterable[IRClass] = ()) -> Analysis:
    """Check a model, and take out what cannot work.

    Args:
        model: The model.
        outside: Classes that are known, but not part of it.

    Returns:
        The model without inheritance in circles and without relations that cannot work.
    """
    findings = Findings()
    classes = cut_cycles(model.classes, findings)
    known = {each.id: each for each in [*outside, *classes]}
    for each in classes:
        _check_class(each, findings)
    for id in along(model):
        message = f"the data model does not list the view {id}, but relations lead to it"
        findings.add("view-taken-along", message, "taken along; where it leads on to others, there are ids", view=id)
    check_inheritance(classes, known, findings)
    checker = RelationChecker(model, known, findings)
    classes = tuple(map(checker.usable, classes))
    tell_cycles(classes, findings)
    return Analysis(with_classes(model, classes), findings.all())


def _check_class(class_: IRClass, findings: Findings) -> None:
    if not class_.properties and not class_.relationships:
        findings.add(
            "no-properties", f"the view {class_.id} has neither properties nor relations", "ids only", view=class_.id
        )
    if not class_.queryable:
        message = f"the view {class_.id} has no filter and maps no container"
        findings.add("not-queryable", message, "it can be retrieved from, but not listed", view=class_.id)
    if not class_.writable:
        message = f"instances cannot be written through the view {class_.id}"
        findings.add("not-writable", message, "it can be read only", view=class_.id)
