"""The wheel carries all that is needed, and what is promised in the README and the bounds is there."""

import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

TOP = Path(__file__).parents[1]
PROJECT = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DEPENDENCIES = [
    Requirement(line) for line in PROJECT["dependencies"] + PROJECT["optional-dependencies"]["test"]
]
README = (TOP / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The sdist, and the wheel built from it, so that both are whole."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(TOP)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(built):
    with zipfile.ZipFile(next(built.glob("*.whl"))) as archive:
        return set(archive.namelist())


def visible(folder):
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        if path.is_file() and "__pycache__" not in parts and not any(part.startswith(".") for part in parts):
            yield path.relative_to(folder).as_posix()


@pytest.mark.parametrize("folder", ["notebooks", "workshops"])
def test_the_wheel_carries_the_folder(wheel, folder):
    carried = {name for name in wheel if name.startswith(f"teamsim/shipped/{folder}/")}
    assert carried == {f"teamsim/shipped/{folder}/{name}" for name in visible(TOP / folder)}
    assert carried


def test_the_wheel_carries_the_whole_package_and_its_data(wheel):
    carried = {
        name for name in wheel if name.startswith("teamsim/") and not name.startswith("teamsim/shipped/")
    }
    assert carried == {f"teamsim/{name}" for name in visible(TOP / "src" / "teamsim")}
    assert "teamsim/lab/jupyter/custom/custom.css" in carried


def test_the_wheel_has_the_licence_and_the_command(wheel):
    info = f"teamsim-{PROJECT['version']}.dist-info"
    assert {f"{info}/licenses/LICENSE", f"{info}/entry_points.txt"} <= wheel


def test_the_sdist_can_be_tested(built):
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    assert {"pyproject.toml", "constraints.txt", "README.md", "tests/test_packaging.py", ".ci/run"} <= names


def test_the_version_has_one_source():
    assert version("teamsim") == PROJECT["version"]


@pytest.mark.parametrize("dependency", DEPENDENCIES, ids=lambda dependency: dependency.name)
def test_a_dependency_is_bounded_on_both_sides_and_its_tested_version_is_within(dependency):
    operators = {bound.operator for bound in dependency.specifier}
    assert {">=", "<"} <= operators
    tested = [
        pin for pin in constraints() if canonicalize_name(pin.name) == canonicalize_name(dependency.name)
    ]
    assert tested
    for pin in tested:
        (exact,) = pin.specifier
        assert dependency.specifier.contains(exact.version)


def constraints():
    lines = (TOP / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def test_constraints_are_exact_versions_and_nothing_else():
    assert all(
        pin.url is None and [bound.operator for bound in pin.specifier] == ["=="] for pin in constraints()
    )


def test_what_is_installed_here_is_what_was_tested():
    here = [pin for pin in constraints() if pin.marker is None or pin.marker.evaluate()]
    assert {
        pin.name: version(pin.name) for pin in here if not pin.specifier.contains(version(pin.name))
    } == {}


@pytest.mark.parametrize(("marker", "target"), [("start", "-e ."), ("test", '-e ".[test]"')])
def test_the_commands_of_the_readme_install_what_was_tested(marker, target):
    (command,) = re.findall(rf"<!-- {marker} -->\n```bash\n(.*)\n```", README)
    assert f"-c constraints.txt {target}" in command


@pytest.mark.parametrize("marker", ["start", "test"])
def test_the_commands_that_differ_on_windows_have_a_twin_there(marker):
    assert re.search(rf"<!-- {marker} -->\n```bash\n.*\n```\n\nOn Windows, in PowerShell:\n\n```powershell\n", README)


def test_the_citation_is_of_this_version():
    import yaml

    cited = yaml.safe_load((TOP / "CITATION.cff").read_text(encoding="utf-8"))
    assert cited["cff-version"] == "1.2.0"
    assert (cited["version"], cited["license"]) == (PROJECT["version"], PROJECT["license"])
    assert {"title", "message", "authors"} <= set(cited)


def test_ci_runs_the_command_of_the_readme():
    assert "README.md" in (TOP / ".ci" / "run").read_text(encoding="utf-8")
    assert "<!-- test -->" in README
