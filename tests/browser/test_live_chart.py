"""A living chart, and plain Altair charts, in a real JupyterLab."""

from __future__ import annotations

from playwright.sync_api import expect

TABLES = """
import altair as alt
import ipywidgets
import numpy as np
import pandas as pd
import teamsim.charts
from teamsim.lab import LiveChart

def table(gain):
    weeks = np.arange(53)
    middle = 30 + 18 * gain * (1 - np.exp(-weeks / 14)) + np.sin(weeks / 3)
    return pd.DataFrame({"week": weeks, "low": middle - 6, "high": middle + 6, "output": middle})

def team(gain, **size):
    data = table(gain)
    base = alt.Chart(data).encode(alt.X("week", scale=alt.Scale(domain=[0, 52])))
    y = dict(scale=alt.Scale(domain=[0, 60]), title=None)
    return alt.layer(
        base.mark_area().encode(alt.Y("low", **y), alt.Y2("high")),
        base.mark_line().encode(alt.Y("output", **y)),
    ).properties(title=alt.Title("Team output per week", subtitle="median and middle half"), **size)
"""
LIVE = """
live = LiveChart(team(0.5, width="container", height=300))
gain = ipywidgets.FloatSlider(0.5, min=0, max=1, step=0.01, description="gain")
gain.observe(lambda change: live.update(table_0=table(change["new"])), "value")
ipywidgets.VBox([gain, live])
"""
PLAIN = """
def exits(seed):
    kinds = ["pay", "growth", "leader", "market", "family"]
    weeks = pd.to_datetime("2026-01-05") + pd.to_timedelta(7 * np.arange(26), unit="D")
    rng = np.random.default_rng(seed)
    data = pd.DataFrame([(w, k, v)
                         for k in kinds for w, v in zip(weeks, 20 + rng.normal(size=26).cumsum())],
                        columns=["week", "reason", "people"])
    data.loc[3, "people"] = np.nan
    return alt.Chart(data, title="Why people left").mark_line().encode(
        alt.X("week:T", title="week"), alt.Y("people:Q", title="people"), alt.Color("reason:N"))

exits(1)
"""


def mark(svg):
    """Remember the node, so that :func:`same` can tell whether it is still there."""
    svg.evaluate("(node) => { globalThis.remembered = node; }")


def watch(live):
    """Collect every picture of the line from now on."""
    live.evaluate("""(el) => {
        globalThis.pictures = new Set();
        const note = () => globalThis.pictures.add(el.querySelector("g.mark-line path")?.getAttribute("d"));
        const what = { subtree: true, childList: true, attributes: true };
        new MutationObserver(note).observe(el.querySelector("svg"), what);
    }""")


def pictures(page):
    return page.evaluate("globalThis.pictures.size")


def same(svg):
    return svg.evaluate("(node) => node === globalThis.remembered")


def test_a_slider_feeds_the_living_chart(run_notebook, page, tmp_path):
    opened = run_notebook(TABLES, LIVE)
    live, svg = page.locator(".teamsim-live"), page.locator(".teamsim-live svg")
    line = svg.locator("g.mark-line path")
    expect(live).to_have_attribute("data-rev", "0", timeout=30_000)
    opened.settle()  # a late resize would count as a picture
    mark(svg)
    drawn = {line.get_attribute("d")}
    # reduced motion is set: every move is one picture
    watch(live)
    page.get_by_role("slider").focus()
    for move in range(1, 6):
        page.keyboard.press("ArrowRight")
        expect(live).to_have_attribute("data-rev", str(move))
        drawn.add(line.get_attribute("d"))
    assert len(drawn) == 6
    assert same(svg), "embedded anew"
    assert pictures(page) == 5
    live.scroll_into_view_if_needed()
    page.screenshot(path=tmp_path / "live.png")
    opened.assert_quiet()


def test_with_motion_the_picture_glides(run_notebook, page):
    page.emulate_media(reduced_motion="no-preference")
    run_notebook(TABLES, LIVE)
    live = page.locator(".teamsim-live")
    expect(live).to_have_attribute("data-rev", "0", timeout=30_000)
    watch(live)
    page.get_by_role("slider").focus()
    page.keyboard.press("PageUp")
    expect(live).to_have_attribute("data-rev", "1")
    assert pictures(page) > 1


def test_it_follows_the_width_of_its_place_in_every_view(run_notebook, page):
    opened = run_notebook(TABLES, LIVE, "live")
    views = page.locator(".teamsim-live")
    expect(views).to_have_count(2)
    for view in (views.first, views.last):
        expect(view).to_have_attribute("data-rev", "0", timeout=30_000)
        box, svg = view.bounding_box(), view.locator("svg").bounding_box()
        assert abs(box["width"] - svg["width"]) <= 2
    page.get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    for view in (views.first, views.last):
        expect(view).to_have_attribute("data-rev", "1")
    # a narrower place without a narrower window
    views.first.evaluate("(el) => { el.style.width = '480px'; }")
    expect(views.first.locator("svg")).to_have_attribute("width", "480")
    opened.assert_quiet()


def test_show_feeds_the_same_chart_and_embeds_another(run_notebook, page):
    opened = run_notebook(TABLES, LIVE)
    live, svg = page.locator(".teamsim-live"), page.locator(".teamsim-live svg")
    expect(live).to_have_attribute("data-rev", "0", timeout=30_000)
    mark(svg)
    show(page, 'live.show(team(0.9, width="container", height=300))')
    expect(live).to_have_attribute("data-rev", "1")
    assert same(svg)
    show(page, "live.show(team(0.9, width=500, height=200))")
    expect(live).to_have_attribute("data-rev", "2")
    expect(svg).to_have_count(1)
    assert not same(svg)
    opened.assert_quiet()


def test_what_cannot_be_drawn_is_said_and_the_last_picture_stays(run_notebook, page):
    run_notebook(TABLES, LIVE)
    live = page.locator(".teamsim-live")
    expect(live).to_have_attribute("data-rev", "0", timeout=30_000)
    show(page, 'live.show(team(0.5).transform_calculate(x="datum.output +"))')
    expect(live.get_by_role("alert")).to_contain_text("This chart could not be drawn")
    expect(live.locator("svg")).to_have_count(1)
    show(page, "live.show(team(0.5))")
    expect(live.get_by_role("alert")).to_have_count(0)


def test_a_failed_load_of_the_library_is_not_remembered(run_notebook, page):
    page.goto("about:blank")  # a page in which nothing is loaded yet
    page.add_init_script("""
        const create = URL.createObjectURL; let failed = false;
        URL.createObjectURL = (blob) => {
            if (failed || blob.size < 500000) return create(blob);
            failed = true; return "blob:nowhere";
        };""")
    run_notebook(TABLES, LIVE)
    live = page.locator(".teamsim-live")
    expect(live.get_by_role("alert")).to_contain_text("did not arrive", timeout=30_000)
    page.get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    expect(live).to_have_attribute("data-rev", "1")
    expect(live.locator("svg")).to_have_count(1)
    expect(live.get_by_role("alert")).to_have_count(0)
    page.close()  # what is done to it at its start lasts


def test_a_plain_altair_chart_is_drawn_offline(run_notebook, page, tmp_path):
    opened = run_notebook(TABLES, PLAIN, "exits(2) | exits(3).interactive()")
    charts = page.locator(".teamsim-live")
    expect(charts.first).to_have_attribute("data-rev", "0", timeout=30_000)
    expect(charts.last).to_have_attribute("data-rev", "0", timeout=30_000)
    expect(charts.first.locator("g.mark-line path")).to_have_count(5)
    years = charts.first.locator("svg").text_content()
    assert "February" in years, "dates were not read as dates"
    svg, legend = (charts.first.locator(what).bounding_box() for what in ("svg", "g.role-legend"))
    assert legend["x"] + legend["width"] <= svg["x"] + svg["width"] + 1, "the legend is cut off"
    charts.first.scroll_into_view_if_needed()
    page.screenshot(path=tmp_path / "plain.png")
    opened.run_all()  # once more: what was shown before is closed
    expect(charts).to_have_count(2)
    expect(charts.last).to_have_attribute("data-rev", "0", timeout=30_000)
    show(
        page,
        "from ipywidgets.widgets.widget import _instances as all\n"
        "assert sum(type(w).__name__ == 'LiveChart' for w in all.values()) == 2",
    )
    opened.assert_quiet()


def show(page, code):
    """Run a line in the kernel of the open notebook."""
    page.evaluate(
        """async (code) => {
            const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
            const reply = await kernel.requestExecute({ code }).done;
            if (reply.content.status !== "ok") throw new Error(reply.content.evalue);
        }""",
        code,
    )
