"""A study says what it moves, refuses what cannot be, and its rows are the histories that `ts.futures` lives."""

import numpy as np
import pandas as pd
import pytest

import teamsim as ts
from teamsim.research.design import drawn
from teamsim.research.subject import Teams

KEPT = ["engagement", "regretted", "output", "strain, top third"]


def levels(study, name):
    return study.design[name].tolist()


@pytest.mark.parametrize(
    ("axes", "told"),
    [
        ({"style.chalenge": [0.1]}, "axes.style.chalenge is not known; did you mean 'style.challenge'"),
        ({"styl.challenge": [0.1]}, "axes.styl.challenge is not known"),
        ({"style.challenge": (0.9, 0.1)}, r"axes.style.challenge = \(0.9, 0.1\) is reversed"),
        ({"style.challenge": (0.5, 0.5)}, "is reversed or empty"),
        ({"style.challenge": []}, r"axes.style.challenge = \[\] is an empty list"),
        ({"style.challenge": [0.2, 1.4]}, "axes.style.challenge = 1.4 is outside 0..1"),
        ({"style.challenge": [0.2, 0.2]}, "names a level twice"),
        ({"style.challenge": [float("nan")]}, "is outside 0..1"),
        ({"style.challenge": ["much"]}, "'much' is not a number in 0..1"),
        ({"style.challenge": 0.4}, "neither a list of levels nor a range"),
        ({"weeks": [26.5]}, "26.5 is not a whole number in 1..1040"),
        ({"style": ["devloper"]}, "'devloper' is not known; allowed are hands-off"),
        ({"style": (0, 1)}, "is a range, but these are words"),
        ({"parameters.trust_breach_loss": (0.1, 6.0)}, "axes.parameters.trust_breach_loss = 6 is outside 0..1"),
        ({"style.challenge": (0.1, 0.9)}, "a full design needs levels"),
        ({}, "axes is empty"),
    ],
)
def test_a_bad_axis_is_refused(small, axes, told):
    with pytest.raises(ts.InputError, match=told):
        ts.Study(small, axes)


def test_a_design_without_end_is_refused_before_it_is_listed(small):
    many = [number / 1000 for number in range(1000)]
    names = ("challenge", "autonomy", "candour", "asking")
    with pytest.raises(ts.InputError) as refused:
        ts.Study(small, {f"style.{name}": many for name in names}, runs=100)
    told = str(refused.value)
    assert "1,000,000,000,000 points" in told
    assert "allowed are 10,000,000 points" in told
    assert "years on" in told
    assert "TB on disk" in told


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"measures": ["engagment"]}, "did you mean 'engagement'"),
        ({"measures": ["engagement, top half"]}, "is of no known group; Known: bottom third"),
        ({"measures": []}, "measures is empty"),
        ({"measures": "engagement"}, "is not a list of names"),
        ({"runs": 0}, "runs = 0 is not a whole number from 1"),
        ({"seed": -1}, "seed = -1"),
        ({"design": "sobel"}, "did you mean 'sobol'"),
        ({"style": "devloper"}, "did you mean 'developer'"),
        ({"parameters": {"trust_gian": 0}}, "did you mean 'trust_gain'"),
        ({"parameters": "calibrated sample"}, "parameters = 'calibrated sample' is many sets, and one is needed here"),
    ],
)
def test_a_bad_study_is_refused(small, more, told):
    with pytest.raises(ts.InputError, match=told):
        ts.Study(small, {"style.challenge": [0.1]}, **more)


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"style.challenge": [0.1, 1.2]}, r"design.style.challenge\[1\] = 1.2 is outside 0..1"),
        ({"style.challenge": [0.1, None]}, r"design.style.challenge\[1\] = nan is outside 0..1"),
        ({"style.chalenge": [0.1]}, "design.style.chalenge is not known"),
        ({}, "is a table of 0 rows"),
    ],
)
def test_a_bad_table_of_points_is_refused(small, table, told):
    with pytest.raises(ts.InputError, match=told):
        ts.Study(small, design=pd.DataFrame(table))


def test_every_lever_parameter_and_field_is_an_axis(small):
    declared = Teams.of(small, None, None).declared
    assert {f"style.{name}" for name in ts.Style.quantities()} <= set(declared)
    fields = {"weeks", "market.tightness", "policies.voice", "teams.*.leader.hours", "teams.Blue.people.Ana.talent"}
    assert fields <= set(declared)
    for name, quantity in declared.items():
        ts.Study(small, {name: (quantity.low, min(quantity.high, 1e6))}, "latin", points=2)


def test_designs(small):
    axes = {"style.challenge": (0.2, 0.6), "weeks": (4, 8), "style": ["developer", "comfortable"]}
    for design in ("latin", "sobol"):
        study = ts.Study(small, axes, design, points=32)
        assert study.design.equals(ts.Study(small, axes, design, points=32).design)
        assert not study.design.equals(ts.Study(small, axes, design, points=32, seed=2).design)
        assert len(study.design) == 32
        eighths = np.floor((study.design["style.challenge"] - 0.2) / 0.05).value_counts()
        assert eighths.tolist() == [4] * 8, "spread evenly"
        assert sorted(set(levels(study, "weeks"))) == [4, 5, 6, 7, 8]
        assert levels(study, "style").count("developer") == 16
    full = ts.Study(small, {"weeks": [4, 6], "style": ["developer", "comfortable", "demanding"]})
    assert full.points == 6
    assert list(zip(levels(full, "weeks"), levels(full, "style"), strict=True))[1] == (4, "comfortable")
    assert drawn(full.axes, "full", 0, 1).equals(full.design)


@pytest.mark.parametrize(
    "point",
    [
        {"style.feedback_weeks": 3.0},
        {"parameters.trust_breach_loss": 0.6},
        {"style": "demanding", "style.pressure": 0.1},
        {"weeks": 9, "market.tightness": 3.0, "policies.review_weeks": 5},
        {"teams.*.leader.hours": 20.0},
        {"teams.Blue.people.Ana.talent": 3.0},
    ],
    ids=str,
)
def test_rows_are_the_histories_of_futures(small, point):
    study = ts.Study(small, design=pd.DataFrame([point]), runs=70, seed=5, measures=KEPT, style="comfortable")
    rows = study.run().runs
    scenario, style, parameters = small, ts.Style.preset("comfortable"), {}
    for name, value in point.items():
        if name == "style":
            style = ts.Style.preset(value)
        elif name.startswith("style."):
            style = style.replace(**{name[6:]: value})
        elif name.startswith("parameters."):
            parameters[name[11:]] = value
        elif name == "weeks":
            scenario = scenario.replace(weeks=value)
        elif name.startswith(("market.", "policies.")):
            part, field = name.split(".")
            scenario = scenario.replace(**{part: getattr(scenario, part).replace(**{field: value})})
        else:
            [blue] = scenario.teams
            if "hours" in name:
                blue = blue.replace(leader=blue.leader.replace(hours=value))
            else:
                ana, *others = blue.people
                blue = blue.replace(people=(ana.replace(talent=value), *others))
            scenario = scenario.replace(teams=(blue,))
    many = ts.futures(scenario, style, 70, 5, parameters=parameters)
    for measure in KEPT[:3]:
        assert rows[measure].tolist() == many.runs[measure].tolist()
    assert rows[KEPT[3]].tolist() == many.runs_of("top third")["strain"].tolist()


def test_points_meet_the_same_luck_unless_told_otherwise(small):
    axes = {"style.challenge": [0.2, 0.8]}
    study = ts.Study(small, axes, runs=30, measures=KEPT)
    rows = study.run().runs
    assert rows["run"].tolist() == [*range(30), *range(30)]
    apart = ts.Study(small, axes, runs=30, measures=KEPT, common_random_numbers=False).run()
    assert apart.runs["run"].tolist() == list(range(60))
    assert apart.runs["engagement"][:30].tolist() == rows["engagement"][:30].tolist()
    assert apart.runs["engagement"][30:].tolist() != rows["engagement"][30:].tolist()


@pytest.mark.parametrize("common", [True, False])
def test_any_history_is_opened_whole(small, common):
    study = ts.Study(small, {"weeks": [8, 12], "style.challenge": [0.2, 0.8]}, runs=3, measures=KEPT,
                     common_random_numbers=common)  # fmt: skip
    sweep = study.run()
    row = sweep.runs.iloc[10]
    run = sweep.open(int(row["point"]), int(row["run"]))
    whole = run.weeks[run.weeks["group"] == "organisation"]
    assert len(whole) == row["weeks"] == 12
    assert row["regretted"] == whole["regretted"].sum()
    assert row["engagement"] == pytest.approx(whole["engagement"].mean(), abs=1e-12)
    for point, number, told in ((4, 0, "point = 4"), (0, 10**6, "run = 1000000")):
        with pytest.raises(ts.InputError, match=told):
            sweep.open(point, number)


def test_a_study_is_kept_in_a_file(small, tmp_path):
    scenario = small.save(tmp_path / "mine.toml")
    written = """
    scenario = "mine.toml"
    style = "comfortable"
    design = "latin"
    points = 8
    runs = 3
    measures = ["engagement"]
    [parameters]
    trust_gain = 0.03
    [axes]
    style.feedback_weeks = [1, 13]
    "parameters.trust_breach_loss" = { low = 0.1, high = 0.6 }
    """
    (tmp_path / "study.toml").write_text(written)
    study = ts.Study.load(tmp_path / "study.toml")
    same = ts.Study(
        ts.Scenario.load(scenario),
        {"style.feedback_weeks": [1, 13], "parameters.trust_breach_loss": (0.1, 0.6)},
        "latin", points=8, runs=3, measures=["engagement"], style="comfortable", parameters={"trust_gain": 0.03},
    )  # fmt: skip
    assert study.identity == same.identity
    assert ts.Study.load(study.save(tmp_path / "again.toml")).identity == study.identity
    plan = {"": ts.Plan(styles={0: "developer", 9: "demanding"}, events=[{"week": 3, "kind": "raise"}])}
    table = ts.Study(small, design=pd.DataFrame({"weeks": [3, 4], "style.asking": [0.1, 1 / 3]}), style=plan)
    assert ts.Study.load(table.save(tmp_path / "table.toml")).identity == table.identity


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('designs = "latin"', "designs is not known; did you mean 'design'"),
        ("[axes]\n'style.challenge' = [3]", "axes.style.challenge = 3 is outside 0..1"),
        ("style = 3", "style = 3 is neither"),
        ('design = "points.csv"', "points.csv cannot be read"),
        ("x = ", "cannot be read"),
    ],
)
def test_a_bad_file_is_refused(small, tmp_path, line, told):
    small.save(tmp_path / "mine.toml")
    (tmp_path / "study.toml").write_text(f'scenario = "mine.toml"\n{line}\n')
    with pytest.raises(ts.InputError, match=told):
        ts.Study.load(tmp_path / "study.toml")


def test_the_cost_is_near_what_it_takes(twelve):
    """Within a factor of five, on whatever machine; the machine may have other work."""
    import time

    study = ts.Study(twelve, {"style.challenge": [0.2, 0.5, 0.8]}, runs=300)
    cost = study.cost(workers=1)
    assert (cost.points, cost.histories, cost.person_weeks) == (3, 900, 900 * 12 * 104)
    began = time.perf_counter()
    sweep = study.run(workers=1)
    took = time.perf_counter() - began
    assert took / 5 < cost.seconds < took * 5
    size = sum(path.stat().st_size for path in (sweep.folder / "runs").iterdir())
    assert size / 5 < cost.bytes < size * 5
    assert "900 histories" in str(cost)
