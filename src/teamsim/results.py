"""What a history leaves behind: tidy tables, saved with all that made them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeAlias

import numpy as np

from teamsim.compiler import fingerprint, rules_hash
from teamsim.fields import Declared, InputError, closest
from teamsim.parameters import Parameters
from teamsim.people import OF_TEAMS, ROADS, Drivers, ExitRecord, Fork, Measures, PersonState
from teamsim.scenario import GROUPS, NOBODY, Goal, Scenario
from teamsim.statistics.goals import shares_met, those_who_stay
from teamsim.statistics.levels import levels
from teamsim.statistics.sums import means, sums
from teamsim.statistics.weeks import over_weeks
from teamsim.style import Event, Plan, Style
from teamsim.world import Records, World, find

if TYPE_CHECKING:
    import pandas as pd

    from teamsim.exits import Interview

Progress = Callable[[int, int], object]
Numbers: TypeAlias = "np.ndarray[Any, np.dtype[Any]]"

__all__ = ["GROUPS", "Futures", "Made", "Run", "horizon", "naming", "quantile_table"]

DRIVER = "drivers_"
"""What columns begin with that say how much a driver weighs in an exit."""
QUANTILES = {"q10": 0.10, "q25": 0.25, "median": 0.50, "q75": 0.75, "q90": 0.90}
_version = cache(version)
FLOWS = {
    "person-weeks", "offers", "exits", "hires", "promotions", "talks", "ideas", "mistakes", "hours",
    "weeks of market pay",
}  # fmt: skip
"""Units of what is added up over a horizon; everything else is averaged."""
HIDDEN = ("identity", "seat_key", "key", "luck", "team", "present")
HALF_A_YEAR = 26
PROMOTION = {
    "week": ("week", "First week in the new seat."),
    "person": ("name", "Who."),
    "from_team": ("name", "The team left."),
    "to_team": ("name", "The team joined."),
    "leads": ("name", "The team led from there."),
    "from_seat": ("seat", "The seat left, which then is empty."),
    "to_seat": ("seat", "The seat taken."),
    "tenure": ("weeks", "Weeks since joining."),
    "rating": ("level", "The latest rating before."),
    "standing": ("level", "Rank by contribution in the team left, before."),
    "contribution": ("person-weeks", "Remembered output, before."),
    "lead_skill": ("level", "How well the person led, before."),
    "wish_to_lead": ("level", "Whether the person wanted to lead at all."),
    "result_before": ("share", "Output of the team led, a unit of its skill, in the half-year before."),
    "team_engagement_before": ("level", "Mean engagement of the team led, in the half-year before."),
    "engagement_before": ("level", "The person's own, in the half-year before."),
    "result_after": ("share", "The same as before, in the half-year after."),
    "team_engagement_after": ("level", "The same, in the half-year after."),
    "engagement_after": ("level", "The same, in the half-year after."),
}
"""Columns of the table of promotions: unit and meaning."""


@dataclass(frozen=True)
class Made:
    """All that made a result.

    Attributes
    ----------
    scenario, plans
        What was run: the scenario, each leader's plan in the order of teams.
    parameters : Declared, or tuple of these
        The numbers inside the rules; several sets of them where runs took these in turn.
    seed, first_run, runs : int
        The luck.
    fork : Fork
        Where it leaves another history.
    redrawn : bool
        Whether all runs are the first one until the fork, and redraws of what came after.
    version, rules, machine
        Of teamsim; a hash of its rules, which the bits depend on; and the machine, for the record.
    """

    scenario: Scenario
    plans: Mapping[str, Plan]
    parameters: Declared | tuple[Declared, ...]
    seed: int
    first_run: int
    runs: int
    fork: Fork
    redrawn: bool
    version: str
    rules: str
    machine: Mapping[str, str]

    @classmethod
    def by(cls, world: World, *, seed: int, runs: int, first_run: int = 0, redrawn: bool = False) -> Made:
        """Note what makes a result, here and now."""
        sets = tuple(Parameters(**dict(zip(row.dtype.names, row.item(), strict=True))) for row in world.parameters)
        return cls(
            scenario=world.scenario,
            plans=world.plans,
            parameters=sets if len(sets) > 1 else sets[0],
            seed=int(seed),
            first_run=int(first_run),
            runs=int(runs),
            fork=world.fork,
            redrawn=redrawn,
            version=_version("teamsim"),
            rules=rules_hash(),
            machine=fingerprint(),
        )

    def check(self) -> None:
        """Refuse to live through it again where the rules are others by now: it would be another history.

        Raises
        ------
        InputError
            If it was saved by a teamsim of other rules, or lived by a model of one's own.
        """
        here = rules_hash()
        if self.rules != here:
            then = f"teamsim {self.version}, rules {self.rules}; here they are {here}"
            problem = f"was lived by other rules ({then}): its tables can be read, but it cannot be lived again"
            raise InputError(problem, ("result",))

    @property
    def conduct(self) -> dict[str, Plan]:
        """Every plan by the name of who holds it; ``""`` stands for everybody who is not named."""
        return dict(self.plans)

    def to_json(self) -> dict[str, Any]:
        """Return this as plain data."""
        sets = self.parameters if isinstance(self.parameters, tuple) else (self.parameters,)
        first, *others = [one.model_dump(mode="json") for one in sets]
        return {
            "version": self.version,
            "rules": self.rules,
            "machine": dict(self.machine),
            "seed": self.seed,
            "first_run": self.first_run,
            "runs": self.runs,
            "redrawn": self.redrawn,
            "fork": self.fork.model_dump(mode="json"),
            "scenario": self.scenario.model_dump(mode="json"),
            "plans": {leader: plan.model_dump(mode="json") for leader, plan in self.conduct.items()},
            "parameters": first,
            "other_sets": [{name: value for name, value in one.items() if value != first[name]} for one in others],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Made:
        """Read it back."""
        first, others = data["parameters"], data.get("other_sets")
        sets = tuple(Parameters(**first | one) for one in ({}, *others)) if others else Parameters(**first)
        return cls(
            scenario=Scenario(**data["scenario"]),
            plans={holder: Plan(**plan) for holder, plan in data["plans"].items()},
            parameters=sets,
            fork=Fork(**data["fork"]),
            **{name: data[name] for name in ("seed", "first_run", "runs", "redrawn", "version", "rules", "machine")},
        )


class Result:
    """A result: tables by name, and what made them."""

    tables: ClassVar[tuple[str, ...]] = ()

    def __init__(self, made: Made, /, **raw: Any) -> None:
        self.made = made
        self._raw = raw

    @property
    def scenario(self) -> Scenario:
        """The scenario that was run."""
        return self.made.scenario

    def save(self, folder: str | Path) -> Path:
        """Write every table as Parquet, and what made them as ``made.json``.

        Parameters
        ----------
        folder : str or Path
            Made if it is not there; a result of the same kind in it is replaced.

        Returns
        -------
        Path
            The folder.

        Raises
        ------
        InputError
            If the folder holds something else.
        """
        target = Path(folder)
        if target.exists() and (
            not target.is_dir() or (any(target.iterdir()) and not (target / "made.json").is_file())
        ):
            raise InputError(f"{target.name!r} holds something else; give an empty or a new folder", ("folder",))
        target.mkdir(parents=True, exist_ok=True)
        for name in self.tables:
            getattr(self, name).to_parquet(target / f"{name}.parquet", index=False)
        content = {"kind": type(self).__name__, **self._about()}
        (target / "made.json").write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")
        return target

    def _about(self) -> dict[str, Any]:
        return {"made": self.made.to_json()}

    @classmethod
    def _read(cls, content: Mapping[str, Any]) -> Self:
        return cls(Made.from_json(content["made"]))

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """Read what `save` wrote.

        Raises
        ------
        InputError
            If the folder holds no such result, or one that cannot be read.
        """
        import pandas as pd

        source = Path(folder)
        try:
            content = json.loads((source / "made.json").read_text(encoding="utf-8"))
            if content["kind"] != cls.__name__:
                raise InputError(f"{source.name!r} holds a {content['kind']}, not a {cls.__name__}", ("folder",))
            result = cls._read(content)
            for name in cls.tables:
                result.__dict__[name] = _with_all_drivers(pd.read_parquet(source / f"{name}.parquet"))
        except InputError:
            raise
        except (OSError, KeyError, TypeError, ValueError) as error:
            why = (str(error) or type(error).__name__).splitlines()[0]
            problem = f"{source.name!r} holds no {cls.__name__} that can be read: {why}"
            raise InputError(problem, ("folder",)) from None
        return result


def _with_all_drivers(table: pd.DataFrame) -> pd.DataFrame:
    """Return a saved table with drivers that were declared since: what was not there weighed nothing."""
    mine = [column for column in table.columns if column.startswith(DRIVER)]
    for name in Drivers.model_fields if mine else ():
        if DRIVER + name not in mine:
            table.insert([*table.columns].index(mine[-1]) + 1, DRIVER + name, 0.0)
            mine.append(DRIVER + name)
    return table


class Run(Result):
    """One history.

    Attributes
    ----------
    weeks : DataFrame
        A row a week and group (the organisation, its thirds by contribution, each team): every measure.
    people : DataFrame
        A life line: a row a person and week.
    exits : DataFrame
        A row a departure: road, stated reason and those named beside it, log-odds and each driver's share in them.
    events : DataFrame
        A row an event: talks, praise, broken promises, next challenges, reviews, raises, hires, departures.
    promotions : DataFrame
        A row a promotion: from which team, in the lead of which, how it looked then, and the half-years around it.

    `Run.columns` says what each column means and in which unit.

    Examples
    --------
    >>> import teamsim as ts
    >>> run = ts.simulate(ts.Scenario.load("managing-stars"), seed=3)
    >>> run.people.columns[:5].tolist()
    ['week', 'team', 'leader', 'seat', 'person']
    >>> ts.Run.columns("weeks").set_index("column").loc["pay", "unit"]
    '× market'
    """

    tables = ("weeks", "people", "exits", "events", "promotions")

    @cached_property
    def weeks(self) -> pd.DataFrame:
        """Every measure of every group and week."""
        import pandas as pd

        rows: Records = self._raw["measures"]
        groups = [*GROUPS, *(team.name for team in self.scenario.teams)]
        frame = pd.DataFrame(_columns(rows.reshape(-1)))
        frame.insert(0, "week", np.repeat(np.arange(rows.shape[0]), rows.shape[1]))
        frame.insert(1, "group", np.tile(np.array(groups, dtype=object), rows.shape[0]))
        frame.loc[frame["group"].isin(GROUPS[1:]), list(OF_TEAMS)] = np.nan
        return frame

    @cached_property
    def people(self) -> pd.DataFrame:
        """The life lines."""
        import pandas as pd

        rows: Records = self._raw["life"]
        seats = np.tile(np.arange(rows.shape[1]), rows.shape[0])
        weeks = np.repeat(np.arange(rows.shape[0]), rows.shape[1])
        flat = rows.reshape(-1)
        here = flat["present"] == 1
        frame = pd.DataFrame({name: values for name, values in _columns(flat[here]).items() if name not in HIDDEN})
        led_by = np.array(self._leaders, dtype=object)[weeks[here], flat["team"][here]]
        who = _who(self.scenario, seats[here], flat[here], led_by)
        for position, (name, values) in enumerate({"week": weeks[here], **who}.items()):
            frame.insert(position, name, values)
        frame["leaving"] = np.array(ROADS, dtype=object)[frame["leaving"]]
        return frame.reset_index(drop=True)

    @property
    def _leaders(self) -> list[list[str]]:
        """Who leads each team, week by week."""
        rows: Records = self._raw["life"]
        seats = [row.leads for row in rows[0]] if len(rows) else []
        chairs = {int(team): seat for seat, team in enumerate(seats) if team >= 0}
        named = naming(self.scenario)
        return [
            [
                outside if number not in chairs
                else named(week[chairs[number]].origin, week[chairs[number]].entry) if week[chairs[number]].present
                else NOBODY.name
                for number, outside in enumerate(self.scenario.leaders)
            ]
            for week in rows
        ]  # fmt: skip

    @cached_property
    def promotions(self) -> pd.DataFrame:
        """Who took over which team: as they looked when they were chosen, and team and person before and after.

        ``week`` is the first in the new seat. ``leads`` is the team that is led from there. Means over the
        ``HALF_A_YEAR`` weeks before and after, as far as they were lived: the team's ``result`` (output a unit of its
        skill), the team's and the person's engagement.
        """
        import pandas as pd

        people, named, rows = self.people, [team.name for team in self.scenario.teams], []
        teams = self.weeks.set_index(["group", "week"])[["output", "skill", "people", "engagement"]]
        kept = ("tenure", "rating", "standing", "contribution", "lead_skill", "wish_to_lead")
        for _, new in people[people["promoted"] == 1].iterrows():
            week = int(new["week"])
            life = people[people["person"] == new["person"]].set_index("week")
            old, led = life.loc[week - 1], named[int(new["leads"])]
            row = {"week": week, "person": new["person"]}
            row |= {"from_team": old["team"], "to_team": new["team"], "leads": led}
            row |= {"from_seat": old["seat"], "to_seat": new["seat"]}
            row |= {name: old[name] for name in kept}
            for when, span in (("before", (week - HALF_A_YEAR, week - 1)), ("after", (week, week + HALF_A_YEAR - 1))):
                team, own = teams.loc[led].loc[slice(*span)], life.loc[slice(*span)]
                skill = float(sums(team["skill"] * team["people"]))
                row[f"result_{when}"] = float(sums(team["output"])) / skill if skill > 0 else np.nan
                row[f"team_engagement_{when}"] = float(means(team["engagement"]))
                row[f"engagement_{when}"] = float(means(own["engagement"]))
            rows.append(row)
        return pd.DataFrame(rows, columns=list(PROMOTION))

    @cached_property
    def exits(self) -> pd.DataFrame:
        """The departures."""
        return _exit_table(self._raw["departures"], self.scenario)

    @cached_property
    def events(self) -> pd.DataFrame:
        """What happened to whom."""
        import pandas as pd

        people = self.people
        happened = {
            "hired": (people["entry"] > 0) & (people["tenure"] == 1),
            "talk": people["talk"] == 1,
            "praise": people["praise"] == 1,
            "promise broken": people["breach"] == 1,
            "next challenge": people["stretched"] == 1,
            "promoted": people["promoted"] == 1,
            "review": people["reviewed"] == 1,
            "raise": people["raised"] > 0,
            "counter-offer": people["countered"] == 1,
            "support began": people["support_weeks"] == 1,
            "left": people["leaving"] != "",
        }
        amounts = {"next challenge": "gap", "review": "rating", "raise": "raised", "counter-offer": "offer"}
        who = ["week", "team", "leader", "seat", "person"]
        parts = []
        for event, mask in happened.items():
            part = people.loc[mask, who].assign(event=event)
            part["amount"] = people.loc[mask, amounts[event]] if event in amounts else np.nan
            parts.append(part)
        return pd.concat(parts).sort_values(["week", "seat"], kind="stable").reset_index(drop=True)

    def rewind(
        self,
        week: int,
        style: Style | str | Mapping[str, Style | str] | None = None,
        events: Iterable[Event | Mapping[str, Any]] = (),
        *,
        redraw: int = 0,
    ) -> Run:
        """Go back to a week and do something else from there on, in the same luck; see `teamsim.comparison.rewind`.

        Examples
        --------
        >>> import teamsim as ts
        >>> run = ts.simulate(ts.Scenario.load("managing-stars"), "comfortable", seed=7)
        >>> other = run.rewind(30, "developer")
        >>> run.people.query("week < 30").equals(other.people.query("week < 30"))
        True
        """
        from teamsim.comparison import rewind

        return rewind(self, week, style, events, redraw=redraw)

    def interview(self, number: int) -> Interview:
        """Ask why somebody left: the departure in a row of ``exits``; see `teamsim.exits.Interview`.

        Raises
        ------
        InputError
            If there is no such row.
        """
        from teamsim.exits import Interview

        return Interview(self, number)

    @classmethod
    def columns(cls, table: str) -> pd.DataFrame:
        """Say what the columns of a table mean: ``column``, ``unit``, ``meaning``.

        Raises
        ------
        InputError
            If there is no such table.
        """
        import pandas as pd

        declared: dict[str, type[Declared]] = {"weeks": Measures, "people": PersonState, "exits": ExitRecord}
        if table == "promotions":
            said = [(name, *about) for name, about in PROMOTION.items()]
            return pd.DataFrame(said, columns=["column", "unit", "meaning"])
        if table not in declared:
            raise InputError(f"table {table!r} is not known; {closest(table, [*declared, 'promotions'])}")
        rows = []
        for name, kind in _flat_quantities(declared[table]).items():
            rows.append({"column": name, "unit": kind.unit, "meaning": kind.meaning})
        return pd.DataFrame(rows)


class Futures(Result):
    """Many histories that differ in nothing but luck.

    Attributes
    ----------
    weeks : DataFrame
        A row a week, group and measure: mean and quantiles (10, 25, 50, 75, 90 %) over the runs.
    runs : DataFrame
        A row a run: each measure of the organisation over the horizon (flows added up, levels averaged).
    exits : DataFrame
        A row a departure, with its run.

    Examples
    --------
    >>> import teamsim as ts
    >>> many = ts.futures(ts.Scenario.load("managing-stars"), "comfortable", runs=10)
    >>> many.weeks.columns.tolist()
    ['week', 'group', 'measure', 'mean', 'q10', 'q25', 'median', 'q75', 'q90']
    """

    tables = ("weeks", "runs", "exits")

    @cached_property
    def weeks(self) -> pd.DataFrame:
        """Mean and quantiles over the runs."""
        return quantile_table(self._raw["measures"])

    def weeks_of(self, *measures: str) -> pd.DataFrame:
        """Return the rows of ``weeks`` for some measures, without working out the others.

        Raises
        ------
        InputError
            If a measure is not known.
        """
        for measure in measures:
            if measure not in Measures.model_fields:
                raise InputError(f"measure {measure!r} is not known; {closest(measure, Measures.model_fields)}")
        if "weeks" in self.__dict__:
            return self.weeks[self.weeks["measure"].isin(measures)].reset_index(drop=True)
        return quantile_table(self._raw["measures"], measures)

    @cached_property
    def runs(self) -> pd.DataFrame:
        """The horizon of every run."""
        return self.runs_of("organisation")

    def runs_of(self, group: str) -> pd.DataFrame:
        """Return the horizon of every run for the organisation or a third of its teams.

        Raises
        ------
        InputError
            If there is no such group, or the futures were loaded from a folder, which keeps the organisation's only.
        """
        import pandas as pd

        if group not in GROUPS:
            raise InputError(f"group {group!r} is not known; {closest(group, GROUPS)}")
        if "measures" not in self._raw:
            if group == GROUPS[0]:
                return self.runs
            raise InputError(f"group {group!r} is not in a saved result; run the futures again")
        rows, names = self._raw["measures"], list(Measures.quantities())
        found = horizon(rows, names, GROUPS.index(group))
        return pd.DataFrame({"run": np.arange(len(rows)), **dict(zip(names, found, strict=True))})

    def aims(self, goal: Goal | None = None) -> pd.DataFrame:
        """Return how far every run came: a row a run, a column an aim; of the scenario's goal if none is given.

        Raises
        ------
        InputError
            If there is no goal, it names who or what is not there, or the futures were loaded from a folder.
        """
        import pandas as pd

        goal = goal or self.scenario.goal
        if goal is None:
            raise InputError(f"{self.scenario.name!r} has no goal; give one", ("goal",))
        if "measures" not in self._raw:
            raise InputError("cannot be told from a saved result; run the futures again", ("goal",))
        rows: Records = self._raw["measures"]
        counts, gone = self._raw["counts"], self._raw["departures"]["identity"]
        found = {}
        for aim in goal.aims:
            if aim.weeks and aim.weeks[1] > rows.shape[1]:
                raise InputError(f"looks at weeks {aim.weeks[0]}..{aim.weeks[1]} of {rows.shape[1]}", ("goal",))
            if aim.stay:
                found[aim.name] = those_who_stay(gone, counts, [find(self.scenario, name)[1] for name in aim.stay])
            else:
                over = slice(*aim.weeks) if aim.weeks else slice(None)
                found[aim.name] = means(rows[aim.measure][:, over, GROUPS.index(aim.group)].T)
        return pd.DataFrame(found)

    def reaches(self, goal: Goal | None = None) -> float:
        """Return the share of the futures that come to every aim of a goal, the scenario's where none is given.

        Raises
        ------
        InputError
            As `aims`.

        Examples
        --------
        >>> import teamsim as ts
        >>> ts.futures(ts.Scenario.load("managing-stars"), "micromanager", runs=50).reaches() < 0.5
        True
        """
        return self.met(goal)[1]

    def met(self, goal: Goal | None = None) -> tuple[list[float], float]:
        """Return in what share of the futures each aim of a goal is met, and in what share all of them are.

        Raises
        ------
        InputError
            As `aims`.
        """
        values = self.aims(goal)
        goal = goal or self.scenario.goal
        assert goal is not None, "aims of no goal are refused"
        return shares_met(values[[aim.name for aim in goal.aims]], goal.ends)

    @cached_property
    def exits(self) -> pd.DataFrame:
        """The departures of all runs."""
        counts: np.ndarray[Any, np.dtype[np.int64]] = self._raw["counts"]
        frame = _exit_table(self._raw["departures"], self.scenario)
        frame.insert(0, "run", np.repeat(np.arange(len(counts)), counts))
        return frame

    def panel(
        self, every_weeks: int | Sequence[int] = 52, *, threads: int | None = None, progress: Progress | None = None
    ) -> pd.DataFrame:
        """Ask everybody every so often: a tidy table, a row a person and survey, as empirical papers have it.

        `Futures.columns` says column by column what it holds: what is on record, what a survey finds (the state and
        the noisy answer), what happened since the last survey, and who left afterwards, with censoring.

        Parameters
        ----------
        every_weeks : int, or sequence of int
            Weeks between surveys (52, 13, 4 ...), the first after as many weeks; or the weeks in which there is one.
        threads, progress
            As in `teamsim.futures`; the runs are lived through again.

        Returns
        -------
        DataFrame

        Raises
        ------
        InputError
            If no survey falls within the horizon.

        Examples
        --------
        >>> import teamsim as ts
        >>> many = ts.futures(ts.Scenario.load("managing-stars"), runs=20)
        >>> panel = many.panel(every_weeks=26)
        >>> panel["week"].unique().tolist(), bool(panel["quit_12"].isna().any())
        ([25, 51, 77, 103], True)
        """
        from teamsim.panel.tables import panel_of

        return panel_of(self.made, every_weeks, threads, progress)

    def save_panel(
        self,
        path: str | Path,
        every_weeks: int | Sequence[int] = 52,
        *,
        threads: int | None = None,
        progress: Progress | None = None,
    ) -> Path:
        """Write the panel to a Parquet file part by part, for what is larger than memory; each column says what it is.

        Parameters
        ----------
        path : str or Path
            The file; an existing one is replaced.
        every_weeks, threads, progress
            As in `panel`.

        Returns
        -------
        Path
            Where it is.
        """
        from teamsim.panel.tables import save_panel

        return save_panel(self.made, path, every_weeks, threads, progress)

    def tenures(self, *, threads: int | None = None, progress: Progress | None = None) -> pd.DataFrame:
        """Return a row a person and run: from which tenure to which somebody was there, and how they left, if at all.

        Returns
        -------
        DataFrame
            `Futures.columns` says what it holds.

        Examples
        --------
        >>> import teamsim as ts
        >>> times = ts.futures(ts.Scenario.load("managing-stars"), runs=20).tenures()
        >>> bool((times["tenure_to"] > times["tenure_from"]).all())
        True
        """
        from teamsim.panel.tables import tenures_of

        return tenures_of(self.made, threads, progress)

    @classmethod
    def columns(cls, table: str = "panel") -> pd.DataFrame:
        """Say what the columns of ``panel`` or ``tenures`` mean: ``column``, ``unit``, ``group``, ``meaning``.

        Raises
        ------
        InputError
            If there is no such table.
        """
        from teamsim.panel.declared import columns

        return columns(table)

    def open(self, run: int) -> Run:
        """Return one of the runs whole: the same history, to the last bit.

        Parameters
        ----------
        run : int
            Its number in ``runs``.

        Raises
        ------
        InputError
            If there is no such run, or it was saved by a teamsim of other rules.
        """
        from teamsim.engine import simulate

        if not isinstance(run, int | np.integer) or not 0 <= run < self.made.runs:
            raise InputError(f"run = {run!r} is outside 0..{self.made.runs - 1}")
        made = self.made
        made.check()
        number, fork = (
            (made.first_run, made.fork.replace(redraw=int(run) + 1)) if made.redrawn else (int(run), made.fork)
        )
        return simulate(made.scenario, made.conduct, made.seed, run=number, parameters=made.parameters, fork=fork)


def horizon(rows: Records, measures: Sequence[str], group: int) -> Numbers:
    """Return measures of a group of ``rows[run, week, group]`` over the horizon, by measure and run.

    Flows are added up, levels averaged.
    """
    numbers, columns = _columns_of(rows, [(group, name) for name in measures])
    averaged = [Measures.quantities()[name].unit not in FLOWS for name in measures]
    return over_weeks(numbers, columns, averaged)


def _columns_of(rows: Records, told: Sequence[tuple[int, str]]) -> tuple[Numbers, Numbers]:
    """Return ``rows[run, week, group]`` as plain numbers by run, week and column, and which column is what is told."""
    declared = list(Measures.dtype().names or ())
    numbers = np.ascontiguousarray(rows).view(np.float64).reshape(*rows.shape[:2], -1)
    return numbers, np.array([group * len(declared) + declared.index(name) for group, name in told])


def quantile_table(rows: Records, measures: Sequence[str] = ()) -> pd.DataFrame:
    """Return mean and quantiles over runs of ``rows[run, week, group]``, a row a week, group and measure.

    Without `measures`, all of them.
    """
    import pandas as pd

    names = list(measures) or list(Measures.model_fields)
    runs, weeks, groups = rows.shape
    told = [(group, name) for group in range(groups) for name in names if not group or name not in OF_TEAMS]
    numbers, columns = _columns_of(rows, told)
    places = (np.arange(weeks)[:, None] * numbers.shape[2] + columns).reshape(-1)
    middle, found = levels(numbers.reshape(runs, -1), places, [*QUANTILES.values()])
    groups_told, measures_told = zip(*told, strict=True)
    repeated = np.tile(np.arange(len(told)), weeks)
    return pd.DataFrame(
        {
            "week": np.repeat(np.arange(weeks), len(told)),
            "group": pd.Index([GROUPS[group] for group in groups_told]).take(repeated),
            "measure": pd.Index(measures_told).take(repeated),
        }
        | {"mean": middle, **dict(zip(QUANTILES, found, strict=True))},
        copy=False,
    )


def _columns(rows: Records, prefix: str = "") -> dict[str, Any]:
    """Return the fields of records as plain columns, nested ones with their parent's name before theirs."""
    columns: dict[str, Any] = {}
    for name in rows.dtype.names or ():
        if rows.dtype[name].names:
            columns |= _columns(rows[name], f"{name}_")
        else:
            columns[prefix + name] = np.ascontiguousarray(rows[name])
    return columns


@cache
def _flat_quantities(declared: type[Declared]) -> dict[str, Any]:
    flat = dict(declared.quantities())
    for name, field in declared.model_fields.items():
        if field.annotation is Drivers:
            flat |= {f"{name}_{inner}": quantity for inner, quantity in Drivers.quantities().items()}
    return flat


def naming(scenario: Scenario) -> Callable[[Any, Any], str]:
    """Return what names somebody after the seat in which they joined, wherever they are now."""
    cast: dict[int, str] = {}
    first = 0
    for team in scenario.teams:
        cast |= {first + place: person.name for place, person in enumerate(team.people)}
        first += team.seats
    return lambda origin, entry: f"hire {int(entry)} in seat {int(origin)}" if entry else cast[int(origin)]


def _who(scenario: Scenario, seat: Any, rows: Records, leaders: Any) -> dict[str, Any]:
    """Name team, leader, seat and person; somebody hired is called after the seat of the hire."""
    teams = np.array([team.name for team in scenario.teams], dtype=object)
    named = cache(naming(scenario))
    known = [named(*who) for who in zip(rows["origin"].tolist(), rows["entry"].tolist(), strict=True)]
    return {"team": teams[rows["team"]], "leader": leaders, "seat": seat, "person": np.array(known, dtype=object)}


def _bits(number: int) -> Iterator[int]:
    """Yield which bits of a number are set."""
    return (place for place in range(number.bit_length()) if number >> place & 1)


def _exit_table(rows: Records, scenario: Scenario) -> pd.DataFrame:
    import pandas as pd

    labels = np.array([*(driver.label for driver in Drivers.quantities().values()), ""], dtype=object)
    columns = _columns(rows)
    named = naming(scenario)
    led = [
        named(origin, entry) if origin >= 0 else NOBODY.name if scenario.teams[team].led_by else scenario.leaders[team]
        for team, origin, entry in rows[["team", "led_origin", "led_entry"]].tolist()
    ]
    who = _who(scenario, rows["seat"], rows, np.array(led, dtype=object))
    known = {"week", "team", "seat", "identity", "origin", "entry", "led_origin", "led_entry"}
    rest = {name: values for name, values in columns.items() if name not in known}
    frame = pd.DataFrame({"week": columns["week"], **who, **rest})
    frame["road"] = np.array(ROADS, dtype=object)[frame["road"]]
    frame["third"] = np.array(GROUPS[1:], dtype=object)[frame["third"]]
    frame["stated"] = labels[frame["stated"]]
    frame["reasons"] = [", ".join(labels[list(_bits(named))]) for named in rows["reasons"].tolist()]
    frame["top"] = frame["top"] == 1
    frame["regretted"] = frame["top"] & (frame["road"] != "dismissed")
    return frame
