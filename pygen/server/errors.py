"""What can go wrong in the local server: refusals that become answers, and failures to start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pygen_runtime.errors import PygenError


class LocalServerError(PygenError):
    """The local server cannot start or go on: the address is taken, or the database cannot be used."""


class RefusedError(PygenError):
    """A request that is answered with an error body (contract §1.5); nothing of it was carried out.

    Args:
        message: What is wrong with the request, in the words of the contract where it gives them (§1.6).
        status: HTTP status, 400 to 599.
        missing: Identifiers that do not exist.
        duplicated: Identifiers that stand more than once.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        missing: Sequence[Mapping[str, Any]] = (),
        duplicated: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.missing = tuple(missing)
        self.duplicated = tuple(duplicated)

    def body(self) -> dict[str, Any]:
        """The error body."""
        error: dict[str, Any] = {"code": self.status, "message": self.message}
        if self.missing:
            error["missing"] = list(self.missing)
        if self.duplicated:
            error["duplicated"] = list(self.duplicated)
        return {"error": error}


def violation(detail: str) -> RefusedError:
    """The refusal of a value that breaks a limit or pattern, in the contract's words (§1.6)."""
    return RefusedError(f"Request had 1 constraint violations. Please fix the request and try again. [{detail}]")


def not_emulated(what: str) -> RefusedError:
    """The answer to a part of the API that the local server does not have."""
    return RefusedError(f"The local pygen server does not emulate {what}.", status=501)
