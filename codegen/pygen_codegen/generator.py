"""What every target language has in common: a data model goes in, the texts of files come out."""

from __future__ import annotations

from abc import ABC, abstractmethod

from pygen_codegen.ir.types import IRModel


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
