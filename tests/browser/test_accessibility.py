"""Every shipped notebook as a participant gets it, in both sizes: no serious finding of axe-core, nothing cut off."""

import pytest
from playwright.sync_api import expect

from real_pages import OURS
from teamsim.files import shipped

NOTEBOOKS = sorted(path.stem for path in shipped("notebooks").glob("*.ipynb"))
LABS = [name for name in NOTEBOOKS if name[:2].isdigit()]
"""For participants, and two for researchers; the others are for reading, and come with their tables and pictures."""
SIZES = {"projector": (1280, 720), "phone": (390, 844)}


def longer(*names):
    """Leave out some of the labs where they are seldom used, unless long tests are asked for."""
    return [pytest.param(name, marks=[pytest.mark.long] if name in names else []) for name in LABS]


def test_the_labs_are_among_them():
    assert {"01-first-team", "02-manager-lab", "03-why-they-left", "04-luck-or-leadership"} <= set(LABS)


@pytest.mark.parametrize("notebook", longer("05-parameter-sweep", "06-sensitivity"))
def test_a_notebook_as_a_page(notebook, open_page, page, axe, tmp_path):
    opened = None
    for name, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        if opened is None:
            opened = open_page(notebook)
        else:
            opened.settle()
        page.screenshot(path=tmp_path / f"{notebook}-{name}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, "the page is wider than the screen"
        axe.assert_accessible()
    page.set_viewport_size({"width": 1280, "height": 720})
    opened.settle()
    the_tab_key_comes_through(page)
    opened.assert_quiet()


@pytest.mark.parametrize("notebook", [name for name in NOTEBOOKS if name not in LABS])
def test_a_notebook_for_reading(notebook, open_notebook, page, axe):
    """As it comes; that it runs, nbval shows."""
    opened = open_notebook(f"{notebook}.ipynb")
    expect(page.locator(".jp-RenderedHTMLCommon table").first).to_be_attached()
    axe.assert_accessible(".jp-RenderedHTMLCommon")
    opened.assert_quiet()


@pytest.mark.parametrize("notebook", longer(*(name for name in LABS if name[:2] not in ("02", "05"))))
def test_a_notebook_in_jupyterlab(notebook, open_notebook, page, axe):
    """What we draw; JupyterLab's own frame is its makers'."""
    opened = open_notebook(f"{notebook}.ipynb")
    opened.run_all()
    opened.settle()
    axe.assert_accessible(OURS)
    opened.assert_quiet()


def the_tab_key_comes_through(page):
    """From the top to the end and never caught; whatever is reached has a name and is seen to be reached."""
    page.evaluate("document.body.tabIndex = -1; document.body.focus()")
    reached = 0
    for _ in range(400):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None:
            break
        reached += 1
        assert stop["seen"], f"nothing shows that this is reached: {stop['html']}"
    else:
        raise AssertionError("400 stops and no end")
    assert reached >= page.evaluate(f"({CONTROLS})().length")
    expect(page.get_by_role("main")).to_be_visible()


CONTROLS = """
() => [...document.querySelectorAll("main :is(button, input, select, textarea, summary, [tabindex='0'])")]
    .filter((e) => !e.disabled && e.checkVisibility({ visibilityProperty: true }) && e.tabIndex >= 0)
    .filter((e) => e.type !== "radio" || e.checked)
"""
STOP = """
() => {
    const e = document.activeElement;
    if (!e || e === document.body) return null;
    const style = getComputedStyle(e);
    const seen = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
    return { html: e.outerHTML.slice(0, 200), seen };
}
"""
