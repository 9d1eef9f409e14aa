"""Scenarios: what is read, what is written, and what is refused in one line."""

import math
import re
import tomllib
import unicodedata

import pytest

import teamsim as ts
from teamsim.fields import InputError
from teamsim.files import shipped
from teamsim.people import Start
from teamsim.scenario import LARGEST_TEAM, CastMember, Scenario

SMALL = """name = "small"
weeks = 26

[market]
tightness = 1.5

[[teams]]
name = "Blue"

[teams.leader]
name = "Lea"
insight = 0.8

[[teams.people]]
name = "Ana"
talent = 1.6

[[teams.people]]
name = "Ben"
trust = 0.4

[[teams]]
name = "Red"
vacancies = 2

[teams.leader]
name = "Rui"

[[teams.people]]
name = "Cyd"
"""


@pytest.fixture
def written(tmp_path):
    """Write a scenario file with something changed, and say what is wrong with it."""

    def write(before="", after="", encoding="utf-8"):
        assert before in SMALL
        path = tmp_path / "small.toml"
        path.write_bytes((SMALL.replace(before, after, 1) if before else SMALL + after).encode(encoding))
        return path

    return write


def refused(path):
    with pytest.raises(InputError) as caught:
        Scenario.load(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# Reading and writing


def test_reads_a_file(written):
    scenario = Scenario.load(written())
    assert scenario.people == ("Ana", "Ben", "Cyd")
    assert scenario.leaders == ("Lea", "Rui")
    assert scenario.seats == 5
    assert scenario.market.tightness == 1.5
    assert scenario.teams[0].leader.insight == 0.8


def test_skill_demand_and_contribution_follow_what_is_given():
    ana, bea, cyd = (
        CastMember(name="Ana", talent=1.6),
        CastMember(name="Bea", skill=1.2),
        CastMember(name="Cyd"),
    )
    assert (ana.skill, ana.demand, ana.contribution) == (1.6, 1.6, 1.6)
    assert (bea.talent, bea.demand, bea.contribution) == (1.0, 1.2, 1.2)
    assert (cyd.skill, cyd.demand, cyd.contribution) == (1.0, 1.0, 1.0)
    assert CastMember(name="Dan", talent=1.6, skill=1.1, demand=0.9).contribution == 1.1


def test_round_trip(written, tmp_path):
    scenario = Scenario.load(written())
    target = scenario.save(tmp_path / "again.toml")
    assert Scenario.load(target) == scenario
    assert Scenario.load(str(target)) == scenario
    assert b"\r" not in target.read_bytes()


def test_round_trip_of_unusual_names_and_every_level(tmp_path):
    person = {
        name: (0.123 if quantity.low < 0.123 < quantity.high else quantity.default)
        for name, quantity in Start.quantities().items()
    }
    team = {
        "name": 'Ünï "quoted" 💡',
        "leader": {"name": "Søren\t=[x]"},
        "people": [{"name": "O'Brien # 1", **person}],
    }
    scenario = Scenario(
        name="odd", story="Two\nlines.", notes=["a", "b"], style={"challenge": 0.9}, teams=[team]
    )
    assert Scenario.load(scenario.save(tmp_path / "odd.toml")) == scenario


def test_a_table_drawn_can_be_kept(tmp_path):
    scenario = Scenario.from_table("made-up-hr-export.csv", team="department")
    assert Scenario.load(scenario.save(tmp_path / "drawn.toml")) == scenario


@pytest.mark.parametrize("name", Scenario.names())
def test_shipped_scenarios_load_and_write_only_what_differs(name):
    scenario = Scenario.load(name)
    assert scenario.name == name
    assert scenario.title
    assert scenario.story
    text = (shipped("workshops", name) / "scenario.toml").read_text(encoding="utf-8")
    for team in tomllib.loads(text)["teams"]:
        for person in team["people"]:
            same = {
                key
                for key, value in person.items()
                if key != "name" and Start.model_fields[key].default == value
            }
            assert not same, f"{person['name']} repeats the default of {same}"


def test_managing_stars_holds_its_dilemma():
    scenario = Scenario.load("managing-stars")
    (team,) = scenario.teams
    stars = [person for person in team.people if person.talent >= 1.7]
    struggling = [person for person in team.people if person.talent <= 0.7]
    assert (len(team.people), len(stars), len(struggling), scenario.weeks) == (12, 3, 2, 104)
    assert sum(star.skill > team.leader.expertise for star in stars) == 2
    assert min(star.weeks_mastered for star in stars) >= 30
    assert max(star.felt_recognition for star in stars) <= 0.2
    assert all(star.demand < star.skill for star in stars)
    assert sum(person.tenure < 13 for person in team.people) == 1
    assert sum(person.pay_ratio for person in team.people) / 12 == pytest.approx(1.0, abs=0.02)


def people_of(scenario):
    return {person.name: person for team in scenario.teams for person in team.people}


def test_performance_system_holds_its_dilemma():
    """A span of fourteen, a yearly talk that looks back, and a rating that is wrong."""
    scenario = Scenario.load("performance-system")
    (team,) = scenario.teams
    assert (team.seats, scenario.style.feedback_weeks, scenario.policies.review_weeks) == (14, 52, 52)
    ivan, average = people_of(scenario)["Ivan"], sum(person.contribution for person in team.people) / 14
    assert (ivan.rating, ivan.contribution) == (min(person.rating for person in team.people), ivan.contribution)
    assert ivan.contribution > 0.95 * average
    assert sum(person.talent >= 1.6 for person in team.people) == 3


def test_who_should_lead_holds_its_dilemma():
    """The star wants the title and would lead badly; number five leads better; the chair falls empty in week 12."""
    scenario = Scenario.load("who-should-lead")
    north = next(team for team in scenario.teams if team.name == "North")
    star, *_, fifth = sorted(north.people, key=lambda one: -one.contribution)[:5]
    assert (star.name, fifth.name) == ("Valeria", "Bram")
    assert star.lead_skill < 0.2 < 0.5 < fifth.lead_skill
    assert min(star.wish_to_lead, fifth.wish_to_lead) > 0.6
    assert star.contribution > 2 * fifth.contribution
    assert [(event.week, event.who) for event in scenario.events] == [(12, "Dagny")]
    run = ts.simulate(scenario, seed=1)
    taken = run.promotions.query("week == 13 and leads == 'North'")
    assert taken["person"].tolist() == ["Valeria"], "by results alone, it is she"


def test_executive_team_holds_its_dilemma():
    """Everybody's roles overlap; the friend, who trusts most, delivers least; the desk is full of fires."""
    scenario = Scenario.load("executive-team")
    board, *others = scenario.teams
    assert (board.tier, [team.led_by for team in others]) == (2, ["Tobias", "Ingeborg", "Rohan", "Beatriz"])
    assert max(board.people, key=lambda one: one.trust).name == "Tobias"
    assert min(board.people, key=lambda one: one.lead_skill).name == "Tobias"
    assert max(person.role_clarity for person in board.people) < 0.4
    weeks = ts.simulate(scenario, seed=1).weeks.query("group == 'Executives' and week < 4")
    fires = next(aim for aim in scenario.goal.aims if aim.measure == "firefighting")
    assert weeks["firefighting"].mean() > 3.5 * fires.most, "four days a week of fires, and a day is the goal"


def test_under_pressure_holds_its_dilemma():
    """A team that trusts, and two of whom are near exhaustion, the strongest among them."""
    scenario = Scenario.load("under-pressure")
    (team,) = scenario.teams
    tired = sorted((person for person in team.people if person.strain > 0.5), key=lambda one: -one.talent)
    assert [person.name for person in tired] == ["Mehmet", "Timo"]
    assert tired[0].talent == max(person.talent for person in team.people)
    assert sum(person.trust for person in team.people) / team.seats > 0.65


# Refusing


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("trust = 0.4", "trust = 1.4", "people[1].trust = 1.4 is outside 0..1 (small.toml, line 20)"),
        ("trust = 0.4", "trsut = 0.4", "people[1].trsut is not known; did you mean 'trust'?"),
        ("trust = 0.4", 'trust = "high"', "trust = 'high' is not a number in 0..1 (small.toml, line 20)"),
        ("trust = 0.4", "trust = nan", "people[1].trust = nan is"),
        ("trust = 0.4", "trust = inf", "people[1].trust = inf is outside 0..1 (small.toml, line 20)"),
        ("insight = 0.8", "insight = -1", "leader.insight = -1 is outside 0..1 (small.toml, line 12)"),
        ("tightness = 1.5", "tightnes = 1.5", "market.tightnes is not known; did you mean 'tightness'?"),
        ("tightness = 1.5", "tightness = 9.0", "market.tightness = 9.0 is outside 0..5 (small.toml, line 5)"),
        ("weeks = 26", "weeks = 0", "scenario.weeks = 0 is outside 1..1040 (small.toml, line 2)"),
        ("weeks = 26", "weeks = 26.5", "weeks = 26.5 is not a whole number in 1..1040 (small.toml, line 2)"),
        ("weeks = 26", "wekes = 26", "scenario.wekes is not known; did you mean 'weeks'?"),
        ("vacancies = 2", "vacancies = 900", f"= 900 is outside 0..{LARGEST_TEAM} (small.toml, line 24)"),
        ('name = "Ben"', "", "scenario.teams[0].people[1].name is missing"),
        ('name = "Ben"', 'name = ""', "scenario.teams[0].people[1].name = '' cannot be used"),
        ('name = "Rui"', "name = 7", "scenario.teams[1].leader.name = 7 cannot be used"),
        ('name = "small"', "", "scenario.name is missing"),
        ('name = "Ben"', 'name = "Ana"', "names the person 'Ana' 2 times; every person's"),
        ('name = "Red"', 'name = "Blue"', "names the team 'Blue' 2 times"),
        ('name = "Rui"', 'name = "Lea"', "names the leader 'Lea' 2 times"),
        ("[market]", "[style]\nchalenge = 0.5\n[market]", "chalenge is not known; did you mean 'challenge'?"),
        ("[market]", "[market", "small.toml is not TOML: "),
        ("weeks = 26", "weeks = ", "small.toml is not TOML: "),
        ("weeks = 26", "weeks = 26\nweeks = 27", "small.toml is not TOML: "),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_named_with_file_and_line(written, before, after, expected):
    message = refused(written(before, after))
    assert expected in message
    assert "small.toml" in message


ORGANISATION = """name = "organisation"

[[teams]]
name = "Blue"
led_by = "Eva"

[[teams.people]]
name = "Ana"

[[teams]]
name = "Board"
tier = 1

[teams.leader]
name = "Kim"

[[teams.people]]
name = "Eva"
lead_skill = 0.7

[[teams.people]]
name = "Dan"
"""


def test_round_trip_of_an_organisation(tmp_path, ladder):
    path = tmp_path / "organisation.toml"
    path.write_text(ORGANISATION, encoding="utf-8")
    scenario = Scenario.load(path)
    assert scenario.leaders == ("Eva", "Kim")
    shaken = ladder.replace(events=[{"week": 3, "kind": "dismissal", "who": "E0"}])
    for one in (scenario, ladder, shaken):
        assert Scenario.load(one.save(tmp_path / "again.toml")) == one


DISMISSED = '[[events]]\nweek = 3\nkind = "dismissal"\n'


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ('led_by = "Eva"', 'led_by = "Eve"', "'Eve' leads 'Blue', but there is nobody of that name; did you mean"),
        ('led_by = "Eva"', 'led_by = "Ana"', "'Ana' leads 'Blue' of tier 0, from a team of tier 0; allowed is a high"),
        ("tier = 1", "tier = 0", "'Eva' leads 'Blue' of tier 0, from a team of tier 0; allowed is a higher one"),
        ("[[teams]]", DISMISSED + 'who = "Eve"\n[[teams]]', "for 'Eve', who is nobody of the cast; did you mean"),
        ("[[teams]]", DISMISSED + "[[teams]]", "events[0] is a dismissal of nobody; who has to be"),
        ("tier = 1", "tier = 3", "teams[1].tier = 3 is outside 0..2 (organisation.toml, line 12)"),
        ('led_by = "Eva"', "", "'Blue' has no leader: give one, or say by whom it is led_by"),
        ('led_by = "Eva"', 'led_by = "Eva"\nleader.name = "Lea"', "'Blue' is led_by 'Eva' and has the leader 'Lea'"),
        ('led_by = "Eva"', 'led_by = "Kim"', "names the leader 'Kim' 2 times; every leader's name stands once"),
        ('name = "Kim"', 'name = "Eva"', "names the leader 'Eva' 2 times"),
        ('name = "Kim"', 'name = "Dan"', "names 'Dan' both as a leader from outside and as one of the people"),
    ],
)  # fmt: skip
def test_who_leads_whom_is_checked(tmp_path, before, after, expected):
    path = tmp_path / "organisation.toml"
    assert before in ORGANISATION
    path.write_text(ORGANISATION.replace(before, after, 1), encoding="utf-8")
    assert expected in refused(path)


def test_nobody_and_nowhere():
    for teams in ([], [{"name": "Blue", "leader": {"name": "Lea"}}], "Blue", None):
        with pytest.raises(InputError, match=r"^scenario\.teams"):
            Scenario(name="none", teams=teams)
    with pytest.raises(InputError, match=r"has 501 seats; allowed are 1\.\.500"):
        Scenario(
            name="big",
            teams=[
                {"name": "Blue", "leader": {"name": "Lea"}, "people": [{"name": f"P{n}"} for n in range(501)]}
            ],
        )


@pytest.mark.parametrize("weeks", [0, -1, 1041, math.nan, "26 weeks", None])
def test_an_impossible_horizon(weeks):
    with pytest.raises(InputError, match=r"^scenario\.weeks = .* 1\.\.1040"):
        Scenario(name="x", weeks=weeks, teams=[{"name": "Blue", "leader": {"name": "Lea"}, "vacancies": 1}])


def test_not_utf_8(written):
    assert refused(written('"Ana"', '"Añá"', "latin-1")).startswith("small.toml is not UTF-8 text: byte ")


@pytest.mark.parametrize("name", ["managing-star", "Managing-Stars"])
def test_a_misspelt_scenario(name):
    assert refused(name) == (
        f"scenario {name!r} is neither a file nor known; did you mean 'managing-stars'? Known: "
        + ", ".join(Scenario.names())
    )


def test_a_folder_is_no_file(tmp_path):
    assert "is neither a file nor known" in refused(tmp_path)


# Goals


@pytest.mark.parametrize("name", Scenario.names())
def test_shipped_goals_name_who_and_what_is_there(name):
    scenario = Scenario.load(name)
    goal = scenario.goal
    assert len(goal.levers) == 4
    assert set(goal.start) <= set(goal.levers)
    assert len({aim.name for aim in goal.aims}) == len(goal.aims) >= 2
    for aim in goal.aims:
        assert set(aim.stay) <= set(scenario.people)
        assert max(aim.weeks, default=0) <= scenario.weeks
    assert (goal.hours, goal.money, goal.share) == (2.55, 1.15, 0.5), "one budget for all"


@pytest.mark.parametrize(
    ("goal", "expected"),
    [
        ({"aims": []}, "scenario.goal.aims"),
        ({"aims": [{"least": 1}]}, "names either a measure, or who is to stay"),
        ({"aims": [{"measure": "output", "stay": ["Ana"], "least": 1}]}, "names either a measure, or who is to stay"),
        ({"aims": [{"measure": "outptu", "least": 1}]}, "looks at 'outptu', which is not known; did you mean"),
        ({"aims": [{"measure": "output", "group": "top", "least": 1}]}, "looks at 'top', which is not known"),
        ({"aims": [{"measure": "output", "weeks": [9, 9], "least": 1}]}, "has the weeks (9, 9); allowed are two"),
        ({"aims": [{"measure": "output", "weeks": [9], "least": 1}]}, "has the weeks (9,); allowed are two"),
        ({"aims": [{"measure": "output"}]}, "says neither least nor most"),
        ({"aims": [{"measure": "output", "least": 1}], "levers": ["presure"]}, "did you mean 'pressure'?"),
        ({"aims": [{"measure": "output", "least": 1}], "start": {"pressure": 1}}, "'pressure', which is not known"),
        ({"aims": [{"measure": "output", "least": 1}], "share": 2}, "goal.share = 2 is outside 0..1"),
    ],
)
def test_a_goal_that_cannot_be_used(goal, expected, small):
    with pytest.raises(InputError) as caught:
        small.replace(goal=goal)
    assert expected in str(caught.value)


def test_a_goal_is_kept_with_the_scenario(tmp_path, small):
    assert Scenario.load(small.save(tmp_path / "without.toml")).goal is None
    for name in Scenario.names():
        scenario = Scenario.load(name)
        assert Scenario.load(scenario.save(tmp_path / "with.toml")) == scenario


def test_levers_of_a_style_and_of_the_house_are_set_alike(small):
    led = small.led(pressure=0.9, preparation=0.7)
    assert (led.style.pressure, led.policies.preparation) == (0.9, 0.7)
    assert led.led(pressure=0.5, preparation=0.2) == small
    with pytest.raises(InputError, match=r"presure is not known; did you mean 'pressure'"):
        small.led(presure=0.9)


NAMES = {
    "names somebody 'hire 1 in seat 0', as tables call a hire; give another name": ["hire 1 in seat 0"],
    "names the person 'é' 2 times; every person's name stands once": ["\u00e9", "e\u0301"],
}


@pytest.mark.parametrize("said", NAMES)
def test_names_that_nobody_can_tell_apart(said):
    people = [{"name": name} for name in NAMES[said]]
    with pytest.raises(InputError, match=re.escape(said)):
        Scenario(name="x", teams=[{"name": "Blue", "leader": {"name": "Lea"}, "people": people}])


def test_a_team_is_not_named_as_what_is_measured_of_all():
    with pytest.raises(InputError, match="names a team 'top third', as what is measured of all teams"):
        Scenario(name="x", teams=[{"name": "top third", "leader": {"name": "Lea"}, "people": [{"name": "Ana"}]}])


def test_a_letter_is_the_same_however_it_is_typed(tmp_path):
    """A file may write é as one sign or as two: it is the same person, who meets the same chance events."""
    scenario = Scenario(name="x", teams=[{"name": "B", "leader": {"name": "L"}, "people": [{"name": "Andr\u00e9"}]}])
    file = scenario.save(tmp_path / "x.toml")
    file.write_text(unicodedata.normalize("NFD", file.read_text(encoding="utf-8")), encoding="utf-8")
    assert Scenario.load(file) == scenario
