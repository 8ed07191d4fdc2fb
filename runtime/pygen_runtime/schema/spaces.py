"""Spaces (contract §2)."""

from __future__ import annotations

import msgspec


class SpaceWrite(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """A space as it is sent."""

    space: str
    name: str | None = None
    description: str | None = None


class Space(SpaceWrite, kw_only=True, rename="camel", omit_defaults=True):
    """A space as it is answered. Times are epoch milliseconds, UTC."""

    created_time: int = 0
    last_updated_time: int = 0
    is_global: bool = False

    def as_write(self) -> SpaceWrite:
        """The space as it is sent, to change it and write it back."""
        return SpaceWrite(space=self.space, name=self.name, description=self.description)
