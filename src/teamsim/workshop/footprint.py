"""How much memory a participant's page holds for itself alone: ``python -m teamsim.workshop.footprint`` says it."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from teamsim.workshop.forked import available
from teamsim.workshop.nursery import SCENARIO, load, say

if TYPE_CHECKING:
    from teamsim.workshop.desk import Participant
    from teamsim.workshop.store import Store

__all__ = ["main"]


def main() -> None:
    """Show a page through a whole session, as a child of a process that has everything loaded where pages are.

    Said are the bytes at its end; what is shared with others does not count.
    """
    load()
    if available() and os.fork():
        raise SystemExit(os.waitstatus_to_exitcode(os.wait()[1]))
    import psutil

    from teamsim.workshop.store import Store

    with TemporaryDirectory() as folder, Store(Path(folder) / "sessions.sqlite") as store:
        page = _played(store)
        held = psutil.Process().memory_full_info()
        page.close()
    say(str(getattr(held, "uss", held.rss)))


def _played(store: Store) -> Participant:
    from teamsim.workshop.definition import Workshop
    from teamsim.workshop.desk import Participant
    from teamsim.workshop.facilitation import close_round, open_round
    from teamsim.workshop.seats import join
    from teamsim.workshop.session import begin

    session, _ = begin(store, SCENARIO)
    page = Participant(session.code, store)
    page.sit(join(store, session.code, "Test").key)
    rounds = len(Workshop.load(SCENARIO).rounds)
    for number in range(rounds):
        open_round(store, session.id, number, None, rounds)
        page.look()
        close_round(store, session.id)
        page.look()
    return page


if __name__ == "__main__":
    main()
