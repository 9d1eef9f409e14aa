"""The scenario editor in a real JupyterLab: by keyboard alone, with what was typed wrong said at its field."""

import pytest
from playwright.sync_api import expect

import teamsim as ts

CELL = """
import teamsim as ts
editor = ts.lab.ScenarioEditor("managing-stars")
editor
"""


@pytest.fixture
def editor(run_notebook, page):
    notebook = run_notebook(CELL)
    page.evaluate("() => { jupyterapp.shell.collapseLeft(); jupyterapp.shell.collapseRight(); }")
    return notebook


def type_into(page, field, text):
    field.focus()
    field.select_text()
    page.keyboard.type(text)
    page.keyboard.press("Tab")


def test_a_team_is_made_by_keyboard_and_saved(editor, page, lab, tmp_path):
    page.set_viewport_size({"width": 1280, "height": 720})
    root = page.locator(".teamsim.editor")
    expect(root.locator(".summary")).to_contain_text("12 people in 1 team, 104 weeks. All is well.")
    page.screenshot(path=tmp_path / "start.png")

    add = page.get_by_role("button", name="Add somebody to Product")
    add.focus()
    page.keyboard.press("Enter")
    expect(root.locator(".summary")).to_contain_text("13 people")
    name = root.locator("[data-key='teams/0/people/12/name']")
    expect(name).to_be_focused()
    page.keyboard.type("Zoë")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Talent, Zoë")).to_be_focused()
    page.keyboard.type("1,8")
    page.keyboard.press("Tab")
    more = page.get_by_role("button", name="More about Zoë")
    more.focus()
    page.keyboard.press("Enter")
    skill = root.locator("[data-key='teams/0/people/12/skill']")
    expect(skill).to_have_attribute("placeholder", "1.8")
    root.locator("[data-key='teams/0/people/12/name']").scroll_into_view_if_needed()
    page.screenshot(path=tmp_path / "person.png")

    slider = root.get_by_role("slider", name="Need for growth").first
    slider.focus()
    page.keyboard.press("ArrowRight")
    growth = root.locator("[data-key='teams/0/people/0/need_growth']")
    expect(growth).to_have_value("0.91")
    expect(slider).to_be_focused()

    weeks = root.locator("[data-key='weeks']")
    type_into(page, weeks, "soon")
    expect(weeks).to_have_attribute("aria-invalid", "true")
    expect(root.locator(".summary")).to_contain_text("One thing needs attention.")
    expect(weeks).to_have_value("soon")
    weeks.scroll_into_view_if_needed()
    page.screenshot(path=tmp_path / "wrong.png")
    file = page.get_by_label("File name")
    type_into(page, file, "ours")
    page.keyboard.press("Enter")
    expect(root.get_by_role("alert")).to_contain_text("One thing needs attention before it can be saved.")
    type_into(page, weeks, "52")
    expect(root.locator(".summary")).to_contain_text("52 weeks. All is well.")

    save = page.get_by_role("button", name="Save", exact=True)
    save.focus()
    page.keyboard.press("Enter")
    expect(root.locator(".note")).to_have_text("Saved as ours.toml.")
    made = ts.Scenario.load(lab.folder / "ours.toml")
    assert (made.weeks, made.people[-1], made.teams[0].people[-1].skill) == (52, "Zoë", 1.8)
    save.focus()
    page.keyboard.press("Enter")
    expect(root.locator(".note")).to_contain_text("There is ours.toml already")
    expect(page.get_by_role("button", name="Save over it")).to_be_focused()
    page.keyboard.press("Enter")
    expect(root.locator(".note")).to_have_text("Saved as ours.toml.")
    editor.assert_quiet()


def test_removing_undoing_and_a_narrow_page(editor, page, tmp_path):
    root = page.locator(".teamsim.editor")
    remove = page.get_by_role("button", name="Remove Amara")
    remove.focus()
    page.keyboard.press("Enter")
    expect(root.locator(".summary")).to_contain_text("11 people")
    expect(page.get_by_role("button", name="Remove Mateo")).to_be_focused()
    page.keyboard.press("Control+z")
    expect(root.locator(".summary")).to_contain_text("12 people")
    expect(page.get_by_role("button", name="Remove Amara")).to_be_visible()
    market = root.locator("summary", has_text="The labour market outside")
    market.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("slider", name="Tightness")).to_be_visible()
    page.get_by_role("slider", name="Tightness").scroll_into_view_if_needed()
    page.screenshot(path=tmp_path / "market.png")
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(200)
    assert root.evaluate("(el) => el.scrollWidth <= el.clientWidth"), "nothing is cut off"
    root.locator("[data-key='teams/0/people/0/name']").scroll_into_view_if_needed()
    page.screenshot(path=tmp_path / "narrow.png")
    editor.assert_quiet()


def test_every_control_has_a_name(editor, page):
    root = page.locator(".teamsim.editor")
    nameless = root.evaluate("""(el) => [...el.querySelectorAll("button, input, textarea, select")].filter(
        (node) => !(node.getAttribute("aria-label") || node.labels?.length || node.textContent.trim())).length""")
    assert nameless == 0
    tree = root.aria_snapshot()
    assert 'textbox "Talent, Amara"' in tree
    assert 'slider "Need for growth, Amara"' in tree
