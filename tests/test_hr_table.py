"""From an HR table to a cast: invented, honest about itself, and no row of the table."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import teamsim.rules.team as rules
from teamsim.chance import identity_of
from teamsim.data.make_hr_export import made_up_hr_export
from teamsim.fields import InputError
from teamsim.files import shipped
from teamsim.hr_privacy import LEAST
from teamsim.hr_table import TRAITS
from teamsim.parameters import parameters_of
from teamsim.people import OrganisationState, PersonState, TeamState
from teamsim.scenario import Scenario
from teamsim.style import Style

REAL = Path(__file__).parents[1] / "../shared/data/turnover.csv"
ALL = {"tenure_months": "months", "event": "left", "team": "unit", "pay": "pay", "rating": "rating"}


def table(rows=120, seed=1, **columns):
    chance = np.random.default_rng(seed)
    made = {
        "number": range(rows),
        "months": chance.exponential(40, rows).clip(0, 800),
        "left": (chance.random(rows) < 0.25).astype(int),
        "unit": chance.choice(["North", "South", "West"], rows),
        "pay": chance.lognormal(8, 0.3, rows),
        "rating": chance.integers(1, 6, rows).astype(float),
    }
    return pd.DataFrame(made | columns)


def cast(scenario):
    return [person for team in scenario.teams for person in team.people]


def said(scenario):
    return "\n".join(scenario.notes)


def refused(frame, **named):
    with pytest.raises(InputError) as caught:
        Scenario.from_table(frame, **named)
    message = str(caught.value)
    assert "\n" not in message
    return message


# What is drawn


def test_as_many_as_stayed_and_nobody_is_a_row():
    frame = table()
    scenario = Scenario.from_table(frame, **ALL)
    stayed = frame[frame["left"] == 0]
    assert len(scenario.people) == len(stayed)
    weeks = (stayed["months"] * 52 / 12).round()
    ratios = (stayed["pay"] / stayed.groupby("unit")["pay"].transform("median")).round(3)
    ranks = ((stayed["rating"].rank() - 0.5) / len(stayed)).round(3)
    rows = set(zip(weeks, ratios, ranks, strict=True))
    assert len(rows) == len(stayed)
    assert not rows & {(person.tenure, person.pay_ratio, person.rating) for person in cast(scenario)}


def test_without_an_event_every_row_counts():
    assert len(Scenario.from_table(table(), tenure_months="months").people) == 120


def test_distributions_follow_the_table():
    frame = table(6000, left=0)
    people = pd.DataFrame([person.model_dump() for person in cast(Scenario.from_table(frame, **ALL))])
    assert people["tenure"].median() == pytest.approx((frame["months"] * 52 / 12).median(), rel=0.06)
    assert people["pay_ratio"].median() == pytest.approx(1.0, abs=0.02)
    assert people["pay_ratio"].std() == pytest.approx(0.3, abs=0.06)
    assert people["rating"].mean() == pytest.approx(0.5, abs=0.02)
    assert people["talent"].corr(people["rating"], method="pearson") == pytest.approx(0.47, abs=0.06)
    assert np.log(people["talent"]).std() == pytest.approx(parameters_of(None).talent_spread, rel=0.05)


def test_what_goes_together_in_the_table_goes_together_in_the_cast():
    frame = table(3000, left=0)
    frame["pay"] = 2000 + 20 * frame["months"]
    people = cast(Scenario.from_table(frame, **ALL))
    ranks = pd.DataFrame({"tenure": [p.tenure for p in people], "pay": [p.pay_ratio for p in people]}).rank()
    assert ranks["tenure"].corr(ranks["pay"]) > 0.9


def test_groups_differ_as_they_do_in_the_table():
    frame = table(600, left=0)
    frame.loc[frame["unit"] == "North", "months"] /= 4
    scenario = Scenario.from_table(frame, **ALL)
    tenure = {"North": [], "South": []}
    for team in scenario.teams:
        tenure.setdefault(team.name.split()[0], []).extend(person.tenure for person in team.people)
    assert np.mean(tenure["North"]) < 0.5 * np.mean(tenure["South"])


def test_extremes_do_not_show():
    frame = table(200, left=0)
    ordinary = Scenario.from_table(frame, **ALL)
    frame.loc[frame.index[:2], ["months", "pay"]] = [839.0, 9e9]
    for scenario in (ordinary, Scenario.from_table(frame, **ALL)):
        assert max(person.tenure for person in cast(scenario)) < 300 * 52 / 12
        assert max(person.pay_ratio for person in cast(scenario)) < 2.5


@pytest.mark.parametrize("rows", [10, 19, 60])
def test_small_tables_still_give_people_who_differ(rows):
    scenario = Scenario.from_table(table(rows, left=0), **ALL)
    assert len({person.tenure for person in cast(scenario)}) > 3


def test_no_group_under_ten():
    units = ["Big"] * 60 + ["Small"] * 9 + ["Tiny"] * 3 + ["One"] * 48
    scenario = Scenario.from_table(table(unit=units), team="unit", span=60)
    assert {team.name: team.seats for team in scenario.teams} == {"Big": 60, "One": 48, "other groups": 12}
    assert "2 of 4, of fewer than 10 rows or unnamed, are merged into 'other groups'" in said(scenario)
    assert "Tiny" not in scenario.model_dump_json()


def test_too_few_others_join_the_largest_group():
    units = ["Big"] * 70 + ["Small"] * 4 + [None] * 2 + ["Other"] * 44
    scenario = Scenario.from_table(table(unit=units), team="unit", span=60)
    assert {team.name.split()[0] for team in scenario.teams} == {"Big", "Other"}
    assert len(scenario.people) == 120


def test_groups_are_counted_among_those_who_stayed():
    frame = table(left=[0] * 60 + [1] * 60, unit=["A"] * 55 + ["B"] * 65)
    scenario = Scenario.from_table(frame, **ALL)
    assert {team.name.split()[0] for team in scenario.teams} == {"A"}


@pytest.mark.parametrize("span", [2, 5, 9, 60])
def test_span_is_kept_and_teams_are_even(span):
    scenario = Scenario.from_table(table(), team="unit", span=span)
    sizes = pd.Series({team.name: team.seats for team in scenario.teams})
    assert sizes.max() <= span
    assert (
        sizes.groupby(sizes.index.str.split().str[0]).agg(lambda part: part.max() - part.min()) <= 1
    ).all()
    assert len(set(scenario.leaders)) == len(scenario.teams)
    assert not set(scenario.leaders) & set(scenario.people)


def test_a_group_named_like_a_part_of_another():
    scenario = Scenario.from_table(table(unit=["A"] * 60 + ["A 1"] * 60), team="unit", span=60)
    assert [team.name for team in scenario.teams] == ["A", "A 1"]
    assert (
        len(
            {
                team.name
                for team in Scenario.from_table(
                    table(unit=["A"] * 60 + ["A 1"] * 60), team="unit", span=6
                ).teams
            }
        )
        == 20
    )
    names = ["A"] * 20 + ["A 1"] * 10 + ["A 1 1"] * 90
    assert Scenario.from_table(table(unit=names), team="unit", span=10).seats == 120


def test_the_seed_decides_and_the_order_of_rows_does_not():
    frame = table()
    once, again = (Scenario.from_table(frame, seed=3, **ALL) for _ in range(2))
    assert once == again
    assert once != Scenario.from_table(frame, seed=4, **ALL)
    assert once.teams == Scenario.from_table(frame.sample(frac=1, random_state=1), seed=3, **ALL).teams


def test_other_columns_change_nothing():
    frame = table()
    told = frame.assign(
        gender="f", age=[30 + n % 30 for n in range(120)], health="poor", name="Ann", anxiety=3.0
    )
    assert Scenario.from_table(told, **ALL) == Scenario.from_table(frame, **ALL)


def test_newcomers_and_the_cast_come_from_the_same_spans():
    people = np.zeros(1, PersonState.dtype()).view(np.recarray)
    org = OrganisationState(run_key=identity_of("run")).record()[0]
    team, style, p = TeamState().record()[0], Style().record()[0], parameters_of(None).record()[0]
    drawn = {trait: [] for trait in TRAITS}
    for number in range(1500):
        people[0].seat_key = identity_of(f"seat {number}")
        rules.hire(people[0], 0, org, team, style, p)
        for trait, values in drawn.items():
            values.append(people[0][trait])
    for trait, (low, high) in TRAITS.items():
        assert min(drawn[trait]) == pytest.approx(low, abs=0.01)
        assert max(drawn[trait]) == pytest.approx(high, abs=0.01)


# What is said


def test_notes_say_what_was_used_lacked_and_assumed():
    full, bare = said(Scenario.from_table(table(), **ALL)), said(Scenario.from_table(table()))
    for words in (
        "is invented",
        "nothing should be decided about anyone",
        "Assumed: talent",
        "Nobody is a row",
    ):
        assert words in full
        assert words in bare
    for column in ALL.values():
        assert f"from '{column}'" in full
    assert "Lacked" not in full
    for words in ("groups", "tenure", "pay", "rating", "who left"):
        assert f"Lacked: {words}" in bare


def test_the_rate_of_leaving_sets_the_market():
    frame = table(400, months=50.0, left=[1] * 100 + [0] * 300)
    scenario = Scenario.from_table(frame, **ALL)
    assert "100 of 400 rows did (25%)" in said(scenario)
    assert "Over 20,000 person-months that is 0.50% a month" in said(scenario)
    assert scenario.market.tightness == pytest.approx(0.005 / 0.014, abs=0.01)
    hot = Scenario.from_table(frame.assign(months=1.0), **ALL)
    assert hot.market.tightness == 5.0
    assert "set to 5, cut to 5." in said(hot)


@pytest.mark.parametrize("left", [0, 9])
def test_few_leavers_give_no_rate(left):
    scenario = Scenario.from_table(table(left=[1] * left + [0] * (120 - left)), **ALL)
    assert scenario.market.tightness == 1.0
    assert "Fewer than 10 did" in said(scenario)


def test_leavers_without_tenure_give_no_rate():
    scenario = Scenario.from_table(table(), event="left")
    assert scenario.market.tightness == 1.0
    assert "Without their tenure" in said(scenario)


def test_missing_values_are_counted_and_inform_nothing():
    frame = table(left=0)
    frame.loc[:4, "months"], frame.loc[:2, "rating"], frame.loc[:1, "unit"], frame.loc[0, "pay"] = (
        math.nan,
        math.nan,
        None,
        0,
    )
    notes = said(Scenario.from_table(frame, **ALL))
    for words in (
        "5 rows say nothing in 'months'",
        "3 rows say nothing in 'rating'",
        "1 rows say nothing or 0 in 'pay'",
    ):
        assert words in notes
    assert "2 rows say nothing in 'unit': they count among other groups" in notes


def test_who_may_have_left_is_left_out():
    frame = table(left=[None] * 20 + [0] * 100)
    scenario = Scenario.from_table(frame, **ALL)
    assert len(scenario.people) == 100
    assert "20 rows say nothing in 'left': they are left out" in said(scenario)


def test_repeated_rows_are_dropped_and_counted():
    frame = table(left=0)
    scenario = Scenario.from_table(pd.concat([frame, frame.head(7)]), **ALL)
    assert len(scenario.people) == 120
    assert "7 of 127 rows repeated another" in said(scenario)


@pytest.mark.parametrize(
    "flags", [("0", "1"), (False, True), ("no", "Yes"), (0.0, 1.0), ("false", "TRUE"), (None, 1)]
)
def test_ways_to_say_who_left(flags):
    stayed, left = flags
    frame = table(left=pd.Series([0 if stayed is None else stayed] * 90 + [left] * 30, dtype=object))
    assert len(Scenario.from_table(frame, **ALL).people) == 90


# What is refused


@pytest.mark.parametrize("role", ["tenure_months", "event", "team", "pay", "rating"])
def test_a_missing_column_gets_the_closest_match(role):
    column = ALL[role]
    message = refused(table(), **ALL | {role: column[:-1] + "z"})
    assert message.startswith(f"table.{column[:-1]}z is not a column; did you mean '{column}'? Known: ")


@pytest.mark.parametrize("role", ["tenure_months", "event", "team", "pay", "rating"])
@pytest.mark.parametrize("nothing", [None, math.nan, "", " n/a "])
def test_an_empty_column(role, nothing):
    frame = table().assign(**{ALL[role]: nothing})
    assert refused(frame, **ALL) == f"table.{ALL[role]} is empty: none of its 120 rows has a value for {role}"


@pytest.mark.parametrize(
    ("role", "value", "expected"),
    [
        ("tenure_months", "soon", "months = 'soon' is not a number of months in 0..840 (row 4, and 1 more)"),
        ("tenure_months", -3.0, "table.months = -3 is not a number of months in 0..840 (row 4, and 1 more)"),
        ("tenure_months", 841, "table.months = 841 is not a number of months in 0..840 (row 4, and 1 more)"),
        ("tenure_months", math.inf, "months = inf is not a number of months in 0..840 (row 4, and 1 more)"),
        ("tenure_months", pd.Timestamp("2020-01-01"), "'2020-01-01 00:00:00' is not a number of months"),
        ("pay", -1.5, "table.pay = -1.5 is not a pay in 0..1e12 (row 4, and 1 more)"),
        ("pay", "12,5", "table.pay = '12,5' is not a pay"),
        ("pay", [1], "table.pay = '[1]' is not a pay"),
        ("rating", "good", "table.rating = 'good' is not a number (the higher, the better)"),
        ("rating", True, "table.rating = 'True' is not a number"),
        ("rating", 1j, "is not a number"),
        ("event", 2, "table.left = 2 is not 0 (stayed) or 1 (left) (row 4, and 1 more)"),
        ("event", "gone", "table.left = 'gone' is not 0 (stayed) or 1 (left)"),
        ("event", 0.5, "table.left = 0.5 is not 0 (stayed) or 1 (left)"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_used(role, value, expected):
    frame = table().astype(object)
    for row in (3, 50):
        frame.at[row, ALL[role]] = value  # noqa: PD008 (a list is one value)
    assert expected in refused(frame, **ALL)


@pytest.mark.parametrize(
    ("column", "why"),
    [
        ("gender", "gender"), ("head_gender", "gender"),
        ("Sex", "gender"), ("age", "age"), ("ageGroup", "age"),
        ("date_of_birth", "age"), ("Geschlecht", "gender"), ("sick_days", "health"), ("health", "health"),
        ("disability", "health"), ("extraversion", "psychometrics"), ("selfcontrol", "psychometrics"),
        ("first_name", "a person's name"), ("LastName", "a person's name"), ("ethnicity", "ethnicity"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("role", ["team", "rating"])
def test_personal_columns_are_refused(column, why, role):
    message = refused(table().assign(**{column: 3}), **{role: column})
    assert (
        message
        == f"table.{column} looks like {why}, which must not shape a cast; name another column as {role}"
    )


@pytest.mark.parametrize(
    "column", ["stage", "team_name", "manager", "average_rating", "percentage", "language", "unit name"]
)
def test_harmless_columns_are_not(column):
    assert Scenario.from_table(table(**{column: "A"}), team=column)


def test_genders_under_another_name():
    frame = table(unit=["m", "f"] * 60)
    assert "holds what looks like gender" in refused(frame, team="unit")
    assert Scenario.from_table(table(unit=["m", "k"] * 60), team="unit")


def test_too_few_rows():
    assert refused(table(0)) == "table has no rows"
    assert refused(pd.DataFrame()) == "table has no rows"
    assert refused(table(9)) == "table has only 9 usable rows; a cast is drawn from 10 or more"
    assert "has only 0 usable rows of people who stayed" in refused(table(left=1), **ALL)
    frame = table(left=0)
    frame.loc[8:, "rating"] = math.nan
    assert (
        refused(frame, **ALL)
        == "table.rating has only 8 values in the rows a cast is drawn from; 10 are the least"
    )


@pytest.mark.parametrize("span", [1, 61, -2])
def test_a_span_out_of_range(span):
    assert refused(table(), span=span) == f"span = {span} is outside 2..60"


@pytest.mark.parametrize(
    ("what", "given"), [("span", 9.5), ("span", True), ("span", "9"), ("seed", None), ("seed", 1.0)]
)
def test_what_is_no_whole_number(what, given):
    assert f"{what} = {given!r} is not a whole number in" in refused(table(), **{what: given})


def test_seed_horizon_and_names():
    assert "seed = -1 is outside" in refused(table(), seed=-1)
    assert "scenario.weeks = 0 is outside 1..1040" in refused(table(), weeks=0)
    assert "pay = 3 is not the name of a column" in refused(table(), pay=3)
    assert "table.pay is named for pay and rating" in refused(table(), pay="pay", rating="pay")
    twice = pd.concat([table(), table()[["pay"]]], axis=1)
    assert "table.pay stands 2 times" in refused(twice, pay="pay")


@pytest.mark.parametrize("given", [None, 3, [1, 2], {"a": [1]}, np.zeros((20, 2))])
def test_no_table_at_all(given):
    assert "is neither a pandas DataFrame nor the path of a file" in refused(given)


# Files


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_and_separators(tmp_path, encoding, separator):
    frame = table(unit=["Zürich", "Málaga"] * 60)
    path = tmp_path / "export.csv"
    path.write_bytes(
        frame.to_csv(index=False, sep=separator, decimal="," if separator == ";" else ".").encode(encoding)
    )
    scenario = Scenario.from_table(path, **ALL)
    assert {team.name.split()[0] for team in scenario.teams} == {"Zürich", "Málaga"}
    assert scenario.teams == Scenario.from_table(frame, **ALL).teams
    known = {"utf-8-sig": "utf-8", "latin-1": "cp1252"}.get(encoding, encoding)
    assert f"read as {known}" in said(scenario)


def test_bytes_that_only_latin_1_has(tmp_path):
    path = tmp_path / "export.csv"
    path.write_bytes(table(unit="\x81é").to_csv(index=False).encode("latin-1"))
    assert "read as latin-1" in said(Scenario.from_table(path, **ALL))


def test_parquet(tmp_path):
    table().to_parquet(tmp_path / "export.parquet")
    assert (
        Scenario.from_table(tmp_path / "export.parquet", **ALL).teams
        == Scenario.from_table(table(), **ALL).teams
    )


def test_the_line_of_a_bad_value(tmp_path):
    path = tmp_path / "export.csv"
    frame = table().astype({"months": object})
    frame.loc[5, "months"] = "long"
    path.write_text(
        "\n".join(frame.to_csv(index=False).splitlines()[:4])
        + "\n\n"
        + "\n".join(frame.to_csv(index=False).splitlines()[4:]),
        encoding="utf-8",
    )
    assert refused(path, **ALL).endswith("(export.csv, line 8)")


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.csv", b"", "a.csv cannot be read as a table: No columns"),
        ("a.csv", b"a,b\n1,2\n1,2,3\n", "a.csv cannot be read as a table"),
        ("a.csv", b"a,b\n1,2,3\n1,2,3\n", "a.csv cannot be read as a table"),
        ("a.csv", b"a,b\n", "table has no rows"),
        ("a.csv", b"P\0\1\2\xff", "a.csv is no text in an encoding known here"),
        ("a.csv", b"\xff\xfea", "a.csv cannot be read as a table"),
        ("a.parquet", b"no", "a.parquet cannot be read as a table"),
        ("a.xlsx", b"PK", "a.xlsx is a spreadsheet; save it as CSV"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path, name, content, expected):
    (tmp_path / name).write_bytes(content)
    assert refused(tmp_path / name).startswith(expected)


@pytest.mark.parametrize("path", ["nowhere.csv", "made-up-hr-exprot.csv", ".", "a,b\n" * 3000])
def test_no_such_file(path):
    message = refused(path)
    assert "is neither a file nor a table that comes with teamsim" in message
    assert "made-up-hr-export.csv" in message


# The export that travels with the package, and a real one


def test_the_shipped_export_is_what_its_script_makes():
    assert (shipped("data") / "made-up-hr-export.csv").read_text(encoding="utf-8") == made_up_hr_export()


def test_the_shipped_export_becomes_an_organisation():
    scenario = Scenario.from_table(
        "made-up-hr-export.csv",
        tenure_months="tenure_months",
        event="left",
        team="department",
        pay="monthly_pay",
        rating="last_rating",
    )
    assert "2 of 242 rows repeated another" in said(scenario)
    assert "Legal" not in scenario.model_dump_json()
    assert all(team.seats <= 9 for team in scenario.teams)


@pytest.mark.skipif(not REAL.is_file(), reason="../shared/data/turnover.csv is not on this machine")
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_the_real_export_becomes_an_organisation(tmp_path, encoding):
    path = REAL
    if encoding == "latin-1":  # the file is said to be latin-1; here it truly is
        path = tmp_path / "turnover.csv"
        path.write_bytes(REAL.read_bytes().decode("utf-8").encode("latin-1"))
    scenario = Scenario.from_table(path, tenure_months="stag", event="event", team="industry")
    notes = said(scenario)
    assert "13 of 1,129 rows repeated another" in notes
    assert "560 of 1,116 rows did (50%)" in notes
    assert "Over 40,959 person-months that is 1.37% a month" in notes
    assert "Lacked: pay" in notes
    assert "Lacked: rating" in notes
    assert f"read as {'utf-8' if encoding == 'utf-8' else 'cp1252'}" in notes
    assert len(scenario.people) == 556
    assert {"IT", "Banks", "Retail"} <= {team.name.split()[0] for team in scenario.teams}
    assert not {"HoReCa", "RealEstate", "Agriculture"} & {team.name.split()[0] for team in scenario.teams}
    assert "gender" in refused(path, team="gender")


# Any table at all

cells = st.one_of(
    st.none(),
    st.integers(-2, 900),
    st.floats(width=32),
    st.booleans(),
    st.text(max_size=3),
    st.sampled_from(["A", "B", "yes", "no"]),
)
usable = {
    "months": st.one_of(st.none(), st.floats(0, 840)),
    "left": st.sampled_from([0, 1, None, 0, 0]),
    "unit": st.sampled_from(["A", "B", "A 1", "", None, "other groups"]),
    "pay": st.one_of(st.floats(0, 1e12), st.sampled_from([1e-300, 1.0, 1e12, 0.0])),
    "rating": st.floats(-1e6, 1e6),
}


@st.composite
def tables(draw):
    rows = draw(st.sampled_from([0, 9, 10, 12, 24]))
    wild = draw(st.sets(st.sampled_from(sorted(usable)), max_size=1))
    made = {name: [draw(cells if name in wild else usable[name]) for _ in range(rows)] for name in usable}
    return (
        pd.DataFrame(made | {"number": range(rows)})
        if draw(st.booleans())
        else pd.DataFrame(made, dtype=object)
    )


@settings(max_examples=40, deadline=None)
@given(tables(), st.sets(st.sampled_from(sorted(ALL))), st.integers(2, 60), st.integers(0, 2**63 - 1))
def test_any_table_gives_a_scenario_or_one_line(frame, roles, span, seed):
    named = {role: ALL[role] for role in roles}
    try:
        scenario = Scenario.from_table(frame, span=span, seed=seed, **named)
    except InputError as error:
        assert "\n" not in str(error)  # noqa: PT017
        return
    assert scenario.seats >= LEAST
    assert all(team.seats <= span for team in scenario.teams)
    assert all(math.isfinite(person.tenure) and 0.2 <= person.pay_ratio <= 5.0 for person in cast(scenario))
    assert 0.0 <= scenario.market.tightness <= 5.0
