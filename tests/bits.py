"""Results as bytes, to compare to the last bit; as a script, the hash of two histories under whatever environment."""

import hashlib
import sys

import pandas as pd

TABLES = ("weeks", "people", "exits", "events", "promotions")


def raw(run):
    """The bytes of a run: measures, life lines, departures."""
    return {name: run._raw[name].tobytes() for name in ("measures", "life", "departures")}


def assert_equal(one, other):
    """The same bytes, and the same tables."""
    for name, content in raw(one).items():
        assert content == raw(other)[name], f"{name} differ"
    for table in TABLES:
        pd.testing.assert_frame_equal(getattr(one, table), getattr(other, table), check_exact=True)


def digest(run):
    """A hash of all bytes of a run."""
    return hashlib.blake2b(b"".join(raw(run).values()), digest_size=16).hexdigest()


def histories():
    """Scenarios of some difficulty: a team of twelve; two teams that lose and hire people; three levels."""
    import teamsim as ts

    people = [{"name": f"P{number}", "talent": 0.6 + number / 8} for number in range(12)]
    yield (
        ts.Scenario(name="a", weeks=13, teams=[{"name": "T", "leader": {"name": "L"}, "people": people}]),
        "developer",
    )
    teams = [
        {
            "name": f"T{n}",
            "leader": {"name": f"L{n}"},
            "people": [{"name": f"P{n}{i}"} for i in range(3)],
            "vacancies": 2,
        }
        for n in range(2)
    ]
    plan = ts.Plan(
        styles={0: ts.Style(pay_position=0.7, firmness=1), 9: "micromanager"},
        events=[
            {"week": 3, "kind": "raise", "who": "P01"},
            {"week": 4, "kind": "broken promise"},
            {"week": 5, "kind": "praise"},
        ],
    )
    scenario = ts.Scenario(
        name="b",
        weeks=20,
        teams=teams,
        policies={"review_weeks": 4, "support_weeks": 4},
        market={"tightness": 5, "hiring_weeks": 2},
    )
    yield scenario, {"L0": plan, "L1": "demanding"}
    teams = [
        {"name": "Board", "tier": 2, "leader": {"name": "C"}, "people": [{"name": "E"}]},
        {"name": "Middle", "tier": 1, "led_by": "E", "people": [{"name": "M0"}, {"name": "M1", "talent": 1.3}]},
        *({"name": f"T{n}", "led_by": f"M{n}", "people": [{"name": f"P{n}{i}"} for i in range(3)]} for n in range(2)),
    ]
    events = [{"week": 4, "kind": "dismissal", "who": "E"}, {"week": 9, "kind": "dismissal", "who": "M0"}]
    plan = ts.Plan(styles={0: "demanding"}, events=events)
    yield ts.Scenario(name="c", weeks=20, teams=teams), {"": plan, "M1": "developer"}


if __name__ == "__main__":
    import teamsim as ts

    for scenario, conduct in histories():
        engine = ts.simulate(scenario, conduct, seed=11)
        mesa = ts.TeamModel(scenario, conduct, rng=11).run()
        sys.stdout.write(f"{digest(engine)} {digest(mesa)} {len(engine.exits)} {int(engine.people['hires'].max())}\n")
