"""The lab as a newcomer gets it: on the first notebook, uncluttered, on this machine only."""

import json
import sys

from playwright.sync_api import expect

PROBE = {
    "cells": [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": "probe",
            "metadata": {},
            "outputs": [],
            "source": "import sys\nimport ipywidgets\nprint(sys.executable)\nipywidgets.IntSlider(7)",
        }
    ],
    "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}


def test_the_lab_opens_on_the_first_notebook(lab, page):
    page.goto(lab.opening)
    expect(page.locator(".jp-NotebookPanel .jp-Cell").first).to_be_visible(timeout=60_000)
    expect(page.locator("#jp-title-panel-title input")).to_have_value("01-first-team.ipynb")
    assert page.locator(".jp-cell-toolbar").count() == 0
    expect(page.locator(".jp-FileBrowser")).to_be_hidden()
    expect(page.locator("#jp-main-statusbar")).to_be_hidden()


def test_a_cell_runs_in_our_own_python_and_draws_a_widget(lab, open_notebook, page, tmp_path):
    (lab.folder / "probe.ipynb").write_text(json.dumps(PROBE), encoding="utf-8")
    notebook = open_notebook("probe.ipynb")
    notebook.run_all()
    expect(page.locator(".jp-OutputArea-output pre").first).to_have_text(sys.executable)
    slider = page.get_by_role("slider")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".widget-readout")).to_have_text("8")
    page.screenshot(path=tmp_path / "lab.png")
    notebook.assert_quiet()


HEARD = """
import threading
import ipywidgets
slider, told = ipywidgets.IntSlider(7), ipywidgets.HTML("nothing")
slider.observe(lambda moved: setattr(told, "value", f"{moved.new} in {threading.current_thread().name}"), "value")
ipywidgets.VBox([slider, told])
"""


def test_widgets_are_heard_by_the_thread_of_the_cells(run_notebook, page):
    """Or what is asked in quick succession could be answered in another order."""
    notebook = run_notebook(HEARD)
    page.get_by_role("slider").focus()
    for value in (8, 9, 10):
        page.keyboard.press("ArrowRight")
        expect(page.locator(".widget-html-content")).to_have_text(f"{value} in MainThread")
    notebook.assert_quiet()
