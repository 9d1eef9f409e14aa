"""The notebook "evidence" as a page: what is missed is in red, in every table, and nothing else is."""

import teamsim as ts

CELLS = """
() => [...document.querySelectorAll("table:has(th.col_heading)")].map((table) => ({
    head: [...table.querySelectorAll("th.col_heading")].map((cell) => cell.textContent.trim()),
    rows: [...table.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("td")].map((cell) =>
        [cell.textContent.trim(), getComputedStyle(cell).color])),
}))
"""
"""Of every table that pandas has styled, what is in a cell and in which colour."""
RED = "rgb(179, 0, 0)"


def test_a_miss_is_in_red_and_what_is_met_is_not(open_page, page, tmp_path):
    shown = open_page("evidence")
    tables = page.evaluate(CELLS)
    page.screenshot(path=tmp_path / "evidence.png", full_page=True)
    verdicts = [table for table in tables if "in_band" in table["head"]]
    assert len(verdicts) == 3, "findings, bounds, and what was not fitted"
    found = [(cells[table["head"].index("in_band")][0], [colour for _, colour in cells])
             for table in verdicts for cells in table["rows"]]  # fmt: skip
    card, other, besides = (ts.findings(name) for name in ("scorecard", "other firms", "not fitted"))
    inside = [*card["in_band"].groupby("target").all(), *besides["in_band"]]
    assert sorted(verdict for verdict, _ in found) == sorted("inside" if one else "MISS" for one in inside)
    assert 0 < sum(inside) < len(inside), "both are tried"
    for verdict, colours in found:
        assert {colour == RED for colour in colours} == {verdict == "MISS"}

    [beside] = [table for table in tables if "other firms" in table["head"]]
    apart = [(float(said), colour) for cells in beside["rows"] for said, colour in cells[2:]]
    missed = [not one for pair in zip(card["in_band"], other["in_band"], strict=True) for one in pair]
    assert [colour == RED for _, colour in apart] == missed
    for half_widths, colour in apart:
        assert (colour == RED) == (abs(half_widths) > 1)
    shown.assert_quiet()
