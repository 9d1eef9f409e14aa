"""A scenario while somebody works on it: what is written, what follows from it, what is wrong, and the way back.

Nothing that was typed is lost: a value that cannot be used stays as it was written, beside a sentence that says what is
allowed.
"""

from __future__ import annotations

import copy
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any, TypeAlias

from teamsim.fields import Declared, InputError, Quantity
from teamsim.people import LeaderStart, Market, Policies, Start
from teamsim.scenario import LARGEST_TEAM, CastLeader, CastMember, CastTeam, Scenario
from teamsim.style import Style
from teamsim.words import say

__all__ = ["KINDS", "Draft", "key_of", "written"]

Place: TypeAlias = "tuple[str | int, ...]"
Data: TypeAlias = "dict[str, Any]"

KINDS: dict[str, tuple[type[Declared], type[Declared]]] = {
    "scenario": (Scenario, Scenario),
    "market": (Market, Market),
    "policies": (Policies, Policies),
    "style": (Style, Style),
    "team": (CastTeam, CastTeam),
    "leader": (CastLeader, LeaderStart),
    "person": (CastMember, Start),
}
"""The parts of a scenario: what checks each, and where its quantities are declared and named."""
TEXTS = {"scenario": ("name", "title", "story"), "team": ("name", "led_by"), "leader": ("name",), "person": ("name",)}
LONGEST = {"name": 120, "led_by": 120, "title": 200, "story": 5000}
MOST_STEPS = 300


def written(scenario: Scenario) -> Data:
    """Return the least that has to be written to mean this scenario: what follows by itself is left out.

    Examples
    --------
    >>> import teamsim as ts
    >>> least = written(ts.Scenario.load("managing-stars"))
    >>> least["teams"][0]["people"][9]["name"], "skill" in least["teams"][0]["people"][9]
    ('Gwen', False)
    >>> ts.Scenario(**least) == ts.Scenario.load("managing-stars")
    True
    """
    teams = []
    for team in scenario.teams:
        people = [_least(CastMember, person) for person in team.people]
        led = {"led_by": team.led_by} if team.led_by else {"leader": _least(CastLeader, team.leader)}
        kinds = CastTeam.quantities().items()
        more = {name: getattr(team, name) for name, kind in kinds if getattr(team, name) != kind.default}
        teams.append({"name": team.name, **led, **more, "people": people})
    texts = {name: getattr(scenario, name) for name in TEXTS["scenario"] if getattr(scenario, name)}
    parts = {name: _least(KINDS[name][0], getattr(scenario, name)) for name in ("market", "policies", "style")}
    kept = {**texts, "weeks": scenario.weeks, **parts, "teams": teams}
    return scenario.model_dump(mode="json", exclude=set(kept), exclude_defaults=True) | kept


def _least(kind: type[Declared], given: Declared) -> Data:
    values = given.model_dump(mode="json")
    for name in kind.quantities():
        without = {other: value for other, value in values.items() if other != name}
        if kind(**without) == given:
            values = without
    return values


def key_of(place: Sequence[str | int]) -> str:
    """Return a place as one word.

    Examples
    --------
    >>> key_of(("teams", 0, "people", 2, "talent"))
    'teams/0/people/2/talent'
    """
    return "/".join(map(str, place))


class Draft:
    """What is written, every version before it, and the last scenario that could be made of it.

    Parameters
    ----------
    scenario : Scenario
        Where to begin.

    Examples
    --------
    >>> import teamsim as ts
    >>> draft = Draft(ts.Scenario.load("managing-stars"))
    >>> draft.write(("teams", 0, "people", 0, "talent"), "2,4")
    >>> draft.scenario.teams[0].people[0].talent
    2.4
    >>> draft.write(("weeks",), "soon")
    >>> draft.problems
    {'weeks': 'A whole number from 1 to 1040, please.'}
    >>> draft.undo()
    >>> draft.problems
    {}
    """

    def __init__(self, scenario: Scenario) -> None:
        self.data = written(scenario)
        self.scenario = scenario
        self.problems: dict[str, str] = {}
        self._before: list[Data] = []
        self._after: list[Data] = []
        self._look()

    @property
    def can_undo(self) -> bool:
        """Whether there is something to go back to."""
        return bool(self._before)

    @property
    def can_redo(self) -> bool:
        """Whether something was undone."""
        return bool(self._after)

    def write(self, place: Sequence[Any], given: Any) -> None:
        """Write a value as it was typed; an empty one of a quantity lets it follow by itself again.

        Raises
        ------
        InputError
            If there is no such place.
        """
        *path, name = place if place else ("",)
        with_quantities, texts = _known(path)
        value: Any = given if isinstance(given, str) else str(given)
        if name in with_quantities:
            value = _read(value, with_quantities[name])
        elif name not in texts:
            raise InputError(say("editor.no_such_place"))

        def change(data: Data) -> None:
            entry = _at(data, path)
            if name in with_quantities and value == "":
                entry.pop(name, None)
            else:
                entry[name] = value
            if name == "led_by":
                entry.setdefault("leader", {"name": ""})

        self._change(change)

    def add_person(self, team: int) -> None:
        """Put somebody ordinary at the end of a team."""
        taken = {person["name"] for each in self.data["teams"] for person in each["people"]}
        self._change(lambda data: _at(data, ("teams", team))["people"].append({"name": _free("person", taken)}))

    def remove_person(self, team: int, person: int) -> None:
        """Take somebody out of a team."""
        _at(self.data, ("teams", team, "people", person))
        self._change(lambda data: data["teams"][team]["people"].pop(person))

    def add_team(self) -> None:
        """Add a team with a leader and one person."""
        teams = self.data["teams"]
        names = {
            "team": {team["name"] for team in teams},
            "leader": {team["leader"]["name"] for team in teams if "leader" in team},
            "person": {person["name"] for team in teams for person in team["people"]},
        }
        free = {noun: _free(noun, taken) for noun, taken in names.items()}
        new = {"name": free["team"], "leader": {"name": free["leader"]}, "people": [{"name": free["person"]}]}
        self._change(lambda data: data["teams"].append(new))

    def remove_team(self, team: int) -> None:
        """Take out a team.

        Raises
        ------
        InputError
            If it is the last one, or not there.
        """
        _at(self.data, ("teams", team))
        if len(self.data["teams"]) == 1:
            raise InputError(say("editor.last_team"))
        self._change(lambda data: data["teams"].pop(team))

    def replace(self, scenario: Scenario) -> None:
        """Begin with another scenario; undo brings back this one."""
        self._take(written(scenario))

    def undo(self) -> None:
        """Go back a step, if there is one."""
        self._step(self._before, self._after)

    def redo(self) -> None:
        """Undo an undoing, if there was one."""
        self._step(self._after, self._before)

    def following(self) -> dict[str, float]:
        """Return every quantity's value by its key, written or not; of what cannot be used, what holds without it."""
        found: dict[str, float] = {}
        for place, noun, entry in parts_of(self.data):
            kind, declared = KINDS[noun]
            usable = {name: value for name, value in entry.items() if name in declared.quantities()}
            usable = {name: value for name, value in usable.items() if _fits(value, declared.quantities()[name])}
            if noun in ("scenario", "team"):
                values = {name: usable.get(name, each.default) for name, each in declared.quantities().items()}
            else:
                made = kind(**usable, **({"name": "?"} if noun in TEXTS else {}))
                values = {name: getattr(made, name) for name in declared.quantities()}
            found |= {key_of((*place, name)): value for name, value in values.items()}
        return found

    def _change(self, how: Callable[[Data], object]) -> None:
        data = copy.deepcopy(self.data)
        how(data)
        self._take(data)

    def _take(self, data: Data) -> None:
        if data == self.data:
            return
        self._before = [*self._before[-MOST_STEPS + 1 :], self.data]
        self._after = []
        self.data = data
        self._look()

    def _step(self, source: list[Data], other: list[Data]) -> None:
        if source:
            other.append(self.data)
            self.data = source.pop()
            self._look()

    def _look(self) -> None:
        self.problems = dict(_problems(self.data))
        if not self.problems:
            try:
                self.scenario = Scenario(**_meant(self.data))
            except InputError as error:  # whatever is not foreseen above is said at the top
                self.problems = {"": str(error)}


def parts_of(data: Data) -> Iterator[tuple[Place, str, Data]]:
    """Go through the parts of a draft: where each stands, what it is, and what is written in it."""
    yield (), "scenario", data
    for name in ("market", "policies", "style"):
        yield (name,), name, data[name]
    for number, team in enumerate(data["teams"]):
        yield ("teams", number), "team", team
        if not team.get("led_by"):
            yield ("teams", number, "leader"), "leader", team["leader"]
        for seat, person in enumerate(team["people"]):
            yield ("teams", number, "people", seat), "person", person


def _meant(data: Data) -> Data:
    """Return a draft without the leaders that are only kept for later: somebody of a higher level leads their teams."""

    def team(kept: Data) -> Data:
        return {name: value for name, value in kept.items() if name != "leader" or not kept.get("led_by")}

    return {**data, "teams": [team(each) for each in data["teams"]]}


def _known(path: Sequence[Any]) -> tuple[Mapping[str, Quantity], Sequence[str]]:
    """Return the quantities and the texts that can be written at a place."""
    shape = tuple("#" if isinstance(step, int) else step for step in path)
    nouns: dict[tuple[Any, ...], str] = {
        (): "scenario",
        ("teams", "#"): "team",
        ("teams", "#", "leader"): "leader",
        ("teams", "#", "people", "#"): "person",
    } | {(name,): name for name in ("market", "policies", "style")}
    if shape not in nouns:
        raise InputError(say("editor.no_such_place"))
    noun = nouns[shape]
    return KINDS[noun][1].quantities(), TEXTS.get(noun, ())


def _at(data: Data, path: Sequence[Any]) -> Any:
    node: Any = data
    for step in path:
        whole = isinstance(step, int) and not isinstance(step, bool)
        if isinstance(node, list) and not (whole and 0 <= step < len(node)):
            raise InputError(say("editor.no_such_place"))
        node = node[step]
    return node


def _read(text: str, kind: Quantity) -> Any:
    """Return a number where one was typed, with a point or a comma; else the text as it is."""
    plain = text.strip().replace("−", "-").replace(",", ".")
    try:
        number = float(plain)
    except ValueError:
        return text.strip()
    if not math.isfinite(number):
        return text.strip()
    return int(number) if kind.kind is int and number == int(number) else number


def _fits(value: Any, kind: Quantity) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and kind.low <= value <= kind.high and (kind.kind is not int or isinstance(value, int))


def _problems(data: Data) -> Iterator[tuple[str, str]]:
    names: dict[str, Counter[str]] = {noun: Counter() for noun in ("team", "leader", "person")}
    for place, noun, entry in parts_of(data):
        for name, kind in KINDS[noun][1].quantities().items():
            if name in entry and not _fits(entry[name], kind):
                what = "editor.whole_number" if kind.kind is int else "editor.number"
                yield key_of((*place, name)), say(what, low=f"{kind.low:g}", high=f"{kind.high:g}")
        for name in TEXTS.get(noun, ()):
            text = entry.get(name, "")
            key = key_of((*place, name))
            if name == "name" and not text.strip():
                yield key, say("editor.no_name")
            elif len(text) > LONGEST[name]:
                yield key, say("editor.too_long", most=LONGEST[name], n=len(text))
        if noun in names:
            names[noun][entry["name"]] += 1
            if names[noun][entry["name"]] > 1:
                yield key_of((*place, "name")), say("editor.name_twice", name=entry["name"])
        if noun == "team":
            vacancies = entry.get("vacancies", 0)
            seats = len(entry["people"]) + (vacancies if isinstance(vacancies, int) else 0)
            if not 1 <= seats <= LARGEST_TEAM:
                yield key_of((*place, "vacancies")), say("editor.seats", n=seats, most=LARGEST_TEAM)


def _free(noun: str, taken: set[str]) -> str:
    """Return a name for somebody new that nobody has."""
    numbered = (say(f"editor.new_{noun}", n=number) for number in count(len(taken) + 1))
    return next(name for name in numbered if name not in taken)
