"""The notebook "evidence" as a page: what is missed is in red, in every table, and nothing else is."""

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
    assert len(verdicts) == 4, "findings, bounds, what was left out, and what was not fitted"
    found = [(cells[table["head"].index("in_band")][0], [colour for _, colour in cells])
             for table in verdicts for cells in table["rows"]]  # fmt: skip
    assert {verdict for verdict, _ in found} == {"inside", "MISS"}
    for verdict, colours in found:
        assert {colour == RED for colour in colours} == {verdict == "MISS"}

    [beside] = [table for table in tables if "other firms" in table["head"]]
    apart = [(float(said), colour) for cells in beside["rows"] for said, colour in cells[2:]]
    assert {colour == RED for _, colour in apart} == {True, False}
    for half_widths, colour in apart:
        assert (colour == RED) == (abs(half_widths) > 1)
    shown.assert_quiet()
