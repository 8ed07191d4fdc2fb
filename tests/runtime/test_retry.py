"""When to try again: a table, because the policy is a pure function."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pygen_runtime.client import Limits, RetryPolicy
from pygen_runtime.errors import UsageError
from pygen_runtime.transport.retry import RetryBudget, retry_after
from pygen_runtime.transport.wire import Answer, Fault, FaultKind, Outcome

DATE = "Mon, 23 Nov 2026 09:00:00 GMT"


def answer(status: int, **headers: str) -> Answer:
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, b"")


@pytest.mark.parametrize(
    ("outcome", "tries"),
    [
        (answer(429), 100),
        (answer(429, cdf_is_auto_retryable="true"), 100),
        (answer(502), 10),
        (answer(503), 10),
        (answer(504), 10),
        (answer(500), 1),
        (answer(400), 1),
        (answer(401), 1),
        (answer(403), 1),
        (answer(404), 1),
        (answer(408), 1),
        (answer(409), 1),
        (answer(500, cdf_is_auto_retryable="true"), 10),
        (answer(500, cdf_is_auto_retryable="false"), 1),
        (answer(503, cdf_is_auto_retryable="false"), 10),
        (Fault(FaultKind.BROKEN, ""), 10),
        (Fault(FaultKind.TIMEOUT, ""), 10),
        (Fault(FaultKind.CUT, ""), 10),
        (Fault(FaultKind.CONNECT, ""), 4),
        (Fault(FaultKind.UNREADABLE, ""), 2),
        (Fault(FaultKind.UNEXPECTED, ""), 1),
        (Fault(FaultKind.HOPELESS, ""), 1),
    ],
)
def test_how_often_each_outcome_is_tried(outcome: Outcome, tries: int) -> None:
    policy = RetryPolicy()
    waits = [policy.verdict(attempt, outcome, 0.5).wait is not None for attempt in range(1, 102)]
    assert waits == [attempt < tries for attempt in range(1, 102)]


def test_waits_double_up_to_the_longest_and_are_spread_over_the_whole_range() -> None:
    policy = RetryPolicy(attempts=2000)
    assert [policy.verdict(attempt, answer(503), 1.0).wait for attempt in (1, 2, 3, 7, 8, 9, 1999)] == [
        0.5,
        1.0,
        2.0,
        32.0,
        60.0,
        60.0,
        60.0,
    ]
    assert policy.verdict(5, answer(503), 0.0).wait == 0.0


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        (" 1.5 ", 1.5),
        ("0", 0.0),
        ("Mon, 23 Nov 2026 09:00:30 GMT", 30.0),
        ("Mon, 23 Nov 2026 10:00:30 +0100", 30.0),
        ("Mon, 23 Nov 2026 09:00:30 -0000", 30.0),
        ("Mon, 23 Nov 2026 08:59:00 GMT", None),
        ("-3", None),
        ("nan", None),
        ("inf", None),
        ("1e400", None),
        ("soon", None),
        ("Mon, 99 Nov 2026 09:00:30 GMT", None),
        ("", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date_and_nonsense_is_ignored(
    header: str, seconds: float | None
) -> None:
    assert retry_after({"retry-after": header, "date": DATE}) == seconds


def test_a_retry_after_date_needs_the_date_of_the_answer() -> None:
    assert retry_after({"retry-after": DATE}) is None
    assert retry_after({"retry-after": DATE, "date": "today"}) is None


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_header_whatever_breaks_the_policy(header: str, date: str) -> None:
    floor = retry_after({"retry-after": header, "date": date})
    assert floor is None or floor >= 0


def test_retry_after_is_a_floor() -> None:
    policy = RetryPolicy()
    assert policy.verdict(1, answer(429, retry_after="20"), 1.0).wait == 20.0
    assert policy.verdict(8, answer(429, retry_after="20"), 1.0).wait == 60.0
    assert policy.verdict(1, answer(429, retry_after="120"), 0.0).wait == 120.0


def test_a_server_that_asks_for_hours_is_not_waited_for() -> None:
    verdict = RetryPolicy().verdict(1, answer(429, retry_after="7200"), 0.5)
    assert verdict.wait is None
    assert verdict.why == "the server asks to wait 7200 s, and 120 s is the most allowed"


def test_the_budget_runs_dry_and_fills_again() -> None:
    budget = RetryBudget(capacity=20)
    assert budget.spend(Fault(FaultKind.TIMEOUT, "")) == 10
    assert budget.spend(answer(503)) == 5
    assert budget.spend(Fault(FaultKind.TIMEOUT, "")) is None
    assert budget.spend(answer(503)) == 5
    assert budget.spend(answer(503)) is None
    assert budget.spend(answer(429)) == 0, "a refusal for load costs nothing, even when nothing is left"
    budget.repay(0)
    assert budget.left == 1
    budget.repay(10)
    budget.repay(10)
    assert budget.left == 20


def test_who_wants_a_single_attempt_gets_one_whatever_comes() -> None:
    assert RetryPolicy(attempts=1).verdict(1, answer(429), 0.5).wait is None


def test_settings_that_cannot_work_are_refused() -> None:
    with pytest.raises(UsageError, match=r"attempts, busy_attempts, .* must be 1 or more"):
        RetryPolicy(attempts=0)
    with pytest.raises(UsageError, match="limit for delete requests"):
        Limits(delete=0)
