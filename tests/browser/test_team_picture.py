"""The team as people, and a rewound history, in a real JupyterLab: by keyboard, without flicker."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

import teamsim as ts

RUN = """
import teamsim as ts
run = ts.simulate(ts.Scenario.load("managing-stars"), "comfortable", seed=7)
"""
MODEL = """
picture = ts.lab.TeamPicture(run, view="model")
picture
"""
LEADER = """
picture = ts.lab.TeamPicture(run, view="leader")
picture
"""
REWIND = """
rewind = ts.lab.Rewind(run)
rewind
"""


@pytest.fixture(scope="module")
def lived():
    """The history that the notebooks here run."""
    known: dict[str, ts.Run] = {}
    exec(RUN, known)
    return known["run"]


def kernel(page, code):
    """Run code in the notebook's kernel."""
    page.evaluate(
        """async (code) => {
            const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
            const reply = await kernel.requestExecute({ code }).done;
            if (reply.content.status !== "ok") throw new Error(reply.content.evalue);
        }""",
        code,
    )


def photograph(page, part, folder, name):
    """Take the widget alone as on a projector and as on a phone, and see that nothing sticks out of it."""
    page.set_viewport_size({"width": 1280, "height": 3000})  # a part that scrolls would be cut off
    for size, width in (("projector", "auto"), ("phone", "366px")):  # JupyterLab itself has no room left on a phone
        part.evaluate("(el, width) => { el.style.width = width; }", width)
        page.wait_for_timeout(200)
        part.screenshot(path=folder / f"{name}-{size}.png")
        assert part.evaluate("(el) => el.scrollWidth - el.clientWidth") <= 1, f"{name} is too wide for a {size}"
    part.evaluate("(el) => { el.style.width = 'auto'; }")


def test_it_plays_in_the_page_and_is_never_built_anew(run_notebook, page, tmp_path):
    opened = run_notebook(RUN, MODEL)
    team = page.locator(".teamsim-team")
    expect(team).to_have_attribute("data-week", "0", timeout=30_000)
    team.evaluate("""(el) => {
        globalThis.anew = 0;
        const made = (node) => node.matches?.("li, svg.figure");
        const count = (records) => records.forEach((one) => (anew += [...one.addedNodes].filter(made).length));
        new MutationObserver(count).observe(el.querySelector(".seats"), { subtree: true, childList: true });
    }""")
    team.get_by_label("Speed").select_option("16")
    team.get_by_role("button", name="Play").click()
    expect(team.get_by_role("button", name="Pause")).to_be_visible()
    expect(team).to_have_attribute("data-week", re.compile(r"[3-9]|\d\d"), timeout=5_000)
    team.get_by_role("button", name="Pause").click()
    week = team.get_attribute("data-week")
    page.wait_for_timeout(300)
    assert team.get_attribute("data-week") == week
    kernel(page, f"assert picture.week == {week}, picture.week")
    for _ in range(2):
        team.get_by_role("button", name="Next change").click()
    assert page.evaluate("anew") == 0
    opened.assert_quiet()


def test_the_keyboard_alone_reaches_everything(run_notebook, lived, page, axe, tmp_path):
    gone = lived.exits[lived.exits["road"] == "offer"].iloc[0]
    week, person, seat = gone["week"], gone["person"], gone["seat"]
    opened = run_notebook(RUN, MODEL)
    team = page.locator(".teamsim-team")
    expect(team).to_have_attribute("data-week", "0", timeout=30_000)
    team.get_by_role("slider", name="Week").focus()
    for _ in range(week):
        page.keyboard.press("ArrowRight")
    expect(team).to_have_attribute("data-week", str(week))
    expect(team.locator("[aria-live]")).to_have_text(re.compile(f"Week {week}: {person} left for an offer"))
    team.get_by_role("button", name="Play").focus()
    page.keyboard.press("ArrowLeft")
    expect(team).to_have_attribute("data-week", str(week - 1))
    page.keyboard.press("End")
    expect(team).to_have_attribute("data-week", "103")
    page.keyboard.press("Home")
    page.keyboard.press("Space")
    expect(team.get_by_role("button", name="Pause")).to_be_focused()
    page.keyboard.press("Space")
    expect(team.get_by_role("button", name="Play")).to_be_focused()
    # the seats are one stop of the Tab key
    seats = team.locator(".seat")
    assert seats.evaluate_all("(all) => all.filter((el) => el.tabIndex === 0).length") == 1
    seats.first.focus()
    for _ in range(seat):
        page.keyboard.press("ArrowRight")
    expect(seats.nth(seat)).to_be_focused()
    page.keyboard.press("Enter")
    life = team.locator(".life")
    expect(life.get_by_role("heading", name=f"Life line: {person}")).to_be_focused()
    expect(seats.nth(seat)).to_have_attribute("aria-expanded", "true")
    kernel(page, f"assert picture.person == {person!r}, picture.person")
    life.locator("summary", has_text="The events as a list").focus()
    page.keyboard.press("Enter")
    expect(life.locator("li", has_text=f"Week {week}: left for an offer")).to_be_visible()
    axe.assert_accessible(".teamsim-team")
    photograph(page, team, tmp_path, "model")
    page.keyboard.press("Escape")
    expect(life).to_be_hidden()
    expect(seats.nth(seat)).to_be_focused()
    # JupyterLab's own shortcuts were not set off
    assert page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell").count() == 2
    opened.assert_quiet()


def test_another_history_in_the_leaders_view_keeps_the_week(run_notebook, page, axe, tmp_path):
    opened = run_notebook(RUN, LEADER, "picture")
    first, second = (page.locator(".teamsim-team").nth(n) for n in (0, 1))
    expect(second).to_have_attribute("data-week", "0", timeout=30_000)
    kernel(page, "picture.week = 40")
    for view in (first, second):
        expect(view).to_have_attribute("data-week", "40")
        expect(view.get_by_text("Engagement")).to_have_count(0)
    kernel(page, "picture.show(run.rewind(5, 'developer'))")
    for view in (first, second):
        expect(view).to_have_attribute("data-rev", "1")
        expect(view).to_have_attribute("data-week", "40")
    first.locator(".seat").nth(3).click()
    expect(second.locator(".life")).to_be_visible()
    axe.assert_accessible(".teamsim-team")
    photograph(page, first, tmp_path, "leader")
    # what a page sends out of range is refused in words
    kernel(page, "picture.set_state({'week': 500})")
    expect(first.get_by_role("alert")).to_contain_text("0..103")
    expect(first).to_have_attribute("data-week", "40")
    opened.assert_quiet()


def test_going_back_by_keyboard(run_notebook, lived, page, axe, tmp_path):
    then = (lived.rewind(20, style="developer").exits["week"] >= 20).sum()
    now = (lived.exits["week"] >= 20).sum()
    gone = "1 person" if then == 1 else f"{then} people"
    told = f"{gone} left, as in what happened" if then == now else f"{gone} left instead of {now}"
    opened = run_notebook(RUN, REWIND)
    room = page.locator(".teamsim-rewind")
    expect(room).to_have_attribute("data-fork", "51 0", timeout=30_000)
    line = room.locator(".plot path.other").first
    svg = room.locator(".plot svg").first
    svg.evaluate("(node) => { globalThis.remembered = node; }")
    before = line.get_attribute("d")
    room.get_by_role("slider", name="Go back to week").focus()
    for _ in range(31):
        page.keyboard.press("ArrowLeft")
    expect(room).to_have_attribute("data-fork", "20 0")
    room.get_by_role("slider", name="Stretch").focus()
    page.keyboard.press("End")
    expect(room).to_have_attribute("data-changed", "true")
    assert line.get_attribute("d") != before
    kernel(page, "assert rewind.choices['levers'] == {'challenge': 1}, rewind.choices")
    room.get_by_label("Style from there on").select_option("developer")
    expect(room.locator(".told")).to_contain_text(told)
    expect(room.locator("[aria-live]")).to_contain_text(told)
    room.get_by_role("button", name="Another luck from there").press("Enter")
    expect(room).to_have_attribute("data-fork", "20 1")
    expect(room.locator(".told")).to_contain_text("part of this is chance")
    room.get_by_role("button", name="The same luck").press("Enter")
    expect(room).to_have_attribute("data-fork", "20 0")
    room.get_by_label("One more thing").select_option("raise")
    expect(room.get_by_role("slider", name="How much")).to_be_visible()
    kernel(page, "assert rewind.choices['event']['kind'] == 'raise', rewind.choices")
    assert svg.evaluate("(node) => node === globalThis.remembered")
    axe.assert_accessible(".teamsim-rewind")
    photograph(page, room, tmp_path, "rewind")
    said = room.locator(".told").inner_text()
    kernel(page, "rewind.set_state({'choices': {**rewind.choices, 'levers': {'challenge': 7}}})")
    expect(room.get_by_role("alert")).to_contain_text("outside 0..1")
    expect(room.locator(".told")).to_have_text(said)
    opened.assert_quiet()
