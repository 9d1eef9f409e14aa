"""Run the shipped notebooks and store what they say anew: python tests/notebooks/refresh.py [notebook ...]

Do it after a change of rules, parameters or charts; nbval holds the stored text against what a run says. What would
differ from one machine or run to the next is taken out: the state of widgets (a megabyte of Vega), progress, versions
and times.
"""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
WIDGET = "application/vnd.jupyter.widget-view+json"
IGNORED = "nbval-ignore-output"  # such a cell computes; what it says on the way (progress, compiling) is not kept


def refresh(path: Path) -> None:
    """Run a notebook and write it back, stripped."""
    book = nbformat.read(path, as_version=4)
    NotebookClient(
        book,
        timeout=600,
        startup_timeout=600,
        kernel_name="python3",
        store_widget_state=False,
        record_timing=False,
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()
    strip(book)
    nbformat.validate(book)
    path.write_text(nbformat.writes(book) + "\n", encoding="utf-8", newline="\n")


def strip(book: nbformat.NotebookNode) -> None:
    """Take out what is not for keeping."""
    book.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    for cell in book.cells:
        if cell.cell_type != "code":
            continue
        cell.metadata.pop("execution", None)
        if IGNORED in cell.metadata.get("tags", ()):
            cell.outputs = []
        cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
        for output in cell.outputs:
            output.get("data", {}).pop(WIDGET, None)


if __name__ == "__main__":
    for notebook in map(Path, sys.argv[1:]) if sys.argv[1:] else sorted(NOTEBOOKS.glob("*.ipynb")):
        refresh(notebook)
