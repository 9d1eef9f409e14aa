"""The first notebook in a real JupyterLab: every cell runs, every chart is drawn, the slider moves the picture."""

from playwright.sync_api import expect

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
