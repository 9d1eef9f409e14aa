"""What all tests share: small scenarios, rules compiled once, and how hypothesis searches."""

import asyncio
import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

sys.path.insert(0, str(Path(__file__).parent))  # so that tests can share `strategies` and `bits`

settings.register_profile(
    "teamsim",
    deadline=None,
    max_examples=30,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile(
    "unshrunk", settings.get_profile("teamsim"), phases=[Phase.explicit, Phase.reuse, Phase.generate]
)
settings.load_profile("teamsim")


@pytest.fixture(scope="session", autouse=True)
def rules_compiled():
    """Compile before the first test, so that no test is timed or measured while compiling."""
    from teamsim.engine import warm_up

    warm_up()


@pytest.fixture(autouse=True)
def no_loop_left_behind(request):
    """Lay aside the loop that Playwright keeps running in a process that has had a browser."""
    if request.node.path.parent.name == "browser":
        yield
        return
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(loop)


@pytest.fixture(scope="session")
def small():
    """One team of four for 26 weeks, two of them unlike the rest."""
    import teamsim as ts

    people = [{"name": "Ana", "talent": 2.0}, {"name": "Ben"}, {"name": "Cid", "talent": 0.6}, {"name": "Dee"}]
    return ts.Scenario(name="small", weeks=26, teams=[{"name": "Blue", "leader": {"name": "Lea"}, "people": people}])


@pytest.fixture(scope="session")
def twelve():
    """A team of twelve for 104 weeks."""
    import teamsim as ts

    people = [{"name": f"P{number}", "talent": 0.6 + number / 8} for number in range(12)]
    return ts.Scenario(name="twelve", weeks=104, teams=[{"name": "Blue", "leader": {"name": "Lea"}, "people": people}])


@pytest.fixture(scope="session")
def ladder():
    """Six teams on three levels, the lower ones first, in which chairs fall empty: many leave, some are dismissed."""
    import teamsim as ts

    teams = []
    for i in range(2):
        for j in range(2):
            people = [
                {"name": f"P{i}{j}{k}", "talent": 0.7 + 0.2 * k}
                | {"wish_to_lead": (k + i) % 5 / 4, "leadership": k % 3 / 2}
                for k in range(5)
            ]
            teams.append({"name": f"Team {i}{j}", "led_by": f"M{i}{j}", "people": people, "vacancies": j})
        managers = [{"name": f"M{i}{j}", "lead_skill": 0.2 + 0.5 * j, "pay_ratio": 0.8} for j in range(2)]
        teams.append({"name": f"Department {i}", "tier": 1, "led_by": f"E{i}", "people": managers})
    executives = [{"name": f"E{i}", "intensity": 0.9 * i} for i in range(2)]
    teams.append({"name": "Board", "tier": 2, "leader": {"name": "Chief"}, "people": executives})
    market = {"tightness": 4.0, "hiring_weeks": 4.0}
    return ts.Scenario(name="ladder", weeks=60, teams=teams, market=market)


@pytest.fixture(scope="session")
def upheaval():
    """Under whom the ladder is lived: four are dismissed, two of them in one week; some bring styles of their own."""
    import teamsim as ts

    dismissed = {5: "M00", 9: "E0", 20: "E1", 21: "M11"}
    events = [{"week": week, "kind": "dismissal", "who": who} for week, who in dismissed.items()]
    events.append({"week": 20, "kind": "dismissal", "who": "P113"})
    plan = ts.Plan(styles={0: "demanding", 30: "comfortable"}, events=events)
    return {"": plan, "Chief": plan, "P003": "developer", "M01": "hands-off"}


@pytest.fixture(scope="session")
def busy():
    """Two teams with vacancies in a hot market: people leave and are hired all the time."""
    import teamsim as ts

    teams = [
        {
            "name": f"Team {number}",
            "leader": {"name": f"Leader {number}", "expertise": 0.8 + number},
            "people": [{"name": f"P{number}-{one}", "talent": 0.7 + 0.4 * one} for one in range(5)],
            "vacancies": 2,
        }
        for number in range(2)
    ]
    return ts.Scenario(name="busy", weeks=40, teams=teams, market={"tightness": 5.0, "hiring_weeks": 3.0})
