"""The command ``teamsim``: every command is one call of the package, imported when it is needed."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="teamsim",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # plain help: quick, and readable in every terminal
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; a user's mistake ends in one line and exit code 1.

    Parameters
    ----------
    arguments : list of str, optional
        By default those of the process.

    Raises
    ------
    SystemExit
        Always, with the exit code.

    Examples
    --------
    >>> main(["--version"])
    Traceback (most recent call last):
    SystemExit: 0
    """
    try:
        app(args=arguments)
    except ValueError as error:
        from teamsim.fields import InputError

        if not isinstance(error, InputError):
            raise
        typer.echo(f"teamsim: {error}", err=True)
        sys.exit(1)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"teamsim {version('teamsim')}")
        raise typer.Exit


@app.callback()
def teamsim(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and stop.")
    ] = False,
) -> None:
    """Try a way of leading on a simulated team, and see what follows.

    Start with: teamsim lab
    """


@app.command()
def lab(
    folder: Annotated[
        Path | None,
        typer.Argument(
            help="Where your copies of the notebooks go; by default teamsim-notebooks in this folder."
        ),
    ] = None,
    notebook: Annotated[str, typer.Option(help="The notebook to start on.")] = "01-first-team.ipynb",
    port: Annotated[int, typer.Option(help="The port; the next free one is taken if it is in use.")] = 8888,
    browser: Annotated[bool, typer.Option(help="Open the web browser.")] = True,
) -> None:
    """Open the notebooks in JupyterLab; what you changed in them is never overwritten."""
    from teamsim.lab.launch import open_lab

    open_lab(folder, notebook, port, browser, say=typer.echo)


@app.command()
def doctor() -> None:
    """Look at what works on this machine, and say what to do about what does not."""
    from teamsim.doctor import examine

    findings = examine()
    for finding in findings:
        mark = "ok  " if finding.ok else "FAIL" if finding.needed else "note"
        typer.echo(f"{mark}  {finding.name:<15} {finding.found}")
        if not finding.ok:
            typer.echo(f"      {'':<15} -> {finding.advice}")
    failed = sum(finding.needed and not finding.ok for finding in findings)
    typer.echo("All that teamsim needs is there." if not failed else f"{failed} to put right, marked FAIL.")
    raise typer.Exit(1 if failed else 0)
