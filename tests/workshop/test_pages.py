"""The two pages without a browser: what their widgets answer, and what they refuse."""

from contextlib import suppress

import ipywidgets
import pytest

import teamsim as ts
from teamsim.fields import InputError
from teamsim.lab import live_chart
from teamsim.lab.pictures import WISHED, first_shown, series, standing_in
from teamsim.parameters import sources
from teamsim.words import speak
from teamsim.workshop import report
from teamsim.workshop.course import CLASS_RUNS, Course, outcomes
from teamsim.workshop.debrief import QUESTIONS, Debrief
from teamsim.workshop.definition import Workshop
from teamsim.workshop.desk import Deciding, Note, Predicting
from teamsim.workshop.entries import entries_of, entries_of_all
from teamsim.workshop.facilitation import broadcast, close_round, end, open_round
from teamsim.workshop.ranges import Ranges, compared
from teamsim.workshop.seats import join
from teamsim.workshop.session import begin, find, new_facilitator_key
from teamsim.workshop.sheet import Sheet
from teamsim.workshop.store import Store

LIVING = ipywidgets.widgets.widget._instances

WORKSHOP = Workshop.load("managing-stars")
ROUNDS = len(WORKSHOP.rounds)


@pytest.fixture(autouse=True)
def widgets_of_earlier_tests():
    """Let go of them, so that they can be counted."""
    ipywidgets.Widget.close_all()
    live_chart._library.cache_clear()


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "sessions.sqlite") as held:
        yield held


@pytest.fixture
def session(store):
    return begin(store, "managing-stars", seed=7)[0]


@pytest.fixture
def seated(store, session):
    """Sit somebody down, and return the page and its key."""

    def opened(nickname="Ann", key=""):
        key = key or join(store, session.code, nickname).key
        shown = ts.workshop.Participant(session.code, store)
        hear(shown.desk, ask="sit", key=key)
        return shown, key

    return opened


def hear(widget, **message):
    """What a page sends."""
    widget._heard(widget, message, [])


def part(page, kind):
    found = [one for one in page._body.children if isinstance(one, kind)]
    return found[0] if found else None


def play(page, levers=None):
    """From the brief to the result."""
    hear(page.desk, ask="look")
    hear(page.desk, ask="read")
    question = part(page, Predicting).question
    value = {"direction": "up", "number": question.get("low")}.get(question["kind"], [question.get("low")] * 5)
    hear(part(page, Predicting), ask="lock", value=value, sure=70)
    lab = part(page, Deciding)
    lab.move(**(levers or {"challenge": 0.6}))
    lab._levers._ask("submit", {})
    return lab


def test_a_round_from_the_brief_to_the_reflection(store, session, seated):
    shown, key = seated()
    assert shown.desk.place["phase"] == "lobby"
    assert shown._body.children == ()
    open_round(store, session.id, 1, None, ROUNDS)
    hear(shown.desk, ask="look")
    assert (shown.desk.place["phase"], shown.desk.place["weeks"]) == ("brief", [0, 26])
    hear(shown.desk, ask="read")
    assert part(shown, Deciding) is None, "predict first"
    hear(part(shown, Predicting), ask="lock", value="down", sure=90)
    lab = part(shown, Deciding)
    assert lab.futures is None, "nothing is run before a decision is in"
    hear(part(shown, Note), ask="write", text="The stars first")
    lab.move(time_for=0.5)
    lab._levers._ask("submit", {})
    held = entries_of(store, key)[1]["decide"]
    assert held["levers"]["time_for"] == 0.5
    assert held["why"] == "The stars first"
    assert part(shown, Predicting).came["sentence"].startswith("You expected: Down, 90 % sure")
    hear(part(shown, Note), ask="submit", text="They stayed")
    assert shown.desk.place["phase"] == "done"
    assert entries_of(store, key)[1]["reflect"] == {"reflection": "They stayed"}


def test_who_comes_back_finds_everything_and_the_same_futures(store, session, seated):
    open_round(store, session.id, 1, None, ROUNDS)
    shown, key = seated()
    lab = play(shown)
    again, _ = seated(key=key)
    found = part(again, Deciding)
    assert found.locked
    assert found.style == lab.style
    assert found.futures.runs.equals(lab.futures.runs)
    assert part(again, Predicting).answer["value"] == "up"


def test_a_later_round_goes_on_from_what_was_decided_before(store, session, seated):
    open_round(store, session.id, 1, None, ROUNDS)
    shown, _ = seated()
    first = play(shown, {"challenge": 0.6})
    open_round(store, session.id, 2, None, ROUNDS)
    hear(shown.desk, ask="look")
    hear(shown.desk, ask="read")
    prediction = part(shown, Predicting)
    hear(prediction, ask="lock", value=prediction.question["low"], sure=50)
    second = part(shown, Deciding)
    assert second.style.challenge == 0.6, "what was decided stands until something else is"
    second.move(challenge=0.2)
    second._levers._ask("submit", {})
    plan = second.futures.made.conduct[""]
    assert (plan.at(25).challenge, plan.at(26).challenge) == (0.6, 0.2)
    was, now = (one.run.weeks.query("group == 'organisation' and week < 26") for one in (first, second))
    assert was.equals(now), "the first half-year is the same to the last bit"


def test_what_needs_no_decision_is_worked_out_while_one_is_thought_over_and_nothing_of_it_is_shown(
    store, session, seated, monkeypatch
):
    from teamsim.lab.preview import Preview

    open_round(store, session.id, 1, None, ROUNDS)
    shown, _ = seated()
    hear(shown.desk, ask="look")
    hear(shown.desk, ask="read")
    hear(part(shown, Predicting), ask="lock", value="up", sure=70)
    hear(shown.desk, ask="look")
    lab = part(shown, Deciding)
    assert lab.futures is None
    assert not [one for one in LIVING.values() if isinstance(one, ts.lab.LiveChart)]
    many, asked = Preview.many, []
    monkeypatch.setattr(Preview, "many", lambda self, style, *more: asked.append(style) or many(self, style, *more))
    lab.move(time_for=0.5)
    lab._levers._ask("submit", {})
    assert asked == [lab.style]


@pytest.mark.parametrize("levers", [{"challenge": 0.6}, {"challenge": WORKSHOP.start(1).challenge}])
def test_a_picture_that_could_not_be_drawn_is_drawn_when_the_page_looks_again(
    store, session, seated, monkeypatch, levers
):
    from teamsim.lab.gallery import Gallery

    open_round(store, session.id, 1, None, ROUNDS)
    shown, _ = seated()
    with monkeypatch.context() as broken:
        broken.setattr(Gallery, "draw", lambda *given, **named: 1 / 0)
        with suppress(ZeroDivisionError):
            play(shown, levers)
    assert shown.desk.place["phase"] == "see", "the decision stands"
    hear(shown.desk, ask="look")
    lab = part(shown, Deciding)
    assert lab.locked
    assert lab.style.challenge == levers["challenge"]
    beside = [] if lab.style == lab._choices.start else [lab._as_before.name]
    assert [pin.name for pin in lab._choices.pins] == beside


def test_what_a_round_has_shown_is_let_go_when_the_next_begins(store, session, seated):
    shown, _ = seated()
    held = []
    for number in (1, 2, 3):
        open_round(store, session.id, number, None, ROUNDS)
        hear(shown.desk, ask="look")
        hear(shown.desk, ask="read")
        question = part(shown, Predicting).question
        value = {"direction": "up", "number": question.get("low")}.get(question["kind"], [question.get("low")] * 5)
        hear(part(shown, Predicting), ask="lock", value=value, sure=70)
        lab = part(shown, Deciding)
        lab._levers._ask("submit", {})
        lab._outcome.below.chooser.chosen = "left"
        lab._outcome.below.chooser.chosen = "team"
        held.append(len(LIVING))
    assert held[0] == held[1] == held[2]


def test_all_of_a_class_live_through_the_same_luck(store, session, seated):
    open_round(store, session.id, 1, None, ROUNDS)
    labs = [play(seated(name)[0]) for name in ("Ann", "Bob")]
    assert labs[0].futures.runs.equals(labs[1].futures.runs)


def test_a_decision_not_made_in_time_is_the_last_one_and_marked(store, session, seated):
    open_round(store, session.id, 1, None, ROUNDS)
    shown, _ = seated()
    play(shown, {"challenge": 0.6})
    open_round(store, session.id, 2, None, ROUNDS)
    hear(shown.desk, ask="look")
    assert not shown.desk.place["carried"]
    close_round(store, session.id)
    hear(shown.desk, ask="look")
    assert shown.desk.place["carried"]
    assert part(shown, Deciding).style.challenge == 0.6


def test_a_second_decision_is_refused_in_words_and_the_first_stands(store, session, seated):
    open_round(store, session.id, 1, None, ROUNDS)
    shown, key = seated()
    lab = play(shown)
    before = entries_of(store, key)
    for ask in ("submit", "again"):
        lab._levers._ask(ask, {})
        assert "locked" in lab._levers.problem
    lab._levers.values = {"challenge": 0.1}
    hear(part(shown, Predicting), ask="lock", value="down", sure=90)
    assert entries_of(store, key) == before


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"ask": "submit"},
        {"ask": "__init__"},
        {"ask": "sit"},
        {"ask": "sit", "key": "guessed"},
        {"ask": "sit", "key": {"$ne": ""}},
        {"ask": "look", "seat": 2},
        {"ask": "read", "round": 3},
        {"ask": "set_state", "place": {}},
    ],
)
def test_a_forged_message_is_refused_and_changes_nothing(store, session, seated, message):
    open_round(store, session.id, 1, None, ROUNDS)
    shown, key = seated()
    before = dict(shown.desk.place)
    hear(shown.desk, **message)
    assert shown.desk.problem
    assert entries_of(store, key) == {}
    assert {**shown.desk.place, "left": None} == {**before, "left": None}


def test_a_page_stays_with_whom_it_was_given(store, session, seated):
    shown, _ = seated("Ann")
    other = join(store, session.code, "Bob")
    hear(shown.desk, ask="sit", key=other.key)
    assert shown.desk.problem
    assert shown.desk.place["nickname"] == "Ann"


def test_what_a_page_writes_into_its_widgets_is_sent_back(store, session, seated):
    open_round(store, session.id, 1, None, ROUNDS)
    shown, _ = seated()
    shown.desk.set_state({"place": {"phase": "done", "takes": True}})
    assert shown.desk.place["phase"] == "brief"
    hear(shown.desk, ask="read")
    prediction = part(shown, Predicting)
    prediction.set_state({"locked": True, "answer": {"value": "up"}})
    assert not prediction.locked
    assert part(shown, Deciding) is None


def test_nobody_sees_the_class_before_it_is_revealed_nor_anybody_in_it(store, session, seated):
    open_round(store, session.id, 1, None, ROUNDS)
    shown, _ = seated("Ann")
    play(shown)
    assert part(shown, Ranges) is None
    desk = ts.workshop.Facilitator(session.code, store)
    hear(desk.monitor, ask="sit", key=new_facilitator_key(store, session.id))
    hear(desk.monitor, ask="act", what="reveal", round=1)
    hear(shown.desk, ask="look")
    assert part(shown, Ranges).rows == [], "of one seat, nothing"
    for name in ("Bob", "Cem", "Dee", "Eve"):
        join(store, session.code, name)
    other, _ = seated("Fay")
    play(other, {"challenge": 0.9})
    hear(desk.monitor, ask="look")  # somebody more has decided
    hear(other.desk, ask="look")
    ranges = part(other, Ranges)
    assert ranges.rows
    assert [row["five"] for row in ranges.rows] == [row["five"] for row in desk._ranges.rows]
    assert "Ann" not in str(ranges.get_state())
    hear(desk.monitor, ask="act", what="reveal", round=-1)
    hear(other.desk, ask="look")
    assert part(other, Ranges) is None
    assert find(store, session.code).shown == {}


def test_a_class_is_compared_by_what_the_goal_asks_for_and_in_its_unit():
    workshop = Workshop.load("executive-team")
    assert set(compared(workshop, 3)) >= {aim.measure for aim in workshop.goal.aims}
    course = Course(workshop, seed=1)
    medians, _ = course.middle({}, 4)
    values = course.futures({}, 4, CLASS_RUNS).aims(workshop.goal)
    for aim in workshop.goal.aims[:2]:  # their weeks are those of the round
        assert medians[aim.measure] == pytest.approx(float(values[aim.name].median()))


def test_what_the_goal_asks_for_is_among_the_pictures_and_what_is_rare_is_no_comb():
    scenario = Workshop.load("executive-team").scenario
    assert first_shown(scenario, "leader")[:3] == ["firefighting", "output", "put_off"]
    assert first_shown(scenario.replace(goal=None), "leader") == standing_in(WISHED, "leader")
    rows = ts.futures(scenario, runs=5, seed=1)._raw["measures"]
    drawn, whole = series(rows, "put_off")["put_off"], rows["put_off"][:, :, 0]
    for week in (0, 12, 40):
        first = max(0, week - 12)
        assert drawn[:, week] == pytest.approx(whole[:, first : week + 1].mean(axis=1))


JUDGED = next(number for number in range(ROUNDS) if WORKSHOP.judged(number))


def test_after_the_judged_round_everybody_is_told_their_own_goal_and_the_class_is_counted_by_the_same(
    store, session, seated
):
    reaching = {"challenge": 0.44, "time_for": 0.19, "recognition_weeks": 3.0, "pay_position": 1.13}
    pages = {name: seated(name)[0] for name in ("Ann", "Bob", "Cem", "Dee", "Eve")}
    open_round(store, session.id, WORKSHOP.chapter(JUDGED)[0], None, ROUNDS)
    play(pages["Ann"], reaching)
    open_round(store, session.id, JUDGED, None, ROUNDS)
    for name, page in pages.items():
        hear(page.desk, ask="look")
        assert part(page, Sheet) is None, "nothing is told before a decision is in"
        play(page, reaching if name == "Ann" else {"challenge": 0.0})
    everybody = entries_of_all(store, session.id)
    course, goal = Course(WORKSHOP, session.seed), WORKSHOP.goal
    for mine, page in zip(everybody.values(), pages.values(), strict=True):
        lived = course.futures(mine, JUDGED, CLASS_RUNS)
        share, values = lived.reaches(goal), lived.aims(goal)
        sheet = part(page, Sheet)
        assert sheet.paragraphs[0].startswith("Goal reached" if goal.reached_in(share) else "Goal not reached")
        assert f"in {100 * share:g} of 100 futures" in sheet.paragraphs[0]
        met = [float(values[aim.name].between(*aim.ends).mean()) for aim in goal.aims]
        assert [row[1] for row in sheet.table["rows"]] == [f"{100 * one:g} of 100" for one in met]
        assert "of Amara, Mateo, Yuki: at least 2" in sheet.table["rows"][0][0]
        taken = report.personal(course, mine, "me")
        assert sheet.paragraphs[0] in taken
        assert all(f"<td>{row[1]}</td>" in taken for row in sheet.table["rows"])
    counted = outcomes(course, everybody, JUDGED, ())
    said = [part(page, Sheet).paragraphs[0] for page in pages.values()]
    assert 0 < counted.reached == sum(one.startswith("Goal reached") for one in said) < len(said)


@pytest.mark.parametrize("language", ["en", "de"])
def test_ended_after_any_round_a_page_closes_with_the_goal_and_the_question_for_monday(store, language):
    session = begin(store, "managing-stars", seed=7, language=language)[0]
    try:
        key = join(store, session.code, "Ann").key
        shown = ts.workshop.Participant(session.code, store)
        hear(shown.desk, ask="sit", key=key)
        open_round(store, session.id, 2, None, ROUNDS)
        play(shown)
        assert part(shown, Sheet) is None
        end(store, session.id)
        hear(shown.desk, ask="look")
        assert shown.desk.place["closing"]
        sheet, note = shown._body.children[:2]
        told = {"en": ("not measured", "weeks 27 to 52"), "de": ("nicht gemessen", "Wochen 27 bis 52")}[language]
        assert told[0] in sheet.paragraphs[0]
        assert told[1] in sheet.table["rows"][1][0]
        goal = WORKSHOP.goal.replace(aims=(WORKSHOP.goal.aims[1].replace(weeks=(26, 52)),))
        lived = Course(WORKSHOP, session.seed).futures(entries_of(store, key), 2, CLASS_RUNS)
        assert sheet.table["rows"][1][1].startswith(f"{100 * lived.reaches(goal):g} ")
        assert note.question == WORKSHOP.monday[language]
        hear(note, ask="submit", text="I ask <first>")
        assert (note.problem, note.locked) == ("", True)
        assert entries_of(store, key)[2]["monday"] == {"monday": "I ask <first>"}
        assert not shown.desk.place["closing"]
        again = ts.workshop.Participant(session.code, store)
        hear(again.desk, ask="sit", key=key)
        assert (again._body.children[1].text, again._body.children[1].locked) == ("I ask <first>", True)
        taken = report.personal(Course(WORKSHOP, session.seed), entries_of(store, key), "Ann")
        assert "I ask &lt;first&gt;" in taken
        assert told[0] in taken
    finally:
        speak("en")


def test_ended_after_the_practice_alone_a_page_says_that_nothing_was_measured(store, session, seated):
    open_round(store, session.id, 0, None, ROUNDS)
    shown, key = seated()
    end(store, session.id)  # before anything was decided
    hear(shown.desk, ask="look")
    sheet, note = shown._body.children[:2]
    assert "only the practice" in sheet.paragraphs[0]
    assert sheet.table == {}
    hear(note, ask="submit", text="I listen")
    assert shown.desk.place["report"], "what was written can be taken along"
    taken = report.personal(Course(WORKSHOP, session.seed), entries_of(store, key), "Ann")
    assert "I listen" in taken
    assert sheet.paragraphs[0] in taken


def test_ended_later_a_page_tells_the_goal_of_the_judged_round_and_asks_for_monday_once(store, session, seated):
    open_round(store, session.id, JUDGED, None, ROUNDS)
    shown, _ = seated()
    play(shown)
    hear(part(shown, Note), ask="submit", text="They stayed")
    monday = next(one for one in shown._body.children if isinstance(one, Note) and not one.locked)
    assert monday.question == WORKSHOP.monday["en"]
    hear(monday, ask="submit", text="I ask first")
    said = part(shown, Sheet).paragraphs[0]
    later = next(n for n in range(JUDGED + 1, ROUNDS))
    open_round(store, session.id, later, None, ROUNDS)
    hear(shown.desk, ask="look")
    end(store, session.id)
    hear(shown.desk, ask="look")
    sheet, note = shown._body.children[:2]
    told_of = later if WORKSHOP.judged(later) else JUDGED
    assert sheet.title == f"The goal, after round {told_of + 1}"
    assert WORKSHOP.judged(later) or sheet.paragraphs[0] == said
    assert (note.text, note.locked) == ("I ask first", True)
    assert not shown.desk.place["closing"]


def test_who_watches_is_told_nobodys_goal(store, session):
    key = join(store, session.code, "Ola", observer=True).key
    shown = ts.workshop.Participant(session.code, store)
    hear(shown.desk, ask="sit", key=key)
    open_round(store, session.id, JUDGED, None, ROUNDS)
    end(store, session.id)
    hear(shown.desk, ask="look")
    assert shown._body.children == ()
    assert not shown.desk.place["closing"]


def test_who_leaves_all_levers_is_not_told_to_decide_first(store, session, seated):
    open_round(store, session.id, 1, None, ROUNDS)
    close_round(store, session.id)
    shown, _ = seated()
    assert part(shown, Deciding)._outcome._readout.said.startswith("All levers stayed")


def test_a_sentence_for_every_page_ends_with_its_round(store, session):
    broadcast(store, session.id, "One more minute")
    open_round(store, session.id, 1, None, ROUNDS)
    assert find(store, session.code).message == ""


def test_the_last_history_is_laid_over_a_round_that_begins_anew(store, session, seated):
    open_round(store, session.id, 1, None, ROUNDS)
    shown, _ = seated()
    play(shown, {"challenge": 0.6})
    open_round(store, session.id, 5, None, ROUNDS)
    hear(shown.desk, ask="look")
    hear(shown.desk, ask="read")
    prediction = part(shown, Predicting)
    hear(prediction, ask="lock", value=[prediction.question["low"]] * 5, sure=50)
    lab = part(shown, Deciding)
    lab.move(challenge=0.1)
    lab._levers._ask("submit", {})
    assert lab._levers.problem == ""
    assert list(lab._outcome._kept) == ["Without changes", "As in rounds 2 to 5"]
    rounds, lived = shown._course.earlier(entries_of(store, shown._key), 5)
    assert rounds == (1, 2, 3, 4)
    assert lived.made.conduct[""].at(103).challenge == 0.6
    assert shown._course.earlier(entries_of(store, shown._key), 2) is None, "it goes on with what was"


def test_what_a_class_expects_is_told_to_the_facilitator_as_soon_as_nobody_can_be_told_by_it(store, session, seated):
    key = new_facilitator_key(store, session.id)
    desk = ts.workshop.Facilitator(session.code, store)
    hear(desk.monitor, ask="sit", key=key)
    open_round(store, session.id, 1, None, ROUNDS)
    for place, name in enumerate(("Ann", "Bob", "Cem", "Dee", "Eve")):
        hear(desk.monitor, ask="look")
        assert desk.monitor.standing["predicted"] == []
        shown, _ = seated(name)
        hear(shown.desk, ask="read")
        hear(part(shown, Predicting), ask="lock", value="up" if place < 3 else "down", sure=60)
    hear(desk.monitor, ask="look")
    assert "more 3, about the same 0, less 2; 60 % sure" in desk.monitor.standing["predicted"][0]


def test_a_facilitators_page_does_nothing_without_its_key(store, session):
    shown = ts.workshop.Facilitator(session.code, store, "http://127.0.0.1:1/")
    ticket = join(store, session.code, "Ann")
    for message in (
        {"ask": "look"},
        {"ask": "act", "what": "open", "round": 0},
        {"ask": "sit", "key": ticket.key},
        {"ask": "act", "what": "end"},
    ):
        hear(shown.monitor, **message)
        assert shown.monitor.standing == {}
    assert find(store, session.code).round == -1
    assert find(store, session.code).ended is None


def test_a_facilitator_steers(store, session):
    key = new_facilitator_key(store, session.id)
    shown = ts.workshop.Facilitator(session.code, store, "http://127.0.0.1:1/")
    hear(shown.monitor, ask="sit", key=key)
    join(store, session.code, "Ann")
    hear(shown.monitor, ask="act", what="open", round=0, minutes=5)
    assert shown.monitor.standing["waited"] == 1
    assert 299 <= shown.monitor.standing["left"] <= 300
    hear(shown.monitor, ask="act", what="say", text="Two minutes\x00 more")
    assert find(store, session.code).message == "Two minutes more"
    refused = {"open": {"round": 99}, "reveal": {"round": "0"}, "remove": {"seat": 9}, "drop": {}}
    for what, given in refused.items():
        hear(shown.monitor, ask="act", what=what, **given)
        assert shown.monitor.refusal, what
    hear(shown.monitor, ask="act", what="pause")
    assert shown.monitor.refusal == ""
    assert shown.monitor.standing["paused"]


@pytest.mark.parametrize("question", QUESTIONS)
def test_each_of_the_ten_questions_is_a_click_away(store, session, question):
    key = new_facilitator_key(store, session.id)
    shown = ts.workshop.Facilitator(session.code, store)
    hear(shown.monitor, ask="sit", key=key)
    hear(shown.monitor, ask="act", what="open", round=1)
    shown._below.chooser.chosen = question
    assert shown._below.chooser.problem == ""
    assert len(shown._below.place.children) == 1


def test_whose_numbers_these_are_is_counted_by_where_they_come_from():
    sheet = Debrief(WORKSHOP, Course(WORKSHOP, seed=1), dict).sections["numbers"](None)
    counted = sources()
    for kind, said in {"publication": "name a publication", "article": "only one", "assumed": "are assumed"}.items():
        assert f"{counted[kind]} {said}" in sheet.paragraphs[0]
    assert len(sheet.table["rows"]) == sum(counted.values())


def test_a_page_that_belongs_to_no_session_says_so():
    for kind in (ts.workshop.Participant, ts.workshop.Facilitator):
        with pytest.raises(InputError, match="teamsim workshop serve"):
            kind()
