"""What lies below the pictures of the manager lab: sections that are made when they are first opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets

from teamsim.lab.chooser import Chooser
from teamsim.lab.widget import close
from teamsim.words import say


class Below:
    """A row of buttons, and the section of the one that is pressed.

    Parameters
    ----------
    sections : mapping of str to callable
        By key, what brings a section up to date: it is given the widget that stands there (None at first) and returns
        the one to show.
    name : str
        What all of them are called, a sentence.
    said : str
        What the keys' own sentences begin with.

    Examples
    --------
    >>> below = Below({"team": lambda before: before or ipywidgets.HTML("the team")})
    >>> below.chooser.chosen = "team"
    >>> below.place.children[0].value
    'the team'
    """

    def __init__(
        self, sections: Mapping[str, Callable[[Any], Any]], name: str = "manager.below", said: str = "manager.section_"
    ) -> None:
        self._sections = dict(sections)
        self._made: dict[str, Any] = {}
        self._fresh: set[str] = set()
        options = [["", [[key, say(said + key)] for key in sections]]]
        self.chooser = Chooser(self._open, options, "", say(name), kind="sections")
        self.place = ipywidgets.Box()
        self.place.add_class("teamsim-below")

    def forget(self) -> None:
        """Have all sections made anew."""
        for section in self._made.values():
            close(section)
        self._made.clear()
        self._fresh.clear()

    def renew(self) -> None:
        """Bring what is open up to date; the others follow when they are opened."""
        self._fresh.clear()
        if self.chooser.chosen:
            self._open(self.chooser.chosen)

    def _open(self, key: str) -> None:
        if key and key not in self._fresh:
            self._made[key] = self._sections[key](self._made.get(key))
            self._fresh.add(key)
        shown = (self._made[key],) if key else ()
        if self.place.children != shown:
            self.place.children = shown
