"""A real, messy HR file, end to end: from the table to two years of an organisation under two styles."""

from __future__ import annotations

from pathlib import Path

import pytest

import teamsim as ts

FILE = Path(__file__).resolve().parents[2] / "shared" / "data" / "turnover.csv"


@pytest.mark.skipif(not FILE.is_file(), reason="the real HR file lies beside the project and does not travel with it")
def test_a_real_file_becomes_an_organisation_that_lives_two_years_under_two_styles() -> None:
    scenario = ts.Scenario.from_table(FILE, tenure_months="stag", event="event", team="industry", seed=1)
    assert scenario.weeks == 104
    assert len(scenario.people) > 500
    assert max(team.seats for team in scenario.teams) <= 9
    found = ts.compare(scenario, {"hands-off": "hands-off", "developer": "developer"}, runs=200)
    assert len(found.runs) == 400
    engagement = found.differences.query("group == 'organisation' and measure == 'engagement'").iloc[0]
    assert engagement.low > 0
    assert found["developer"].exits["road"].isin(["offer", "exhaustion", "dismissed"]).all()
