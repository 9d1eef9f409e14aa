"""What experiments share: casts, groups of people in them, and parameters that are held so that nothing interferes."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from teamsim.fields import InputError, closest
from teamsim.scenario import Scenario

__all__ = ["SETTINGS", "cast", "people_of"]

SETTINGS: dict[str, dict[str, float]] = {
    "nobody leaves": {
        "offer_rate": 0.0, "push_start": -15.0, "push_strain": 0.0, "push_belief": 0.0, "plans_rate": 0.0,
    },
    "nobody takes an offer": {
        "accept_start": -8.0, "push_start": -15.0, "push_strain": 0.0, "push_belief": 0.0, "plans_rate": 0.0,
    },
    "all feel alike": {"sensitivity_gain": 0.0},
    "no avoidance": {"avoidance_gain": 0.0},
    "all are treated alike": {
        "rapport_time": 0.0, "rapport_trust": 0.0, "rapport_care": 0.0, "rapport_praise": 0.0, "cues_rapport": 0.0,
    },
    "no talk is put off": {"discomfort": 0.0, "hesitation_gain": 0.0, "peer_hesitation": 0.0},
    "leaders do not tire": {"fatigue_insight": 0.0},
    "coaching teaches nothing": {"growth_coaching": 0.0, "coaching_learning": 0.0},
    "rank is not felt": {
        "over_control_gain": 0.0, "control_strain": 0.0, "guidance_loss": 0.0, "reward_gain": 0.0, "barren_gain": 0.0,
    },
    "low performance is let be": {"low_rating": 0.0},
    "attention is not felt": {
        "neglect_gain": 0.0, "crowding_gain": 0.0, "neglect_autonomy": 0.0, "care_weight": 0.0, "care_strain": 0.0,
    },
}  # fmt: skip
"""Parameters held in every arm, by what that means."""

STAR, STRUGGLING = 1.6, 0.75


@cache
def cast(name: str) -> Scenario:
    """Return a cast by its name: a scenario that comes with teamsim, or one of `CASTS`.

    Raises
    ------
    InputError
        If there is none of that name.
    """
    if name in CASTS:
        return CASTS[name]()
    if name not in Scenario.names():
        raise InputError(f"cast {name!r} is not known; {closest(name, (*CASTS, *Scenario.names()))}")
    return Scenario.load(name)


def people_of(scenario: Scenario, group: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of a group of the first cast: stars, struggling, average, everybody, those of a tier, or names.

    Raises
    ------
    InputError
        If there is nobody of that name, or the group is empty.
    """
    everybody = [(person, team) for team in scenario.teams for person in team.people]
    leaders = {team.led_by for team in scenario.teams}
    groups = {
        "everybody": [person.name for person, _ in everybody],
        "stars": [person.name for person, _ in everybody if person.talent >= STAR],
        "struggling": [person.name for person, _ in everybody if person.talent <= STRUGGLING],
        "average": [person.name for person, _ in everybody if STRUGGLING < person.talent < STAR],
        "leaders": [person.name for person, _ in everybody if person.name in leaders],
        "front line": [person.name for person, team in everybody if team.tier == 0],
        "middle": [person.name for person, team in everybody if team.tier == 1],
        "executives": [person.name for person, team in everybody if team.tier == 2],
    }
    if isinstance(group, str) and not groups.get(group):
        raise InputError(f"group {group!r} is empty or not known; {closest(group, groups)}")
    names = groups[group] if isinstance(group, str) else list(group)
    for name in names:
        if name not in groups["everybody"]:
            raise InputError(f"person {name!r} is not known; {closest(name, groups['everybody'])}")
    return tuple(names)


def firm() -> Scenario:
    """Thirteen teams on three levels: three executives, nine who lead a team each, sixty-three people."""
    board = [{"name": f"Executive {i}", "talent": 1.4, "leadership": 0.6, "lead_skill": 0.5} for i in range(3)]
    teams = [{"name": "Board", "tier": 2, "leader": {"name": "Chief"}, "people": board}]
    for i in range(3):
        middle = [
            {
                "name": f"Manager {i}{j}",
                "talent": 1.1 + 0.1 * j,
                "leadership": 0.2 + 0.15 * j,
                "lead_skill": 0.3 + 0.1 * j,
            }
            for j in range(3)
        ]
        teams.append({"name": f"Department {i}", "tier": 1, "led_by": f"Executive {i}", "people": middle})
    for i in range(3):
        for j in range(3):
            people = [
                {
                    "name": f"Person {i}{j}{k}",
                    "talent": 0.7 + 0.12 * k,
                    "leadership": (7 * k + 3 * j) % 10 / 10,
                    "wish_to_lead": (3 * k + i) % 10 / 10,
                }
                for k in range(7)
            ]
            teams.append({"name": f"Team {i}{j}", "led_by": f"Manager {i}{j}", "people": people})
    return Scenario(name="firm", teams=teams)


def led_from_within() -> Scenario:
    """The team of ``managing-stars`` under somebody who has a seat, and a boss, of their own."""
    stars = Scenario.load("managing-stars")
    robin = {"name": "Robin", "talent": 1.4, "leadership": 0.6, "wish_to_lead": 0.8, "lead_skill": 0.5}
    above = {"name": "Heads", "tier": 1, "leader": {"name": "Chief"}, "people": [robin]}
    product = stars.teams[0].model_dump(exclude={"leader"}) | {"led_by": "Robin"}
    return stars.replace(name="led from within", teams=[above, product])


def nine_chairs() -> Scenario:
    """Nine heads, each of a team whose seven people are hired at once, drawn anew in every future."""
    heads = [{"name": f"Head {i}", "leadership": 0.5, "lead_skill": 0.5} for i in range(9)]
    teams = [{"name": "Heads", "tier": 1, "leader": {"name": "Chief"}, "people": heads}]
    teams += [{"name": f"Team {i}", "led_by": f"Head {i}", "vacancies": 7} for i in range(9)]
    return Scenario(name="nine chairs", weeks=60, teams=teams, market={"hiring_weeks": 1.0})


def one_chair() -> Scenario:
    """A head and a team of eight; of these, Star does twice the work of Solid, and both would lead alike."""
    alike = {"leadership": 0.5, "lead_skill": 0.5, "wish_to_lead": 0.0, "need_growth": 0.5, "intensity": 0.4}
    talents = {"Star": 2.2, "Solid": 1.0} | {f"Person {i}": 0.8 + 0.08 * i for i in range(6)}
    people = [{"name": name, "talent": talent, **alike} for name, talent in talents.items()]
    heads = {"name": "Heads", "tier": 1, "leader": {"name": "Chief"}, "people": [{"name": "Head"}]}
    return Scenario(name="one chair", weeks=78, teams=[heads, {"name": "Team", "led_by": "Head", "people": people}])


CASTS: dict[str, Callable[[], Scenario]] = {
    "firm": firm, "led from within": led_from_within, "nine chairs": nine_chairs, "one chair": one_chair,
}  # fmt: skip
"""Casts that do not come as a scenario of their own."""
