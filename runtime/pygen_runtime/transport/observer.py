"""Tells the log, the counters and the hooks what happens; none of them can disturb a request."""

from __future__ import annotations

from collections.abc import Iterable

from pygen_runtime.transport.counters import Meter
from pygen_runtime.transport.events import Event, Hook
from pygen_runtime.transport.records import record, record_broken_hook


class Observer:
    """Passes events on.

    Args:
        meter: The client's counters.
        hooks: The user's hooks.
        bodies: Whether events hold bodies.
    """

    def __init__(self, meter: Meter, hooks: Iterable[Hook], *, bodies: bool) -> None:
        self._meter, self._hooks = meter, tuple(hooks)
        self.bodies = bodies

    def tell(self, event: Event) -> None:
        """Pass one event on."""
        self._meter.count(event)
        record(event)
        for hook in self._hooks:
            try:
                hook(event)
            except Exception as error:  # noqa: BLE001  # a hook that fails must not fail a request
                record_broken_hook(hook, event, error)
