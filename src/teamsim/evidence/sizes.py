"""How large effects are, measured as the sources of their bounds did: functions of an `Evidence`, by name.

They join those of `teamsim.evidence.figures`, and what the checks in ``effects.toml`` are held against.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import scipy

from teamsim.evidence.figures import FIGURES, PANEL_WEEKS, YEAR, Evidence, against_none, figure, outputs_by_arm
from teamsim.people import OF_PAY, Drivers
from teamsim.scenario import NOBODY

__all__ = ["FIGURES", "hazard_ratios"]

Numbers = np.ndarray[Any, np.dtype[np.float64]]

HALF_YEAR, SETTLED_IN = 26, 26
"""Weeks; and the tenure from which people count as being in the job."""
LEAST_TEAM, QUARTER = 8, 0.25
"""The smallest team of which engagement is looked at, and the share of teams that is the top, or the bottom."""
TENTH = 0.1
CONFIDENCE, OUTCOMES = 0.95, 3
"""Of intervals around what a lever does; and how many outcomes share that confidence."""


# --- persons and teams as they are ----------------------------------------------------------------


def _front_line(found: Evidence) -> pd.DataFrame:
    panel = found.panel
    return panel[panel["level"] == 0]


@figure
def spread_of_output_among_people_of_a_team(found: Evidence) -> float:
    """Standard deviation of half a year's output within teams, as a share of its mean."""
    table = _front_line(found)
    whole = table[(table["weeks"] == PANEL_WEEKS) & (table["tenure"] >= SETTLED_IN + PANEL_WEEKS)]
    who = ["run", "team", "person"]
    first = whole[(whole["week"] + 1) % HALF_YEAR == PANEL_WEEKS].assign(week=lambda rows: rows["week"] + PANEL_WEEKS)
    both = whole.merge(first[[*who, "week", "output"]], on=[*who, "week"], suffixes=("", "_first"))
    both = both[both["tenure"] >= SETTLED_IN + HALF_YEAR]
    output = (both["output"] + both["output_first"]) / 2.0
    teams = output.groupby([both[name] for name in ("run", "week", "team")], observed=True)
    freedom = len(output) - teams.ngroups
    if freedom <= 0:
        return np.nan
    within = np.sqrt(((output - teams.transform("mean")) ** 2).sum() / freedom)
    return float(within / output.mean())


def _engaged_teams(found: Evidence) -> pd.DataFrame:
    """Return what teams of the ``top`` and the bottom quarter by engagement come to in the half-year after a survey.

    Quarters are those of a firm at a survey, by the mean of noisy answers. Columns ``quits``, ``people`` (at the
    beginning of each quarter), ``output`` and ``weeks`` (of a person).
    """
    table = _front_line(found)
    known = table["quit_next"].notna()
    given = table.assign(
        answers=table["engagement_answer"], quits=table["quit_next"].fillna(0.0), asked=known.astype(float),
        worked=(table["output"] * table["weeks"]).fillna(0.0),
    )  # fmt: skip
    keys = ["run", "team", "week"]
    teams = given.groupby(keys, observed=True).agg(
        people=("people", "max"), answers=("answers", "mean"), quits=("quits", "sum"), asked=("asked", "sum"),
        worked=("worked", "sum"), weeks=("weeks", "sum"),
    ).reset_index()  # fmt: skip
    now = teams[((teams["week"] + 1) % HALF_YEAR == 0) & (teams["people"] >= LEAST_TEAM)]
    for quarters in (1, 2):
        later = teams.assign(week=teams["week"] - quarters * PANEL_WEEKS)
        now = now.merge(later, on=keys, suffixes=("", f"_{quarters}"))
    rank = now.groupby(["run", "week"])["answers"].rank(pct=True)
    table = pd.DataFrame(
        {
            "top": rank > 1.0 - QUARTER,
            "quits": now["quits"] + now["quits_1"],
            "people": (now["asked"] + now["asked_1"]) / 2.0,
            "output": now["worked_1"] + now["worked_2"],
            "weeks": now["weeks_1"] + now["weeks_2"],
        }
    )
    return table[(rank > 1.0 - QUARTER) | (rank <= QUARTER)].groupby("top").sum()


def _top_against_bottom(found: Evidence, what: str, by: str) -> float:
    sums = _engaged_teams(found)
    rates = sums[what] / sums[by]
    if len(rates) < 2 or not rates[False] > 0:
        return np.nan
    return float(rates[True] / rates[False] - 1.0)


@figure
def turnover_of_engaged_teams(found: Evidence) -> float:
    """Voluntary turnover in the next half-year, top against bottom quarter of teams: ratio less 1."""
    return _top_against_bottom(found, "quits", "people")


@figure
def output_of_engaged_teams(found: Evidence) -> float:
    """Output a head in the next half-year, top against bottom quarter of teams: ratio less 1."""
    return _top_against_bottom(found, "output", "weeks")


def _a_year_apart(found: Evidence) -> pd.DataFrame:
    """Return answers ``before`` and ``after`` a year in one team, and whether the leader is the ``same``."""
    years = found.years[["run", "person", "team", "leader", "week", "engagement_answer"]]
    years = years[years["leader"] != NOBODY.name].astype(dict.fromkeys(("person", "team", "leader"), str))
    before = years.assign(week=years["week"] + YEAR)
    both = years.merge(before, on=["run", "person", "team", "week"], suffixes=("", "_before"))
    same = both["leader"] == both["leader_before"]
    return pd.DataFrame({"before": both["engagement_answer_before"], "after": both["engagement_answer"], "same": same})


def _stability(found: Evidence, *, same: bool) -> float:
    pairs = _a_year_apart(found)
    pairs = pairs[pairs["same"] == same]
    return float(pairs["before"].corr(pairs["after"])) if len(pairs) > 2 else np.nan


@figure
def stability_of_engagement_under_another_leader(found: Evidence) -> float:
    """Correlation with one's own a year before, in the same team under somebody else."""
    return _stability(found, same=False)


@figure
def stability_of_engagement_under_the_same_leader(found: Evidence) -> float:
    """Correlation with one's own a year before, in the same team under the same leader."""
    return _stability(found, same=True)


@figure
def intraclass_correlation_of_engagement(found: Evidence) -> float:
    """ICC(1) of noisy answers: persons of a team within each firm and survey (Shrout & Fleiss 1979)."""
    years = found.years
    years = years[years["level"] == 0]
    answers = years["engagement_answer"]
    firms = answers.groupby([years["run"], years["week"]])
    teams = answers.groupby([years["run"], years["week"], years["team"]], observed=True)
    sizes = teams.size()
    between_freedom, within_freedom = teams.ngroups - firms.ngroups, len(answers) - teams.ngroups
    if between_freedom <= 0 or within_freedom <= 0:
        return np.nan
    means = teams.transform("mean")
    between = ((means - firms.transform("mean")) ** 2).sum() / between_freedom
    within = ((answers - means) ** 2).sum() / within_freedom
    size = (len(answers) - (sizes**2).groupby(["run", "week"]).sum().div(firms.size()).sum()) / between_freedom
    return float((between - within) / (between + (size - 1.0) * within))


# --- what spreads from who leaves -----------------------------------------------------------------

AFTER = ("0-8", "9-16", "17-26")
"""Weeks since a colleague left, as columns of `Evidence.risks` count them (``peers 0-8`` and so on)."""
LEADER_AFTER = ("0-8", "9-26")
"""Weeks since the leader left; the column ``leader`` is 0 for neither, 1 for the first, 2 for the second."""
STEPS, CLOSE = 50, 1e-9


def hazard_ratios(risks: pd.DataFrame, exposures: pd.DataFrame) -> pd.Series:
    """Return how many times as often people leave per unit of each exposure, by Poisson regression.

    Firm and quarter have fixed effects, which drop out (Hausman, Hall & Griliches 1984): in each of these strata, exits
    fall on cells in proportion to their weeks times what the exposures do. Missing where exits do not tell.

    Parameters
    ----------
    risks : DataFrame
        A row a cell: ``run``, ``quarter``, ``weeks``, ``exits``.
    exposures : DataFrame
        The same rows, a column an exposure.
    """
    stratum = risks.groupby(["run", "quarter"]).ngroup().to_numpy()
    weeks, exits = risks["weeks"].to_numpy(float), risks["exits"].to_numpy(float)
    given = exposures.to_numpy(float)
    strata = int(stratum.max()) + 1 if len(stratum) else 0
    gone = np.bincount(stratum, exits, strata)
    effects = np.zeros(given.shape[1])
    told = [(exits * (column > 0)).sum() > 0 for column in given.T]
    if not all(told) or not (exits * (given == 0).all(axis=1)).sum() > 0:
        return pd.Series(np.nan, exposures.columns)

    def mean(values: Numbers, expected: Numbers, total: Numbers) -> Numbers:
        found: Numbers = np.bincount(stratum, expected * values, strata) / total
        return found

    for _ in range(STEPS):
        expected = weeks * np.exp(given @ effects)
        total = np.maximum(np.bincount(stratum, expected, strata), 1e-300)
        means = np.array([mean(column, expected, total) for column in given.T])
        slope = exits @ given - means @ gone
        curvature = np.array(
            [
                [(mean(one * other, expected, total) - means[i] * means[j]) @ gone for j, other in enumerate(given.T)]
                for i, one in enumerate(given.T)
            ]
        )
        step = np.linalg.lstsq(curvature, slope, rcond=None)[0]
        effects = effects + np.clip(step, -1.0, 1.0)
        if np.abs(step).max() < CLOSE:
            break
    return pd.Series(np.exp(effects), exposures.columns)


def _peers(risks: pd.DataFrame) -> dict[str, pd.Series]:
    return {f"peers {after}": risks[f"peers {after}"] for after in AFTER}


def _leader(risks: pd.DataFrame) -> dict[str, pd.Series]:
    return {f"leader {after}": risks["leader"] == 1 + number for number, after in enumerate(LEADER_AFTER)}


@figure
def leaving_after_a_leader_left(found: Evidence, after: str) -> float:
    """How much more often people decide to leave, some weeks after their leader did: ratio less 1.

    Colleagues who left meanwhile are held.
    """
    risks = found.risks
    ratios = hazard_ratios(risks, pd.DataFrame(_leader(risks) | _peers(risks)))
    return float(ratios[f"leader {after}"] - 1.0)


@figure
def leaving_per_peer_who_left(found: Evidence, after: str) -> float:
    """How much more often people of teams of 8 to 12 decide to leave, some weeks after each colleague: ratio less 1."""
    risks = found.risks[found.risks["middling"] == 1]
    ratios = hazard_ratios(risks, pd.DataFrame(_leader(risks) | _peers(risks)))
    return float(ratios[f"peers {after}"] - 1.0)


# --- how a firm is led ----------------------------------------------------------------------------


def _a_head(found: Evidence, experiment: str) -> pd.Series:
    """Return output a head and week, by run and arm."""
    rows = found.firms[found.firms["experiment"] == experiment].set_index(["run", "arm"])
    return rows["output"] / rows["people"]


@figure
def best_ready_made_style_against_the_worst(found: Evidence) -> float:
    """Output a head in the second year: means over firms first, so that luck does not choose; then their ratio."""
    means = _a_head(found, "practices").groupby("arm").mean()
    return float(means.max() / means.min()) if len(means) else np.nan


@figure
def leader_of_the_top_tenth_against_the_bottom_tenth(found: Evidence) -> float:
    """Of leaders by what front-line teams come to under them: output a head in two years, firms' means taken out."""
    heads = _a_head(found, "bosses")
    if not len(heads):
        return np.nan
    apart = heads / heads.groupby("run").transform("mean")
    return float(apart.quantile(1.0 - TENTH) / apart.quantile(TENTH))


@figure
def practices_against_bosses(found: Evidence) -> float:
    """The logarithm of the ratio between ready-made styles, by that between bosses."""
    boss = math.log(leader_of_the_top_tenth_against_the_bottom_tenth(found))
    return math.log(best_ready_made_style_against_the_worst(found)) / boss if boss > 0 else np.nan


@figure
def best_affordable_style_against_the_usual_one(found: Evidence) -> float:
    """Output a head in the second year, mean over searches, each measured in runs by which it did not choose."""
    return float(found.searches["ratio"].mean()) if len(found.searches) else np.nan


# --- one lever alone ------------------------------------------------------------------------------


def _lever_effects(found: Evidence) -> pd.DataFrame:
    """Return what each lever does from the low end to the high one.

    Columns ``output`` (ratio a head, less 1), ``engagement`` (in standard deviations between persons), ``exits`` (ratio
    of voluntary exits a head), and ``moves``: whether the t interval over teams of any of the three is clear of zero.
    """
    table = found.levers
    sums = table.groupby("lever", sort=False).sum(numeric_only=True)

    def rate(rows: pd.DataFrame, what: str, end: str) -> pd.Series:
        return rows[f"{what}_{end}"] / rows[f"people_{end}"]

    between = _front_line(found)["engagement"].groupby([found.panel["run"], found.panel["week"]]).std().mean()
    effects = pd.DataFrame(
        {
            "output": rate(sums, "output", "high") / rate(sums, "output", "low") - 1.0,
            "engagement": (rate(sums, "engagement", "high") - rate(sums, "engagement", "low")) / between,
            "exits": rate(sums, "quits", "high") / rate(sums, "quits", "low"),
        }
    )
    there = table[(table["people_low"] > 0) & (table["people_high"] > 0)]
    levers, clear = there["lever"], []
    for what in ("output", "engagement", "quits"):
        apart = (rate(there, what, "high") - rate(there, what, "low")).groupby(levers, sort=False)
        count, error = apart.count(), apart.sem()
        least = scipy.stats.t.ppf(1.0 - (1.0 - CONFIDENCE) / OUTCOMES / 2.0, np.maximum(count - 1, 1))
        clear.append((apart.mean().abs() > least * error) & (count > 1))
    return effects.assign(moves=pd.concat(clear, axis=1).any(axis=1))


def _furthest(values: pd.Series, size: pd.Series) -> float:
    known = size.replace([np.inf, -np.inf], np.nan).dropna()
    return float(values[known.index].iloc[int(known.to_numpy().argmax())]) if len(known) else np.nan


@figure
def most_that_a_lever_does_to_output(found: Evidence) -> float:
    """The ratio of output a head, less 1, of the lever for which it is furthest from 0."""
    output = _lever_effects(found)["output"]
    return _furthest(output, output.abs())


@figure
def what_a_lever_in_the_middle_does_to_output(found: Evidence) -> float:
    """The median of absolute values over all levers."""
    return float(_lever_effects(found)["output"].abs().median())


@figure
def share_of_levers_that_move_something(found: Evidence) -> float:
    """Output, engagement or exits, with an interval clear of zero."""
    moves = _lever_effects(found)["moves"]
    return float(moves.mean()) if len(moves) else np.nan


@figure
def most_that_a_lever_does_to_engagement(found: Evidence) -> float:
    """The difference in standard deviations between persons of the lever for which it is furthest from 0."""
    engagement = _lever_effects(found)["engagement"]
    return _furthest(engagement, engagement.abs())


@figure
def most_that_a_lever_does_to_exits(found: Evidence, *apart: str) -> float:
    """The ratio of voluntary exits of the lever for which it is furthest from 1, some levers left out.

    Luck is the same at both ends, and exits of all firms are pooled first: what luck leaves in the largest of these
    ratios is a few per cent in a scorecard, far less than the width of the band.
    """
    exits = _lever_effects(found)["exits"].drop(list(apart), errors="ignore")
    return _furthest(exits, np.log(exits.where(exits > 0)).abs())


# --- what is said and decided ---------------------------------------------------------------------

PAY = tuple(number for number, name in enumerate(Drivers.quantities()) if name in OF_PAY)
"""The numbers of the drivers that people name as pay."""


@figure
def share_of_exits_with_pay_as_the_main_reason(found: Evidence) -> float:
    """Of voluntary exits."""
    main = found.reasons["main"]
    return float(main.isin(PAY).mean()) if len(main) else np.nan


@figure
def share_of_exits_that_name_pay_at_all(found: Evidence) -> float:
    """Of voluntary exits, several reasons being allowed."""
    named = found.reasons["named"].to_numpy(dtype=np.int64)
    bits = sum(1 << number for number in PAY)
    return float(((named & bits) != 0).mean()) if len(named) else np.nan


@figure
def half_life_of_a_raise(found: Evidence) -> float:
    """Weeks until half of what a raise does to job satisfaction is gone: of an exponential fitted from its peak on.

    By least squares over three years, so that most of the effect decides and not what may be left of it in the end.
    """
    gain = found.raises.groupby("week")["gain"].mean().to_numpy()
    if not len(gain) or not gain[:YEAR].max() > 0:
        return np.nan
    fading = gain[int(gain[:YEAR].argmax()) :][: FADING_YEARS * YEAR]
    since = np.arange(len(fading))

    def miss(log_half_life: float) -> float:
        shape = 0.5 ** (since / math.exp(log_half_life))
        return float(((fading - shape * (shape @ fading) / (shape @ shape)) ** 2).sum())

    found_at = scipy.optimize.minimize_scalar(miss, bounds=np.log(HALF_LIVES), method="bounded")
    return math.exp(float(found_at.x))


FADING_YEARS, HALF_LIVES = 3, (1.0, 1040.0)
"""How long a raise is followed; and between which weeks its half-life is looked for."""


@figure
def effect_of_incentives(found: Evidence, arm: str) -> float:
    """On output, as a share of that without recognition, feedback and money."""
    return against_none(found, arm)


@figure
def what_incentives_do_together_beyond_the_sum_of_each(found: Evidence) -> float:
    """All three, less each by itself, as a share of output without any."""
    arms = outputs_by_arm(found, "recognition").columns.drop(["none", "all"])
    return against_none(found, "all") - sum(against_none(found, arm) for arm in arms)


STRATA = ["level", "standing", "tenure"]


def _against_comparable(found: Evidence, arm: str) -> float:
    """Return exits of who was passed over, by those to be expected of colleagues of like level, standing and tenure."""
    table = found.sequels
    sums = table[table["arm"] == arm].groupby(["what", *STRATA])[["people", "gone"]].sum()
    if not {"passed over", "colleagues"} <= set(sums.index.get_level_values("what")):
        return np.nan
    others, ours = sums.loc["colleagues"], sums.loc["passed over"]
    both = ours.merge(others, left_index=True, right_index=True, suffixes=("", "_others"))
    expected = (both["people"] * both["gone_others"] / both["people_others"]).sum()
    return float(both["gone"].sum() / expected) if expected > 0 else np.nan


@figure
def leaving_after_being_passed_over(found: Evidence) -> float:
    """Voluntary exits in the half-year after, by those of comparable colleagues in the same half-year."""
    return _against_comparable(found, "as observed")


@figure
def passed_over_with_a_conversation_against_without(found: Evidence) -> float:
    """The same where it was talked over, by the same where it was not: what talking does to everybody drops out."""
    with_it, without = (_against_comparable(found, arm) for arm in ("told why", "not told why"))
    return with_it / without if without > 0 else np.nan


@figure
def share_gone_after_a_counter_offer(found: Evidence) -> float:
    """By whatever road, within a year of staying for one."""
    table = found.sequels
    sums = table.loc[table["what"] == "counter-offer", ["people", "gone"]].sum() if len(table) else None
    return float(sums["gone"] / sums["people"]) if sums is not None and sums["people"] > 0 else np.nan
