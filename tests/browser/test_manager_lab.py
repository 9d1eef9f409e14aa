"""The manager lab in a real JupyterLab: by keyboard alone, on a projector and on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

FOUR = '["challenge", "recognition_weeks", "pay_position", "time_for"]'
BANDS = "g.mark-area path"
SENT = """
(message) => {
    const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    return kernel.requestExecute({ code: message }).done;
}
"""


@pytest.fixture
def manager(run_notebook, page):
    """Run a notebook of one lab at a projector's size."""

    def opened(options):
        page.set_viewport_size({"width": 1280, "height": 720})
        notebook = run_notebook(
            f'import teamsim as ts\n\nlab = ts.lab.ManagerLab("managing-stars", {options})\nlab', seconds=300
        )
        page.evaluate("() => { jupyterapp.shell.collapseLeft(); jupyterapp.shell.collapseRight(); }")
        notebook.settle(120)
        return notebook

    return opened


def drawn(page, chart=0):
    """The bands of a chart."""
    return page.locator(".teamsim-live").nth(chart).locator(BANDS).first.get_attribute("d")


def revision(page):
    return int(page.locator(".teamsim-live").first.get_attribute("data-rev"))


def moved(page, before):
    """Wait for a picture that is newer."""
    page.wait_for_function(
        "(before) => document.querySelector('.teamsim-live').dataset.rev > before", arg=before, timeout=20_000
    )


def test_by_keyboard_alone(manager, page, axe, tmp_path):
    notebook = manager(FOUR)
    slider = page.get_by_role("slider", name="Stretch")
    said = page.locator(".teamsim-readout [aria-live=polite]")
    expect(said).to_contain_text("move a lever")
    expect(slider).to_have_attribute("aria-valuetext", "0.50, between “well within reach” and “far beyond reach”")

    slider.focus()
    first = [drawn(page, chart) for chart in range(4)]
    before = revision(page)
    page.keyboard.press("PageUp")
    moved(page, before)
    expect(slider).to_have_attribute("aria-valuetext", re.compile("^0.60"))
    expect(said).to_contain_text("Stretch now 0.60: Survey score at the end 0.", timeout=20_000)
    assert all(drawn(page, chart) != first[chart] for chart in range(3))
    expect(page.locator(".teamsim-levers .help")).to_contain_text("stretches beyond present skill")

    # from the slider backwards: the steps back
    page.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    expect(slider).to_have_value("0.5")
    expect(said).to_contain_text("Back at the start")
    page.get_by_role("button", name="Redo").focus()
    page.keyboard.press("Space")
    expect(slider).to_have_value("0.6")

    page.get_by_text("Keep and compare").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Name", exact=True).focus()
    page.keyboard.type("mine")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Remove mine")).to_be_visible()
    expect(page.locator(".teamsim-live svg").first.locator("text", has_text="mine").first).to_be_visible()

    page.get_by_label("A ready-made style").focus()
    page.keyboard.press("d")  # a native select: its letter
    expect(said).to_contain_text("Demanding: ", timeout=20_000)
    page.get_by_role("button", name="Trade-offs").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".teamsim-trade-offs tbody").first.locator("tr")).to_have_count(2)
    page.screenshot(path=tmp_path / "manager.png")
    axe.assert_accessible(".teamsim-manager")
    notebook.assert_quiet()


def test_a_drag_moves_the_pictures_and_nothing_is_embedded_anew(manager, page):
    notebook = manager(FOUR)
    page.locator(".teamsim-live svg").first.evaluate("(node) => { globalThis.kept = node; }")
    slider = page.get_by_role("slider", name="Weeks between recognition")
    box = slider.bounding_box()
    before, pictures = revision(page), set()
    page.mouse.move(box["x"] + box["width"] * 0.24, box["y"] + box["height"] / 2)
    page.mouse.down()
    for step in range(30):
        page.mouse.move(box["x"] + box["width"] * (0.24 + 0.02 * step), box["y"] + box["height"] / 2)
        page.wait_for_timeout(30)
        pictures.add(drawn(page))
    page.mouse.up()
    expect(page.locator(".teamsim-readout .said")).to_contain_text("Weeks between recognition now", timeout=20_000)
    assert len(pictures) > 3
    assert revision(page) - before <= 35, "messages have queued"
    assert page.locator(".teamsim-live svg").first.evaluate("(node) => node === globalThis.kept")
    expect(page.locator(".legend")).to_contain_text("200 futures")
    notebook.assert_quiet()


def test_out_of_range_through_the_channel_is_refused(manager, page):
    notebook = manager(FOUR)
    slider = page.get_by_role("slider", name="Stretch")
    before, picture = revision(page), drawn(page)
    slider.evaluate(
        "(node) => { node.max = 9; node.value = 7; node.dispatchEvent(new Event('input', { bubbles: true })); }"
    )
    alert = page.locator(".teamsim-levers [role=alert]")
    expect(alert).to_have_text("“Stretch” cannot be 7: it goes from 0 to 1. Nothing was changed.")
    expect(slider).to_have_value("0.5")
    page.wait_for_timeout(600)  # nothing follows when the slider would have rested
    expect(alert).to_be_visible()
    assert (revision(page), drawn(page)) == (before, picture)
    expect(slider).to_have_value("0.5")
    slider.focus()
    page.keyboard.press("PageDown")
    moved(page, before)
    expect(alert).to_be_hidden()
    notebook.assert_quiet()


def test_an_error_inside_a_run_keeps_the_last_picture(manager, page):
    notebook = manager(FOUR)
    page.evaluate(SENT, "import teamsim.lab.preview as p; kept = p.histories, p.futures")
    page.evaluate(SENT, "p.histories = p.futures = None")
    before, picture = revision(page), drawn(page)
    page.get_by_role("slider", name="Stretch").focus()
    page.keyboard.press("PageUp")
    alert = page.locator(".teamsim-levers [role=alert]")
    expect(alert).to_contain_text("What you see is the last good picture")
    assert (revision(page), drawn(page)) == (before, picture)
    page.evaluate(SENT, "p.histories, p.futures = kept")
    page.keyboard.press("PageUp")
    moved(page, before)
    expect(alert).to_be_hidden()
    notebook.assert_quiet()


def test_nothing_is_drawn_before_a_decision(manager, page, axe):
    notebook = manager(f"{FOUR}, preview=False")
    slider = page.get_by_role("slider", name="Stretch")
    slider.focus()
    page.keyboard.press("End")
    expect(slider).to_have_attribute("aria-valuetext", re.compile("^1.00"))
    expect(page.get_by_role("button", name="Undo")).to_be_enabled()
    assert page.locator(".teamsim-live").count() == 0
    expect(page.locator(".teamsim-readout")).to_contain_text("Nothing is drawn yet")
    expect(page.get_by_text("Keep and compare")).to_be_hidden()
    page.get_by_role("button", name="Submit my decision").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".teamsim-live[data-rev] svg")).to_have_count(4, timeout=30_000)
    expect(slider).to_be_disabled()
    expect(page.locator(".teamsim-levers .turn")).to_contain_text("the levers are locked")
    expect(page.get_by_text("Keep and compare")).to_be_visible()
    axe.assert_accessible(".teamsim-manager")
    notebook.assert_quiet()


def test_a_code_is_copied_and_opened(manager, page):
    notebook = manager(FOUR)
    slider = page.get_by_role("slider", name="Stretch")
    slider.focus()
    page.keyboard.press("PageUp")
    expect(page.locator(".teamsim-readout .said")).to_contain_text("Stretch now", timeout=20_000)
    page.get_by_text("Take it with you").click()
    code = page.get_by_label("The code of this lab").input_value()
    assert code.startswith("TS1-")
    page.get_by_role("button", name="Back to start").click()
    expect(slider).to_have_value("0.5")
    typed = page.get_by_label("Open another code")
    typed.fill(code[:-1] + "0")
    page.get_by_role("button", name="Open", exact=True).click()
    expect(page.locator(".teamsim-levers [role=alert]")).to_contain_text("missing or mistyped")
    typed.fill(code)
    page.keyboard.press("Enter")
    expect(slider).to_have_value("0.6")
    expect(page.locator(".teamsim-levers [role=alert]")).to_be_hidden()
    notebook.assert_quiet()


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (390, 844)])
def test_it_fits_the_projector_and_the_phone(manager, page, axe, width, height, tmp_path):
    notebook = manager(FOUR)
    page.set_viewport_size({"width": width, "height": height})
    notebook.settle()
    page.locator(".teamsim-desk").evaluate("(node) => node.scrollIntoView()")
    page.screenshot(path=tmp_path / f"{width}.png")
    chart = page.locator(".teamsim-live").first.bounding_box()
    slider = page.get_by_role("slider", name="Stretch").bounding_box()
    for box in (chart, slider):  # a picture and a lever are in sight together
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= height
    if width == 1280:
        last = page.locator(".teamsim-live").last.bounding_box()
        assert last["y"] + last["height"] <= height
    wide = page.locator(".teamsim-manager").evaluate("(node) => node.scrollWidth - node.clientWidth")
    assert wide <= 1
    axe.assert_accessible(".teamsim-manager")
    notebook.assert_quiet()


def test_two_views_of_one_lab_stay_together(manager, page):
    notebook = manager(f"{FOUR})\ndisplay(lab")
    sliders = page.get_by_role("slider", name="Stretch")
    expect(sliders).to_have_count(2)
    sliders.first.focus()
    page.keyboard.press("PageUp")
    expect(sliders.last).to_have_value("0.6")
    expect(page.locator(".teamsim-readout .said").last).to_contain_text("Stretch now 0.60", timeout=20_000)
    notebook.assert_quiet()
