"""Small native controls of the manager lab: which measure a picture shows, and which section is open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import traitlets

from teamsim.fields import InputError
from teamsim.lab.pictures import EXITS, ROADS, allowed, caption
from teamsim.lab.widget import LabWidget, guarded
from teamsim.people import Measures
from teamsim.words import group, room, say

Options = list[list[Any]]
"""Headings, each with ``[key, text]`` of what stands under it."""


class Chooser(LabWidget, page="chooser"):
    """One thing chosen of several; what is not among them, or fails, is refused, and what was chosen before stays.

    Parameters
    ----------
    taken : callable
        Is given what was chosen.
    options : list
        Headings, each with what stands under it.
    chosen : str
        The key of what is chosen at first.
    name : str
        What is chosen here, in words.
    kind : {"select", "sections"}
        A native select, or a row of buttons of which one is pressed or none.

    Examples
    --------
    >>> seen = []
    >>> chooser = Chooser(seen.append, [["", [["a", "A"], ["b", "B"]]]], "a", "Letter")
    >>> chooser.chosen = "b"
    >>> chooser.chosen = "z"
    >>> seen, chooser.chosen
    (['b'], 'b')
    """

    sentences = room("manager")

    chosen = traitlets.Any("").tag(sync=True)
    options: traitlets.List[Any] = traitlets.List().tag(sync=True)
    name = traitlets.Unicode("").tag(sync=True)
    kind = traitlets.Unicode("select").tag(sync=True)

    def __init__(
        self, taken: Callable[[str], None], options: Options, chosen: str, name: str, kind: str = "select"
    ) -> None:
        self._taken, self._stands = taken, chosen
        super().__init__(options=options, chosen=chosen, name=name, kind=kind)

    def show(self, options: Options, chosen: str) -> None:
        """Offer something else."""
        self._stands = chosen
        with self.hold_sync():
            self.options = options
            self.chosen = chosen

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take nothing from the page but what it chose."""
        super().set_state({name: value for name, value in sync_data.items() if name == "chosen"})

    @traitlets.observe("chosen")
    def _chose(self, change: Any) -> None:
        if change["new"] == self._stands:
            return
        if self._take(change["new"]):
            self._stands = change["new"]
        else:
            self.chosen = self._stands

    @guarded
    def _take(self, chosen: Any) -> bool:
        known = [key for _, members in self.options for key, _ in members]
        if chosen not in known and not (self.kind == "sections" and chosen == ""):
            raise InputError(say("manager.no_such_thing", name=str(chosen)[:40]))
        self._taken(chosen)
        return True


def measures(view: str, asked: Sequence[str] = ()) -> Options:
    """Return what a picture may show in a view, under the headings of the declaration."""
    known = Measures.quantities()
    groups: dict[str, list[list[str]]] = {}
    for name in allowed(view, asked):
        if name not in ROADS:
            groups.setdefault(group(known[name].group), []).append([name, caption(name)])
    first = group(known[next(iter(ROADS))].group)
    groups[first] = [[EXITS, caption(EXITS)], *groups.get(first, [])]
    return [[heading, members] for heading, members in groups.items()]
