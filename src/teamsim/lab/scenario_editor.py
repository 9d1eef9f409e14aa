"""A scenario to be made by hand: cast, pay, leader, market, policies and story, saved as TOML."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, ClassVar

import traitlets

from teamsim.fields import Declared, InputError
from teamsim.lab.asking import AskingWidget
from teamsim.lab.draft import KINDS, Draft
from teamsim.scenario import Scenario
from teamsim.words import ends, group, label, meaning, room, say, unit

__all__ = ["ScenarioEditor"]

FIRST = {"person": ("talent", "need_growth", "pay_ratio"), "leader": ("expertise", "insight", "hours")}
"""What is asked of everybody at once; the rest opens with "more"."""
MOST_FILES = 50
_FILE = re.compile(r"[\w\-. ()]+(/[\w\-. ()]+)*")


class ScenarioEditor(AskingWidget, page="scenario_editor"):
    """Make a scenario: who is there, what they are like, what they earn, who leads them, where and for how long.

    Everything typed stays; what cannot be used is said beside its field. Files are read and saved below the folder in
    which the editor was made, and a file that is there is replaced only after a second press.

    Parameters
    ----------
    scenario : Scenario, str or path, optional
        Where to begin: a scenario, the name of one that comes along, or a file.

    Attributes
    ----------
    scenario : Scenario
        The last one that can be run.
    problems : dict of str to str
        What cannot be used, by its place.

    Raises
    ------
    InputError
        If the scenario cannot be read.

    Examples
    --------
    >>> import teamsim as ts
    >>> editor = ScenarioEditor("managing-stars")
    >>> editor.add_person(team=0)
    >>> editor.write(["teams", 0, "people", 12, "talent"], "1,8")
    >>> editor.scenario.people[-1], editor.scenario.teams[0].people[-1].skill
    ('Person 13', 1.8)
    >>> editor.write(["weeks"], "many")
    >>> editor.problems
    {'weeks': 'A whole number from 1 to 1040, please.'}
    >>> editor.scenario.weeks
    104
    """

    sentences = room("editor")
    answers: ClassVar = {
        name: name
        for name in (
            "write", "add_person", "remove_person", "add_team", "remove_team", "undo", "redo", "load", "save",
        )
    }  # fmt: skip

    scenario = traitlets.Instance(Scenario)
    fields = traitlets.Dict().tag(sync=True)
    draft = traitlets.Dict().tag(sync=True)
    following = traitlets.Dict().tag(sync=True)
    problems = traitlets.Dict().tag(sync=True)
    steps = traitlets.Dict().tag(sync=True)
    sources = traitlets.List(traitlets.Unicode()).tag(sync=True)
    summary = traitlets.Unicode().tag(sync=True)
    file = traitlets.Unicode().tag(sync=True)
    note = traitlets.Unicode().tag(sync=True)
    replacing = traitlets.Bool(False).tag(sync=True)
    rev = traitlets.Int(0).tag(sync=True)

    def __init__(self, scenario: Scenario | str | Path = "managing-stars") -> None:
        if not isinstance(scenario, Scenario):
            scenario = Scenario.load(scenario)
        self._draft = Draft(scenario)
        self._folder = Path.cwd().resolve()
        self._asked: Path | None = None
        super().__init__(scenario=scenario, fields=_fields(), file=_file_name(scenario))
        self._tell()

    def __repr__(self) -> str:
        return f"a scenario editor: {self.scenario.title or self.scenario.name}"

    def write(self, place: Any = (), value: Any = "") -> None:
        """Write a value as it was typed; an empty one lets a quantity follow by itself.

        Parameters
        ----------
        place : sequence of str and int
            Where, such as ``["teams", 0, "people", 3, "talent"]`` or ``["market", "tightness"]``.
        value : str or number
            What.

        Raises
        ------
        InputError
            If there is no such place. What cannot be used is no error: it is kept, and told in ``problems``.
        """
        if not isinstance(place, list | tuple) or not isinstance(value, str | int | float):
            raise InputError(say("editor.no_such_place"))
        self._draft.write(place, value)
        self._tell()

    def add_person(self, team: Any = 0) -> None:
        """Put somebody ordinary into a team, by the team's number."""
        self._draft.add_person(team)
        self._tell()

    def remove_person(self, team: Any = 0, person: Any = None) -> None:
        """Take somebody out of a team, by the team's and the person's number."""
        self._draft.remove_person(team, person)
        self._tell()

    def add_team(self) -> None:
        """Add a team with a leader and one person."""
        self._draft.add_team()
        self._tell()

    def remove_team(self, team: Any = None) -> None:
        """Take out a team by its number; the last one stays."""
        self._draft.remove_team(team)
        self._tell()

    def undo(self) -> None:
        """Go back a step."""
        self._draft.undo()
        self._tell()

    def redo(self) -> None:
        """Undo an undoing."""
        self._draft.redo()
        self._tell()

    def load(self, name: Any = "") -> None:
        """Begin with another scenario: one that comes along, or a file below the folder; undo brings this one back.

        Raises
        ------
        InputError
            If there is none, or it cannot be used.
        """
        name = name.strip() if isinstance(name, str) else ""
        source: str | Path = name
        if name not in Scenario.names():
            source = self._below(name)
            if not source.is_file():
                raise InputError(say("editor.file_there", name=name))
        scenario = Scenario.load(source)
        self._draft.replace(scenario)
        self.file = _file_name(scenario)
        self._tell(say("editor.opened", name=name))

    def save(self, name: Any = "") -> Path | None:
        """Save as TOML below the folder in which the editor was made.

        Parameters
        ----------
        name : str
            The file's name; ``.toml`` is added where it is missing.

        Returns
        -------
        pathlib.Path or None
            The file; None where there is one already: call it once more to replace it.

        Raises
        ------
        InputError
            If something needs attention first, or the name cannot be used.
        """
        if self._draft.problems:
            raise InputError(say("editor.save_wrong", n=len(self._draft.problems)))
        path = self._below(name if isinstance(name, str) else "")
        shown = path.relative_to(self._folder).as_posix()
        self.file = shown
        if path.exists() and not (self.replacing and self._asked == path and path.is_file()):
            self._tell(say("editor.exists", name=shown), replacing=True)
            self._asked = path
            return None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.scenario.save(path)
        except OSError as error:
            raise InputError(
                say("editor.file_failed", name=shown, why=error.strerror or type(error).__name__)
            ) from None
        self._tell(say("editor.saved", name=shown))
        return path

    def _below(self, name: str) -> Path:
        """Return the path of a file below the folder; nothing else can be named."""
        plain = name.strip().replace("\\", "/")
        parts = plain.split("/")
        if not _FILE.fullmatch(plain) or any(part.startswith(".") or part.endswith((".", " ")) for part in parts):
            raise InputError(say("editor.file_name"))
        path = (self._folder / (plain if plain.lower().endswith(".toml") else f"{plain}.toml")).resolve()
        if not path.is_relative_to(self._folder):
            raise InputError(say("editor.file_name"))
        return path

    def _tell(self, note: str = "", *, replacing: bool = False) -> None:
        """Let the page know all that is to be seen; an asked-for replacing is off after anything else."""
        draft = self._draft
        with self.hold_sync():
            self.scenario = draft.scenario
            self.draft, self.following, self.problems = draft.data, draft.following(), draft.problems
            self.steps = {"undo": draft.can_undo, "redo": draft.can_redo}
            self.sources = [*Scenario.names(), *self._files()]
            self.summary = _summary(draft)
            self.note, self.replacing = note, replacing
            self.rev += 1

    def _files(self) -> list[str]:
        """Return the TOML files in the folder and in those just below it."""
        found = sorted(path for pattern in ("*.toml", "*/*.toml") for path in self._folder.glob(pattern))
        names = [path.relative_to(self._folder).as_posix() for path in found[: 4 * MOST_FILES]]
        return [name for name in names if _FILE.fullmatch(name) and not name.startswith(".")][:MOST_FILES]


def _fields() -> dict[str, Any]:
    """Describe for the page what can be written in each part of a scenario."""
    return {
        noun: [_field(noun, declared, name) for name in declared.quantities()] for noun, (_, declared) in KINDS.items()
    }


def _field(noun: str, declared: type[Declared], name: str) -> dict[str, Any]:
    kind = declared.quantities()[name]
    level = kind.unit == "level"
    return {
        "name": name,
        "label": label(declared, name),
        "meaning": meaning(declared, name),
        "unit": "" if level else unit(kind.unit),
        "ends": list(ends(declared, name)),
        "group": group(kind.group),
        "low": kind.low,
        "high": kind.high,
        "whole": kind.kind is int,
        "slider": level or bool(kind.ends[0]),
        "first": name in FIRST.get(noun, declared.quantities()),
    }


def _summary(draft: Draft) -> str:
    people = sum(len(team["people"]) for team in draft.data["teams"])
    return say(
        "editor.summary",
        people=say("editor.people", n=people),
        teams=say("editor.teams", n=len(draft.data["teams"])),
        weeks=draft.scenario.weeks,
    )


def _file_name(scenario: Scenario) -> str:
    """Return a name to save it under."""
    return re.sub(r"[^\w\-. ()]+", "-", scenario.name).strip("-. ") + ".toml"
