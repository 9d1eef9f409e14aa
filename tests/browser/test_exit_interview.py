"""An exit interview and a prediction in a real JupyterLab, by keyboard alone."""

import re

import pytest
from playwright.sync_api import expect

import teamsim as ts

INTERVIEW = """
import teamsim as ts
run = ts.simulate(ts.Scenario.load("managing-stars"), "hands-off", seed=157)
ts.lab.ExitInterview(run)
"""
NOBODY = """
import teamsim as ts
ts.lab.ExitInterview(ts.simulate(ts.Scenario.load("managing-stars").replace(weeks=1), "developer"))
"""
PREDICTION = """
import teamsim as ts
expected = ts.lab.Prediction("engagement", "sketch")
expected.show(ts.futures(ts.Scenario.load("managing-stars"), "hands-off", runs=50, progress=lambda *_: None))
expected
"""


@pytest.fixture(scope="module")
def lived():
    """The history whose leavers are asked here."""
    known: dict[str, ts.Run] = {}
    exec(INTERVIEW.rpartition("ts.lab")[0], known)
    return known["run"]


@pytest.fixture
def show(run_notebook, page):
    """Run a notebook of these cells."""

    def shown(*cells):
        notebook = run_notebook(*cells)
        page.evaluate("() => { jupyterapp.shell.collapseLeft(); jupyterapp.shell.collapseRight(); }")
        return notebook

    return shown


def tab_to(page, role, name):
    """Press Tab until a control has the focus."""
    control = page.get_by_role(role, name=name)
    for _ in range(30):
        if control.evaluate("node => node === document.activeElement"):
            return control
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {role} {name!r}")


def pictures(page, tmp_path, name):
    for width, height in ((1280, 720), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(400)
        page.screenshot(path=tmp_path / f"{name}-{width}.png")
    page.set_viewport_size({"width": 1280, "height": 720})


def test_choose_look_behind_and_try_again(show, lived, page, tmp_path):
    strongest = lived.interview(4).shares["label"][0]
    notebook = show(INTERVIEW)
    room = page.locator(".teamsim.exit")
    rows = room.get_by_role("radio")
    expect(rows.first).to_be_checked()
    quote = room.locator("blockquote")
    expect(quote).to_contain_text("“")
    expect(room.locator("table")).to_have_count(0)
    pictures(page, tmp_path, "said")

    rows.first.focus()
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    expect(room.locator("figcaption").first).to_have_text("Chiara, asked on leaving in week 48")
    expect(quote).to_have_text("“It was about the pay.”")
    expect(rows.nth(4)).to_be_focused()

    look = tab_to(page, "button", "Look behind the words")
    expect(look).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Enter")
    cover = page.get_by_role("button", name="Cover it again")
    expect(cover).to_be_focused()
    expect(cover).to_have_attribute("aria-expanded", "true")
    table = room.locator("table")
    expect(table.locator("tbody tr").first).to_contain_text(strongest)
    shares = [float(text.replace("−", "-")) for text in table.locator("tbody td.number").all_inner_texts()]
    total = float(table.locator("tfoot td.number").inner_text().replace("−", "-"))
    assert abs(sum(shares) - total) < 0.005 * (len(shares) + 1), "what is written adds up, but for rounding"
    expect(room.locator(".compared")).to_contain_text(f"what weighed most in the formula was “{strongest}”")
    table.scroll_into_view_if_needed()
    pictures(page, tmp_path, "behind")

    tab_to(page, "slider", "From week")
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    expect(room.locator("output").first).to_have_text("32 (16 weeks before)")
    what = tab_to(page, "combobox", "One thing done differently")
    what.press_sequentially("Coach")
    expect(what).to_have_value("lever:coaching_hours")
    amount = tab_to(page, "slider", "How much")
    page.keyboard.press("End")
    expect(amount).to_have_attribute("aria-valuetext", "2 hours a week")
    tab_to(page, "button", "Try it 100 times")
    page.keyboard.press("Enter")
    finding = room.locator(".finding")
    expect(finding).to_have_text(
        re.compile(
            r"In \d+ of 100 redraws of what came after, Chiara would still have been there at the end of week 74"
        )
    )
    for side in range(2):
        figure = room.locator(".side").nth(side)
        stayed = int(re.match(r"\d+", figure.locator("figcaption span").inner_text())[0])
        assert figure.locator("path.here").count() == stayed
        assert figure.locator("path").count() == 100
    finding.scroll_into_view_if_needed()
    pictures(page, tmp_path, "again")
    page.set_viewport_size({"width": 390, "height": 844})
    assert room.evaluate("node => node.scrollWidth <= node.clientWidth"), "nothing is cut off"
    notebook.assert_quiet()


def test_a_second_view_of_the_same_interview(show, lived, page):
    notebook = show(INTERVIEW.replace("ts.lab.Exit", "talk = ts.lab.Exit") + "\ntalk", "talk")
    rooms = page.locator(".teamsim.exit")
    expect(rooms).to_have_count(2)
    rooms.nth(0).get_by_role("radio").nth(2).check()
    expect(rooms.nth(1).get_by_role("radio").nth(2)).to_be_checked()
    expect(rooms.nth(1).locator("figcaption").first).to_contain_text(lived.exits["person"][2])
    expect(rooms.nth(0).get_by_role("radio").nth(2)).to_be_checked()
    notebook.assert_quiet()


def test_nobody_left(show, page):
    show(NOBODY)
    expect(page.locator(".teamsim.exit .nobody")).to_contain_text("Nobody left.")
    expect(page.locator(".teamsim.exit button:visible")).to_have_count(0)


def test_predict_first_by_keyboard(show, page, tmp_path):
    notebook = show(PREDICTION)
    card = page.locator(".teamsim.predict")
    expect(card).to_contain_text("What came is ready")
    assert card.locator(".came-line").count() == 0
    tab_to(page, "slider", "Week 0")
    page.keyboard.press("Home")
    expect(card.locator("output").first).to_have_text("0.00")
    tab_to(page, "slider", "Week 103")
    page.keyboard.press("End")
    low, high = (float(card.locator(".knob").nth(i).get_attribute("cy")) for i in (0, 4))
    assert low > high, "the points follow the sliders"
    tab_to(page, "slider", "How sure are you?")
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    pictures(page, tmp_path, "predict")
    tab_to(page, "button", "Submit")
    page.keyboard.press("Enter")
    expect(card.locator(".finding")).to_contain_text("You were 80 % sure. Your line is off by 0.")
    expect(card.locator(".came-line")).to_have_count(2)  # in the picture and in its key
    expect(card.get_by_role("button")).to_have_count(0)
    pictures(page, tmp_path, "came")
    notebook.assert_quiet()


def test_a_sketch_is_drawn_by_dragging(show, page):
    notebook = show(PREDICTION)
    card = page.locator(".teamsim.predict")
    knob = card.locator(".knob").nth(2)
    knob.scroll_into_view_if_needed()
    box = knob.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 60, steps=4)
    page.mouse.up()
    page.mouse.move(x, y - 100)
    value = float(card.locator("output").nth(2).inner_text())
    assert 0.1 < value < 0.4
    expect(card.get_by_role("slider", name="Week 52")).to_have_value(str(value))
    notebook.assert_quiet()
