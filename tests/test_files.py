import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import teamsim.files
from teamsim.fields import InputError
from teamsim.files import shipped


def test_finds_folders_and_files_of_the_clone():
    assert (shipped("notebooks") / "01-first-team.ipynb").is_file()
    assert shipped("workshops", "README.md") == shipped("workshops/README.md")


def test_a_misspelt_name_gets_the_closest_match_and_all_there_are():
    with pytest.raises(
        InputError, match=r"no '01-first-taem.ipynb' in 'notebooks'; did you mean '01-first-team.ipynb'"
    ):
        shipped("notebooks", "01-first-taem.ipynb")
    with pytest.raises(InputError, match="Known: data, notebooks, workshops"):
        shipped("source")


@pytest.mark.parametrize(
    "parts", [("..",), ("notebooks", ".."), ("notebooks", "../pyproject.toml"), ("src",)]
)
def test_nothing_else_of_the_clone_is_reached(parts):
    with pytest.raises(InputError):
        shipped(*parts)


def test_a_file_has_nothing_below_it():
    with pytest.raises(InputError, match="there is no 'more'"):
        shipped("workshops", "README.md", "more")


def test_finds_them_inside_an_installed_package(tmp_path):
    site = tmp_path / "site"
    package = Path(teamsim.files.__file__).parent
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(package, site / "teamsim", ignore=ignored)
    for folder in ("notebooks", "workshops"):
        shutil.copytree(shipped(folder), site / "teamsim" / "shipped" / folder)
    code = "from teamsim.files import shipped; print(shipped('notebooks', '01-first-team.ipynb'))"
    program = f"import sys; sys.path.insert(0, {str(site)!r}); {code}"
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert Path(found.stdout.strip()) == site / "teamsim" / "shipped" / "notebooks" / "01-first-team.ipynb"
