"""Published figures, measured: functions of what was observed and tried, by name.

Each takes an `Evidence` and what the check in ``targets.toml`` is ``of``, and returns a number, missing where it cannot
be told. What bounds of effects are held against is in `teamsim.evidence.sizes`.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from teamsim.panel.tables import STILL_THERE

__all__ = ["FIGURES", "Evidence", "figure"]

MONTH = 365.25 / 7.0 / 12.0
"""Weeks."""
HAZARD_MONTHS = (0, 3, 6, 12, 24, 48)
"""Between which months of tenure hazards are taken; from 48 on there is none of the published shape."""
PANEL_WEEKS, YEAR = 13, 52


def _nothing() -> pd.DataFrame:
    return pd.DataFrame({"run": []})


@dataclass(frozen=True)
class Evidence:
    """What was observed and tried in invented firms; every table has the ``run`` (the seed of a firm).

    Attributes
    ----------
    panel : DataFrame
        Everybody's quarters, see `teamsim.panel`; with ``log_pay`` and ``log_pay_market``.
    tenures : DataFrame
        Everybody's time in the firm.
    arms : DataFrame
        Of the experiments: ``experiment``, ``arm``, and per person ``team``, ``person`` (number) and mean weekly
        ``output``.
    pay : DataFrame
        Of the experiment with pay: ``log_pay`` (of all, against now), ``quits``, ``weeks`` (of a person).
    reasons : DataFrame
        A row a voluntary exit: ``main``, the number of the driver that was named (see `teamsim.people.Drivers`).
    risks : DataFrame
        Person-weeks and voluntary exits, see `teamsim.evidence.study.risks`.
    sequels : DataFrame
        What became of people after a decision, see `teamsim.evidence.study.sequels`.
    firms : DataFrame
        Of the experiments with how a whole firm is led: ``experiment``, ``arm``, ``output``, ``people`` (both in
        person-weeks).
    levers : DataFrame
        Of the experiment with each lever, by team: ``lever``, ``team``, and at the low end ``output_low``,
        ``people_low`` (person-weeks), ``engagement_low`` (added up over these), ``quits_low``; also at the high one.
    raises : DataFrame
        Of the experiment with a raise: ``week`` (since), ``gain`` in mean job satisfaction.
    searches : DataFrame
        Of some firms' seeds: the ``ratio`` of output under the best affordable style to that under the usual one.
    """

    panel: pd.DataFrame
    tenures: pd.DataFrame
    arms: pd.DataFrame
    pay: pd.DataFrame
    reasons: pd.DataFrame = field(default_factory=_nothing)
    risks: pd.DataFrame = field(default_factory=_nothing)
    sequels: pd.DataFrame = field(default_factory=_nothing)
    firms: pd.DataFrame = field(default_factory=_nothing)
    levers: pd.DataFrame = field(default_factory=_nothing)
    raises: pd.DataFrame = field(default_factory=_nothing)
    searches: pd.DataFrame = field(default_factory=_nothing)

    def of(self, runs: Any) -> Evidence:
        """Return what belongs to some of the runs."""
        tables = {one.name: getattr(self, one.name) for one in fields(self)}
        return Evidence(**{name: table[table["run"].isin(runs)] for name, table in tables.items()})

    @property
    def runs(self) -> list[int]:
        """The runs there are."""
        return [int(run) for run in self.tenures["run"].unique()]

    @cached_property
    def years(self) -> pd.DataFrame:
        """The panel at yearly surveys."""
        return self.panel[(self.panel["week"] + 1) % YEAR == 0]


Figure = Callable[..., float]
FIGURES: dict[str, Figure] = {}


def figure(function: Figure) -> Figure:
    """Make a function known by its name, with spaces for underscores."""
    FIGURES[function.__name__.replace("_", " ")] = function
    return function


# --- who stays, and how long ----------------------------------------------------------------------


@figure
def monthly_quit_rate(found: Evidence) -> float:
    """Mean over months of voluntary exits by headcount."""
    panel = found.panel[found.panel["quit_next"].notna()]
    by_quarter = panel.groupby(["run", "week"])["quit_next"].mean()
    return float(by_quarter.mean() * MONTH / PANEL_WEEKS)


@figure
def share_still_there(found: Evidence, months: float) -> float:
    """Kaplan-Meier's estimate for new hires; every exit is an event."""
    from lifelines import KaplanMeierFitter

    hires = found.tenures[found.tenures["hired"] == 1]
    gone = hires["left"] != STILL_THERE
    fitted = KaplanMeierFitter().fit(hires["tenure_to"], gone, entry=hires["tenure_from"])
    return float(fitted.predict(months * MONTH))


def hazards(found: Evidence) -> pd.Series:
    """Return exits a person-month between `HAZARD_MONTHS` of tenure, by the month in the middle; every exit counts.

    Who was there before observation began counts from the tenure they then had.
    """
    times, rates = found.tenures, {}
    begun, ended = times["tenure_from"] / MONTH, times["tenure_to"] / MONTH
    gone = times["left"] != STILL_THERE
    for low, high in pairwise(HAZARD_MONTHS):
        lived = (ended.clip(upper=high) - begun.clip(lower=low)).clip(lower=0.0).sum()
        rates[(low + high) / 2.0] = (gone & (ended > low) & (ended <= high)).sum() / lived if lived > 0 else np.nan
    return pd.Series(rates)


@figure
def peak_of_the_hazard_against_its_first_quarter(found: Evidence) -> float:
    """How much higher than in the first three months."""
    rates = hazards(found)
    return float(rates.max() / rates.iloc[0]) if rates.iloc[0] > 0 else np.nan


@figure
def month_of_the_peak_of_the_hazard(found: Evidence) -> float:
    """The middle of the months of tenure in which it is highest."""
    rates = hazards(found)
    return float(rates.index.to_numpy()[rates.argmax()])


@figure
def later_hazard_against_its_peak(found: Evidence) -> float:
    """Of the months from 24 to 48."""
    rates = hazards(found)
    return float(rates.iloc[-1] / rates.max())


# --- what goes with leaving -----------------------------------------------------------------------


@figure
def correlation(found: Evidence, one: str, other: str) -> float:
    """Pearson's, over person-years."""
    table = found.years[[one, other]].dropna()
    return float(np.corrcoef(table[one], table[other])[0, 1]) if (table.std() > 0).all() else np.nan


@figure
def correlation_at_one_time(found: Evidence, one: str, other: str) -> float:
    """Pearson's within each survey of each firm, pooled: pay rises with the years, whatever it does to people."""
    years = found.years[["run", "week", one, other]].dropna()
    apart = years[[one, other]] - years.groupby(["run", "week"])[[one, other]].transform("mean")
    return float(np.corrcoef(apart[one], apart[other])[0, 1]) if (apart.std() > 0).all() else np.nan


def by_replicate(found: Evidence, ordered: Callable[[Evidence], bool]) -> float:
    """Return the share of runs in which something holds; a run has 2,000 person-years."""
    seen = Evidence(found.panel, found.tenures, _nothing(), _nothing())  # what was tried would be cut up for nothing
    return float(np.mean([ordered(seen.of([run])) for run in seen.runs]))


def _with_quitting(found: Evidence, states: tuple[str, ...]) -> list[float]:
    return [abs(correlation(found, state, "quit_12")) for state in states]


@figure
def share_of_replicates_in_which_the_first_says_most(found: Evidence, *states: str) -> float:
    """About who quits within 12 months, by the size of its correlation."""

    def most(one: Evidence) -> bool:
        first, *others = _with_quitting(one, states)
        return first > max(others)

    return by_replicate(found, most)


@figure
def share_of_replicates_in_which_the_first_says_least(found: Evidence, *states: str) -> float:
    """About who quits within 12 months, by the size of its correlation."""

    def least(one: Evidence) -> bool:
        first, *others = _with_quitting(one, states)
        return first < min(others)

    return by_replicate(found, least)


@figure
def share_of_replicates_in_which_the_second_is_larger(found: Evidence, cause: str, first: str, second: str) -> float:
    """Of two correlations with the same."""

    def larger(one: Evidence) -> bool:
        return correlation_at_one_time(one, cause, second) > correlation_at_one_time(one, cause, first)

    return by_replicate(found, larger)


# --- pay ------------------------------------------------------------------------------------------


@figure
def elasticity_of_quits_to_pay(found: Evidence) -> float:
    """Of all pay moved against the market, in one firm by the same luck."""
    arms = found.pay.groupby("log_pay")[["quits", "weeks"]].sum().sort_index()
    rates = arms["quits"] / arms["weeks"]
    if (rates <= 0).any():
        return np.nan
    return float(np.log(rates.iloc[-1] / rates.iloc[0]) / (arms.index[-1] - arms.index[0]))


def kinked_slopes(panel: pd.DataFrame, felt: str) -> tuple[float, float, float]:
    """Return the slopes of what is felt over pay less the peers' median, below and above it, and the t of the first.

    Own pay against the market is held, with a kink of its own, so that a market that is felt only from below is not
    mistaken for colleagues. Errors are clustered by team.
    """
    import statsmodels.api as sm

    table = panel[["run", "team", "pay_market", "pay_peers", felt]].dropna()
    apart = table["pay_market"] * (1.0 - 1.0 / table["pay_peers"])
    known = {
        "below": apart.clip(upper=0.0),
        "above": apart.clip(lower=0.0),
        "under market": (table["pay_market"] - 1.0).clip(upper=0.0),
        "over market": (table["pay_market"] - 1.0).clip(lower=0.0),
    }
    teams = table.groupby(["run", "team"], observed=True).ngroup()
    model = sm.OLS(table[felt], sm.add_constant(pd.DataFrame(known)))
    fitted = model.fit(cov_type="cluster", cov_kwds={"groups": teams})
    return float(fitted.params["below"]), float(fitted.params["above"]), float(fitted.tvalues["below"])


@figure
def slope_above_the_peers_median_against_below(found: Evidence) -> float:
    """Of satisfaction with pay and of search: the ratio that lies further from 0, missing where nothing is felt below.

    Below the median, more pay has to make more satisfied, and less inclined to look around (t of 2 or more).
    """
    ratios = []
    for felt, sign in (("pay_satisfaction", 1.0), ("search", -1.0)):
        below, above, t = kinked_slopes(found.years, felt)
        ratios.append(above / below if sign * t > FELT else np.nan)
    return float(max(ratios, key=abs)) if np.isfinite(ratios).all() else np.nan


FELT = 2.0
"""Least t of a slope that counts as being felt."""


# --- what leading does ----------------------------------------------------------------------------


def outputs_by_arm(found: Evidence, experiment: str) -> pd.DataFrame:
    """Return a row a person who was there in every arm of an experiment, a column an arm."""
    rows = found.arms[found.arms["experiment"] == experiment]
    return rows.pivot_table(index=["run", "team", "person"], columns="arm", values="output").dropna()


def _spread(outputs: pd.Series) -> float:
    """Standard deviation among people of a team, pooled."""
    apart = outputs - outputs.groupby(["run", "team"]).transform("mean")
    freedom = len(outputs) - outputs.groupby(["run", "team"]).ngroups
    return float(np.sqrt((apart**2).sum() / freedom)) if freedom > 0 else np.nan


def _feedback(found: Evidence) -> pd.Series:
    """The effect of feedback in each team, in standard deviations among people.

    A study has other people in its other arm: every team is held against the next one of its firm, which has other
    people, another leader and other luck. So each comparison holds its sampling error, as those of the studies do.
    """
    outputs = outputs_by_arm(found, "feedback")
    teams = outputs.groupby(["run", "team"])[["on", "off"]].mean()
    others = teams.groupby("run")["off"].transform(lambda off: np.roll(off, -1))
    return (teams["on"] - others) / _spread(outputs["off"])


@figure
def mean_effect_of_feedback(found: Evidence) -> float:
    """On next performance over random teams, as d."""
    return float(_feedback(found).mean())


@figure
def share_of_comparisons_in_which_feedback_harms(found: Evidence) -> float:
    """Of random teams with feedback against other teams without."""
    return float((_feedback(found) < 0.0).mean())


def _goal(found: Evidence, arm: str) -> float:
    outputs = outputs_by_arm(found, "goals")
    return float((outputs[arm] - outputs["easy"]).mean() / _spread(outputs["easy"]))


@figure
def effect_of_a_hard_goal_within_reach(found: Evidence) -> float:
    """Against work well within reach, as d."""
    return _goal(found, "hard")


@figure
def effect_of_a_goal_out_of_reach_less_that_within(found: Evidence) -> float:
    """Where demand exceeds skill by a quarter, as d."""
    return _goal(found, "out of reach") - _goal(found, "hard")


def against_none(found: Evidence, arm: str) -> float:
    """Return what recognition, feedback or money (or all) do to output, as a share of that without any of them."""
    totals = outputs_by_arm(found, "recognition").sum()
    return float(totals[arm] / totals["none"] - 1.0)


@figure
def effect_of_recognition_feedback_and_money_together(found: Evidence) -> float:
    """On output, in per cent of that without any of them."""
    return 100.0 * against_none(found, "all")


@figure
def effect_of_recognition_alone(found: Evidence) -> float:
    """On output, in per cent of that without recognition, feedback and money."""
    return 100.0 * against_none(found, "recognition")


@figure
def effect_on_who_is_not_praised_of_praise_of_the_best(found: Evidence) -> float:
    """On their output in the weeks after, in per cent."""
    totals = outputs_by_arm(found, "praise of the best").sum()
    return float(100.0 * (totals["praise"] / totals["none"] - 1.0))


# --- what colleagues do ---------------------------------------------------------------------------

RUN_IN = 52.0
"""Weeks of tenure from which a person's own beginning no longer moves their output."""


def _quarters(found: Evidence) -> pd.DataFrame:
    """Front-line quarters of who is run in, in order."""
    panel = found.panel
    kept = (panel["level"] == 0) & (panel["tenure"] > RUN_IN) & (panel["output"] > 0) & (panel["weeks"] == PANEL_WEEKS)
    return panel[kept].sort_values(["run", "person", "week"], kind="stable")


def _before(table: pd.DataFrame, name: str, quarters: int) -> pd.Series:
    """A column some quarters before (after, if negative), missing where the person was not seen then or elsewhere."""
    people = table.groupby(["run", "person"], observed=True, sort=False)
    same = people["week"].shift(quarters) == table["week"] - PANEL_WEEKS * quarters
    return people[name].shift(quarters).where(same & (people["team"].shift(quarters) == table["team"]))


@figure
def effect_of_coworkers_who_can_do_a_tenth_more(found: Evidence) -> float:
    """On a person's output, in per cent: within persons from quarter to quarter, as colleagues come and go.

    Changes of log output on changes of the log of the others' mean skill; own skill, and how many there are, held. All
    are means over quarters, as output is: colleagues come and go within them.
    """
    import statsmodels.api as sm

    table = _quarters(found)
    logs = {
        "output": np.log(table["output"]) - np.log(_before(table, "output", 1)),
        "peers": np.log(table["peers_skill"]) - np.log(_before(table, "peers_skill", 1)),
        "own": (np.log(table["skill"]) - np.log(_before(table, "skill", 2))) / 2.0,
        "number": np.log(table["peers"]) - np.log(_before(table, "peers", 1)),
    }
    known = pd.DataFrame(logs).dropna()
    fitted = sm.OLS(known["output"], sm.add_constant(known[["peers", "own", "number"]])).fit()
    return float(100.0 * (1.1 ** fitted.params["peers"] - 1.0))


@figure
def effect_of_losing_a_star(found: Evidence) -> float:
    """On the output of those who stay in the team, in per cent: half a year after against the quarter before.

    Against others whom nobody left in that quarter, matched on output, tenure and the number of colleagues before.
    """
    import statsmodels.api as sm

    table = _quarters(found)
    before, after = _before(table, "output", 1), (_before(table, "output", -1) + _before(table, "output", -2)) / 2.0
    unmoved = (table["peers_left"] == 0) & (table["peers_dismissed"] == 0)
    known = pd.DataFrame(
        {
            "change": np.log(after) - np.log(before),
            "lost": (table["stars_left"] > 0).astype(float),
            "before": np.log(before),
            "tenure": np.log(table["tenure"]),
            "people": np.log(_before(table, "people", 1)),
        }
    )[(table["stars_left"] > 0) | unmoved].dropna()
    if not 0 < known["lost"].sum() < len(known):
        return np.nan
    fitted = sm.OLS(known["change"], sm.add_constant(known[["lost", "before", "tenure", "people"]])).fit()
    return float(100.0 * (np.exp(fitted.params["lost"]) - 1.0))


# --- how far people can be told from a record -----------------------------------------------------

ON_RECORD = (
    "tenure", "level", "leads", "people", "vacancies", "rating", "pay_market", "pay_peers", "promotions", "output",
    "talks", "praises", "raised", "peers_left", "leader_replaced",
)  # fmt: skip
"""What an employer has on file about somebody, without asking anybody."""


@figure
def concordance_of_a_cox_model_on_the_record(found: Evidence) -> float:
    """How often it tells who of two leaves first, after the first survey: fitted on half of firms, tried on half."""
    from lifelines import CoxPHFitter
    from lifelines.utils import concordance_index

    first = found.panel[found.panel["week"] == found.panel["week"].min()]
    table = first[["run", *ON_RECORD, "followed"]].assign(gone=first["left"] != STILL_THERE).dropna()
    table = table[table["followed"] > 0]
    fitted_on = table["run"].isin(found.runs[::2])
    known, new = table[fitted_on].drop(columns="run"), table[~fitted_on]
    if not len(known) or not len(new):
        return np.nan
    varying = [name for name in known if known[name].std() > 0]
    with warnings.catch_warnings():  # lifelines 0.30 calls pandas in a way that pandas 4 will refuse
        warnings.simplefilter("ignore", DeprecationWarning)
        model = CoxPHFitter(penalizer=0.01).fit(known[varying], "followed", "gone")
        expected = -model.predict_partial_hazard(new)
    return float(concordance_index(new["followed"], expected, new["gone"]))
