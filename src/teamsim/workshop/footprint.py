"""How much memory a participant's page holds for itself alone: ``python -m teamsim.workshop.footprint`` says it."""

from __future__ import annotations

import os

from teamsim.workshop.forked import available
from teamsim.workshop.nursery import SCENARIO, load, say

__all__ = ["main"]


def main() -> None:
    """Show a page, as a child of a process that has everything loaded where pages are, and say its bytes.

    What is shared with others does not count.
    """
    load()
    if available() and os.fork():
        raise SystemExit(os.waitstatus_to_exitcode(os.wait()[1]))
    import psutil

    from teamsim.scenario import Scenario
    from teamsim.workshop.desk import Deciding

    lab = Deciding(lambda _: None, Scenario.load(SCENARIO), ["challenge"])
    lab.recall(lab.style)
    held = psutil.Process().memory_full_info()
    say(str(getattr(held, "uss", held.rss)))


if __name__ == "__main__":
    main()
