"""The team as people: who is there, how they are, who leaves and who comes, week by week."""

from __future__ import annotations

from typing import Any

import traitlets

from teamsim.fields import InputError, closest
from teamsim.lab.life_lines import life_lines
from teamsim.lab.widget import LabWidget, guarded
from teamsim.results import Run
from teamsim.words import room

__all__ = ["TeamPicture"]


class TeamPicture(LabWidget, page="team_picture"):
    """The people of a team over time, with play, pause and step; a person opens their life line.

    All weeks travel to the page once a history; from then on everything plays there.

    Parameters
    ----------
    run : Run
        The history.
    view : {"leader", "model"}
        Whose eyes: the leader sees what people do, the model also how they are.

    Attributes
    ----------
    run : Run
        The history that is shown.
    week : int
        The week that is shown.
    team : str
        The name of the team that is shown.
    person : str
        Whose life line is open, as in the column ``person`` of ``run.people``; empty for nobody's.

    Raises
    ------
    InputError
        If there is no such view.

    Examples
    --------
    >>> import teamsim as ts
    >>> run = ts.simulate(ts.Scenario.load("managing-stars"), "comfortable", seed=7)
    >>> picture = TeamPicture(run, view="model")
    >>> picture.week = 23
    >>> picture.person = "Amara"
    >>> picture.show(run.rewind(12, "developer"))
    >>> picture.week
    23
    """

    sentences = room("team")

    history = traitlets.Dict().tag(sync=True, from_json=lambda _, widget: widget.history)
    values = traitlets.Bytes(b"").tag(sync=True, from_json=lambda _, widget: widget.values)
    rev = traitlets.Int(0).tag(sync=True)
    week = traitlets.Int(0).tag(sync=True)
    team = traitlets.Unicode("").tag(sync=True)
    person = traitlets.Unicode("").tag(sync=True)

    def __init__(self, run: Run, view: str = "model", **traits: Any) -> None:
        self._view = view
        self.run = run
        history, values = life_lines(run, view)
        super().__init__(history=history, values=values, team=history["teams"][0]["name"], **traits)

    @property
    def view(self) -> str:
        """Whose eyes: ``"leader"`` or ``"model"``."""
        return self._view

    @view.setter
    def view(self, view: str) -> None:
        self._fill(self.run, view)

    def show(self, run: Run) -> None:
        """Picture another history; week, team and life line stay where they are, if it has them.

        Parameters
        ----------
        run : Run
            The other history.
        """
        self._fill(run, self._view)

    def _fill(self, run: Run, view: str) -> None:
        history, values = life_lines(run, view)
        self.run, self._view = run, view
        teams = [team["name"] for team in history["teams"]]
        with self.hold_sync():  # one message: the page never sees new people with old numbers
            self.history, self.values = history, values
            self.rev += 1
            self.week = min(self.week, history["weeks"] - 1)
            if self.team not in teams:
                self.team = teams[0]
            if self.person not in history["people"]["key"]:
                self.person = ""

    @traitlets.observe("week", "team", "person")
    def _asked(self, change: Any) -> None:
        """Refuse what the history does not have, and go back to what was."""
        if not self._has(change["name"], change["new"]):
            problem = self.problem
            setattr(self, change["name"], change["old"])
            self.problem = problem

    @guarded
    def _has(self, name: str, given: Any) -> bool:
        weeks, teams = self.history["weeks"], [team["name"] for team in self.history["teams"]]
        if name == "week":
            if not 0 <= given < weeks:
                raise InputError(f"= {given} is not a week in 0..{weeks - 1}", (name,))
            return True
        allowed = teams if name == "team" else ["", *self.history["people"]["key"]]
        if given not in allowed:
            raise InputError(f"= {given!r} is not known; {closest(given, filter(None, allowed))}", (name,))
        return True
