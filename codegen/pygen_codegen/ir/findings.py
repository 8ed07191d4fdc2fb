"""What is worth telling about a data model, as values."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from pygen_codegen.errors import ModelError
from pygen_codegen.ir.codes import CODES, Severity
from pygen_runtime.schema import ViewId

LEFT_OUT = "left out"


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that is worth telling about a data model.

    Attributes:
        code: What kind of thing; a key of `CODES`, documented there.
        severity: How bad it is.
        view: The view that it is about, if it is about one.
        property: The property of the view, likewise.
        message: What is the case, in one line.
        done: What was done about it, in a few words.
    """

    code: str
    severity: Severity
    view: ViewId | None = None
    property: str | None = None
    message: str
    done: str

    def __str__(self) -> str:
        return f"{self.severity} {self.code}: {self.message} ({self.done})"


class Findings:
    """Gathers findings, each once, in the order they are made."""

    def __init__(self) -> None:
        self._found: dict[Finding, None] = {}

    def add(
        self, code: str, message: str, done: str, *, view: ViewId | None = None, property: str | None = None
    ) -> None:
        """Note one; its severity is that of the code."""
        severity = CODES[code].severity
        finding = Finding(code=code, severity=severity, view=view, property=property, message=message, done=done)
        self._found[finding] = None

    def extend(self, findings: Iterable[Finding]) -> None:
        """Note several that were made elsewhere."""
        self._found.update(dict.fromkeys(findings))

    def all(self) -> tuple[Finding, ...]:
        """What has been found so far."""
        return tuple(self._found)


class PartError(ModelError):
    """A part of a data model cannot be represented; whoever reads the whole goes on without the part.

    Args:
        code: The code of the finding.
        message: Its message.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def refuse(findings: Iterable[Finding], *, strict: bool = False) -> None:
    """Stop at errors, for callers that want all of a model or nothing.

    Args:
        findings: What was found.
        strict: Whether warnings count as errors.

    Raises:
        ModelError: There is an error among them; the message is that of the first, and says how many more there are.
    """
    serious = ("error", "warning") if strict else ("error",)
    errors = [finding for finding in findings if finding.severity in serious]
    if errors:
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        raise ModelError(f"{errors[0].message}{more}")
