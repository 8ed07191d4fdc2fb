"""Which fault a request meets: a plan, and what happened under it so far. How faults look stands in `fault_actions`."""

from __future__ import annotations

import contextlib
import hashlib
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, Final, NamedTuple

from pygen.server.fault_plans import (
    Action,
    CutGzip,
    ExpireCursor,
    ExpireToken,
    FaultPlan,
    Rule,
    TimeoutAbove,
)
from pygen.server.operations import Kind, Operation, cursors_in, rows_asked


class Asked(NamedTuple):
    """A request, as far as rules look at it.

    Attributes:
        operation: What it is about.
        body: Its JSON object, empty for any other body.
        packed: Its body as it came, unpacked.
        token: The header `Authorization`.
        accepts_gzip: Whether the answer may be packed.
    """

    operation: Operation
    body: Mapping[str, Any]
    packed: bytes
    token: str
    accepts_gzip: bool


_TOKEN_EXPIRED: Final = Rule(action=ExpireToken())
_CURSOR_EXPIRED: Final = Rule(action=ExpireCursor())


class PlanState:
    """A plan, and what happened under it so far. The server's event loop alone works with it.

    Args:
        plan: The plan.
    """

    def __init__(self, plan: FaultPlan) -> None:
        self.plan = plan
        self._seen = [_Seen() for _ in plan.rules]
        self._expired_tokens: set[bytes] = set()
        self._expired_cursors: set[str] = set()
        self._under_way: Counter[tuple[str, Kind]] = Counter()

    @contextlib.contextmanager
    def admitted(self, operation: Operation) -> Iterator[bool]:
        """Whether the budget of a request has room; it takes it up while the block runs."""
        budgets, kind = self.plan.budgets, operation.kind
        if budgets is None or kind is None:
            yield True
            return
        place = (operation.project, kind)
        if self._under_way[place] >= getattr(budgets, kind):
            yield False
            return
        self._under_way[place] += 1
        try:
            yield True
        finally:
            self._under_way[place] -= 1

    def rule_for(self, asked: Asked) -> Rule | None:
        """The rule that a request meets; counts it."""
        if _digest(asked.token) in self._expired_tokens:
            return _TOKEN_EXPIRED
        if self._expired_cursors & cursors_in(asked.body):
            return _CURSOR_EXPIRED
        hit: Rule | None = None
        for number, (rule, seen) in enumerate(zip(self.plan.rules, self._seen, strict=True)):
            if not _is_about(rule, asked):
                continue
            strikes = seen.strikes(rule, asked, f"{self.plan.seed}:{number}")
            if strikes and hit is None:
                hit = rule
                seen.hits += 1
        if hit is not None:
            self._remember(hit.action, asked)
        return hit

    def _remember(self, action: Action | None, asked: Asked) -> None:
        if isinstance(action, ExpireToken):
            self._expired_tokens.add(_digest(asked.token))
        elif isinstance(action, ExpireCursor):
            self._expired_cursors |= cursors_in(asked.body)


class _Seen:
    """What one rule has seen."""

    def __init__(self) -> None:
        self.hits = 0
        self._count = 0
        self._requests: set[bytes] = set()

    def strikes(self, rule: Rule, asked: Asked, seed: str) -> bool:
        self._count += 1
        drawn = random.Random(f"{seed}:{self._count}").random()  # noqa: S311  # must be the same each time
        known = rule.first_try and self._knows(asked)
        return (
            (not rule.nth or self._count in rule.nth)
            and (rule.every is None or self._count % rule.every == 0)
            and drawn < rule.chance
            and not known
            and (rule.times is None or self.hits < rule.times)
        )

    def _knows(self, asked: Asked) -> bool:
        request = _digest(f"{asked.operation}\n", asked.packed)
        known = request in self._requests
        self._requests.add(request)
        return known


def _is_about(rule: Rule, asked: Asked) -> bool:
    """Whether a rule counts a request."""
    method, _, name = asked.operation
    if not fnmatchcase(name, rule.operation) or not fnmatchcase(method, rule.method):
        return False
    match rule.action:
        case TimeoutAbove(rows=rows):
            return rows_asked(name, asked.body) > rows
        case ExpireCursor():
            return bool(cursors_in(asked.body))
        case CutGzip():
            return asked.accepts_gzip
        case _:
            return True


def _digest(text: str, more: bytes = b"") -> bytes:
    """A text that is not to be kept as it is."""
    return hashlib.sha256(text.encode() + more).digest()


class Faults:
    """What goes wrong on a server: set a plan, from any thread, and take it away again.

    Setting a plan begins anew: counts at zero, and every token and cursor good again.
    """

    def __init__(self) -> None:
        self.state = PlanState(FaultPlan())

    @property
    def plan(self) -> FaultPlan:
        """The plan in force; an empty one where nothing goes wrong."""
        return self.state.plan

    def use(self, plan: FaultPlan) -> None:
        """Put a plan in force."""
        self.state = PlanState(plan)

    def add(self, *rules: Rule) -> None:
        """Begin anew with these rules after those in force."""
        plan = self.plan
        self.use(FaultPlan(rules=(*plan.rules, *rules), seed=plan.seed, budgets=plan.budgets))

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        self.use(FaultPlan())
