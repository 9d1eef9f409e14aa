"""Luck or leadership in a real JupyterLab: by keyboard, from one history to the split."""

import pytest
from playwright.sync_api import expect

CELL = """
import teamsim as ts
ts.lab.LuckOrLeadership(ts.Scenario.load("managing-stars"), runs=100)
"""


@pytest.fixture
def view(run_notebook):
    return run_notebook(CELL)


def press(page, name, key="Enter"):
    page.get_by_role("button", name=name, exact=True).focus()
    page.keyboard.press(key)


def test_from_one_history_to_the_split_by_keyboard(view, page, tmp_path):
    panel, chart, split = (
        page.locator(name) for name in (".teamsim.luck.card", ".teamsim-live", ".teamsim.luck.split")
    )
    expect(chart).to_have_attribute("data-rev", "1", timeout=30_000)
    expect(panel.locator(".told")).to_contain_text("One history under each style")
    expect(split).to_be_hidden()
    page.set_viewport_size({"width": 1280, "height": 720})
    page.screenshot(path=tmp_path / "one.png")
    press(page, "Another history")
    expect(panel.locator(".told")).to_contain_text("2 histories under each style")
    press(page, "100 histories", "Space")
    expect(split.locator(".verdict")).to_contain_text("% is leadership", timeout=60_000)
    expect(split.locator(".bar span")).to_have_count(3)
    page.wait_for_timeout(300)
    page.screenshot(path=tmp_path / "split.png")
    page.get_by_label("What is compared").focus()
    page.keyboard.type("Output")
    page.keyboard.press("Tab")
    expect(split.locator(".verdict")).to_contain_text("Output: of what separates")
    page.get_by_label("Which styles count as possible?").select_option("levers")
    page.get_by_label("Pressure", exact=True).focus()
    page.keyboard.press("Space")
    press(page, "Draw styles of these levers")
    expect(split.locator(".verdict")).to_contain_text("whole range of Pressure", timeout=60_000)
    page.screenshot(path=tmp_path / "levers.png")
    page.evaluate("() => { jupyterapp.shell.collapseLeft(); jupyterapp.shell.collapseRight(); }")
    page.set_viewport_size({"width": 390, "height": 844})
    chart.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    page.screenshot(path=tmp_path / "narrow-chart.png")
    panel.locator("h3").scroll_into_view_if_needed()
    page.screenshot(path=tmp_path / "narrow.png")
    assert panel.evaluate("(el) => el.scrollWidth <= el.clientWidth"), "nothing is cut off"
    view.assert_quiet()


def test_what_cannot_be_done_is_said(view, page):
    page.get_by_label("Which styles count as possible?").select_option("levers")
    press(page, "Draw styles of these levers")
    expect(page.locator(".teamsim.luck.card").get_by_role("alert")).to_contain_text("Choose one or more levers")
    view.assert_quiet()
