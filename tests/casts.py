"""Casts that tests and digests share: people leave, are hired, and rise."""

import teamsim as ts


def ladder():
    """Six teams on three levels, the lower ones first, in which chairs fall empty: many leave, some are dismissed."""
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


def upheaval():
    """Under whom the ladder is lived: four are dismissed, two of them in one week; some bring styles of their own."""
    dismissed = {5: "M00", 9: "E0", 20: "E1", 21: "M11"}
    events = [{"week": week, "kind": "dismissal", "who": who} for week, who in dismissed.items()]
    events.append({"week": 20, "kind": "dismissal", "who": "P113"})
    plan = ts.Plan(styles={0: "demanding", 30: "comfortable"}, events=events)
    return {"": plan, "Chief": plan, "P003": "developer", "M01": "hands-off"}


def busy():
    """Two teams with vacancies in a hot market: people leave and are hired all the time."""
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
