"""What a target language has to say about itself. docs/guide/add-a-language.md shows a third one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence, Set
from pathlib import Path

from pygen_codegen.generator import BaseGenerator
from pygen_codegen.hooks import Hook
from pygen_codegen.naming import NamingConfig
from pygen_codegen.settings import Settings


class Language(ABC):
    """A target language: its generator, and what is of no other language.

    Attributes:
        name: What options, configuration and manifests call it.
        naming: How names are spelled if nothing else is said.
    """

    name: str
    naming: NamingConfig

    @abstractmethod
    def generator(
        self, package: str, settings: Settings, hooks: Sequence[Hook] = (), custom: Set[str] = frozenset()
    ) -> BaseGenerator:
        """What makes the files of an SDK.

        Args:
            package: The name of the SDK, which `package` accepted.
            settings: What was chosen.
            hooks: What changes modules on the way.
            custom: What `custom` found.

        Raises:
            UsageError: A choice cannot be met in this language, or is of another one.
        """

    def package(self, given: str | None, default: str) -> str:
        """The name of an SDK; empty where SDKs have none.

        Args:
            given: The one that was asked for, if any.
            default: The one to take otherwise.

        Raises:
            UsageError: SDKs in this language have no names that can be chosen.
        """
        return given or default

    def custom(self, folder: Path) -> frozenset[str]:
        """The classes that users of an SDK added in its folder, and generated ones build on.

        Raises:
            OutputError: What stands there cannot be read.
        """
        del folder
        return frozenset()

    def unused_custom(self, folder: Path, files: Mapping[str, str]) -> list[str]:
        """Those of them that no generated class builds on."""
        del folder, files
        return []

    def formatted(self, files: Mapping[str, str], settings: Settings, folder: Path) -> Mapping[str, str]:
        """The files as the user's own formatter leaves them, if that was asked for.

        Raises:
            OutputError: It cannot be used.
        """
        del settings, folder
        return files

    def client(self, files: Mapping[str, str]) -> str:
        """The name to start from: of the client, as the files define it."""
        del files
        return ""

    def first_steps(self, package: str, client: str, folder: Path) -> str:
        """How to use an SDK that now stands in a folder: a line or several."""
        del package, client
        return f"see {folder}"
