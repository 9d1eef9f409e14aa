"""The first notebook in a real JupyterLab: every cell runs, every chart is drawn, the slider moves the picture."""

from playwright.sync_api import expect

from real_pages import Notebook

CHARTS = 12


def test_the_first_notebook_runs_and_its_slider_moves_the_picture(open_notebook, page, tmp_path):
    notebook = open_notebook("01-first-team.ipynb")
    notebook.run_all()
    charts = page.locator(".teamsim-live")
    expect(charts).to_have_count(CHARTS)
    for number in range(CHARTS):
        expect(charts.nth(number)).to_have_attribute("data-rev", "0", timeout=30_000)
        assert charts.nth(number).locator("svg path").count() > 3
    expect(page.locator(".teamsim-live-problem")).to_have_count(0)

    live = charts.last
    line = live.locator("g.mark-line path")
    before = line.get_attribute("d")
    page.get_by_role("slider").focus()
    for move in ("1", "2", "3"):
        page.keyboard.press("PageDown")
        expect(live).to_have_attribute("data-rev", move, timeout=10_000)
        after = line.get_attribute("d")
        assert after != before
        before = after
    page.screenshot(path=tmp_path / "first-team.png")
    notebook.assert_quiet()


def test_from_the_first_notebook_to_the_first_exit_interview(open_notebook, page):
    open_notebook("01-first-team.ipynb")
    page.get_by_role("link", name="why they left").first.click()
    expect(page.get_by_role("heading", name="Why they left", level=1)).to_be_visible()
    there = Notebook(page)
    there.wait_for_kernel()
    there.run_all()
    there.settle()
    page.get_by_role("button", name="Look behind the words").click()
    expect(page.get_by_role("table").first).to_be_visible()
    there.assert_quiet()
