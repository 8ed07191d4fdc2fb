"""What every target language has in common: a data model goes in, the texts of files come out."""

from __future__ import annotations

from abc import ABC, abstractmethod

from pygen_codegen.ir import Finding, IRModel


class BaseGenerator(ABC):
    """Turns a data model into the files of an SDK. Pure: nothing is read or written, and equal models give equal bytes."""

    @abstractmethod
    def generate(self, model: IRModel) -> dict[str, str]:
        """The files of the SDK.

        Args:
            model: The data model.

        Returns:
            Path, relative to the folder of the SDK and with `/` between its parts → text of the file.
        """

    @abstractmethod
    def findings(self, model: IRModel) -> tuple[Finding, ...]:
        """What is worth telling about the names in the SDK.

        Args:
            model: The data model.

        Returns:
            The names that are not what they would like to be, because another has them, or the language needs them.
        """
