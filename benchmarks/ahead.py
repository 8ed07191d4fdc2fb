"""How many pages are on their way or in memory, at most, while a consumer waits on every page."""

from __future__ import annotations

from benchmarks import rounds, sdks
from benchmarks.contenders import Contender, Row, Run

_PAUSE = 0.02  # seconds: many times what the server needs for a page


def measure(how: Run) -> list[Row]:
    """For each prefetch: the most pages that the server had sent beyond those that were consumed, the one in hand included."""
    sdks.prepare_machines(peers=False)
    found = []
    with rounds.origin(how.rows) as base_url:
        for prefetch in (0, 1, 4):
            contender = Contender(f"pygen, prefetch {prefetch}", "base", "pygen_slow", (("prefetch", prefetch),))
            settings = {"base_url": base_url, "rows": how.rows, "pause": _PAUSE}
            results = rounds.interleaved([contender], settings, how)[contender]
            most = max(result["most_pages"] for result in results)
            found.append({"prefetch": prefetch, "pages_at_most": most, "allowed": prefetch + 1})
    return found
