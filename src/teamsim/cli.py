"""The command ``teamsim``: every command is one call of the package, imported when it is needed."""

from __future__ import annotations

import sys
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from teamsim.doctor import Finding
    from teamsim.results import Result
    from teamsim.scenario import Scenario
    from teamsim.style import Style

app = typer.Typer(
    name="teamsim",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # plain help: quick, and readable in every terminal
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

INTERRUPTED = 130
WORKSHOP_EXTRA = ("psutil", "segno", "sqlalchemy", "voila")
A_MINUTE = 60.0
LEVELS = ("people", "engagement", "strain", "trust", "output", "skill", "pay")
EXITS = ("left_for_offer", "left_exhausted", "dismissed", "regretted")
EVALUATIONS, SEEDS = 75, 6
HORIZON = ("engagement", "strain", "trust", "output", *EXITS, "net_value")


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
    except SystemExit as stop:
        if stop.code == INTERRUPTED:
            typer.echo("teamsim: stopped", err=True)
        raise
    except MemoryError as error:
        typer.echo(f"teamsim: not enough memory: {error}".splitlines()[0], err=True)
        sys.exit(1)
    except ModuleNotFoundError as error:
        if error.name not in WORKSHOP_EXTRA:
            raise
        typer.echo(f"teamsim: {error.name} is missing: python -m pip install 'teamsim[workshop]'", err=True)
        sys.exit(1)
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
        typer.Argument(help="Where your copies of the notebooks go; by default teamsim-notebooks in this folder."),
    ] = None,
    notebook: Annotated[str, typer.Option(help="The notebook to start on.")] = "01-first-team.ipynb",
    port: Annotated[int, typer.Option(help="The port; the next free one is taken if it is in use.")] = 8888,
    browser: Annotated[bool, typer.Option(help="Open the web browser.")] = True,
) -> None:
    """Open the notebooks in JupyterLab; what you changed in them is never overwritten."""
    from teamsim.lab.launch import open_lab

    open_lab(folder, notebook, port, browser, say=typer.echo)


@app.command()
def show(
    notebook: Annotated[
        str, typer.Argument(help="A notebook's file, or the name of one that comes with teamsim.")
    ] = "02-manager-lab",
    port: Annotated[int, typer.Option(help="The port; the next free one is taken if it is in use.")] = 8866,
    browser: Annotated[bool, typer.Option(help="Open the web browser.")] = True,
) -> None:
    """Show a notebook as a page, without its code, on this machine only."""
    from teamsim.lab.page import serve

    serve(notebook, port, browser, say=typer.echo)


@app.command()
def doctor(
    workshop: Annotated[bool, typer.Option("--workshop", help="What a class needs: network, memory, power.")] = False,
    seats: Annotated[int, typer.Option(help="With --workshop: how many you expect.")] = 30,
    phone: Annotated[bool, typer.Option("--phone", help="With --workshop: wait until a phone has come in.")] = False,
) -> None:
    """Look at what works on this machine, and say what to do about what does not."""
    failed = 0
    for finding in _looked_at(workshop, seats, phone):
        failed += finding.needed and not finding.ok
        mark = "ok  " if finding.ok else "FAIL" if finding.needed else "note"
        typer.echo(f"{mark}  {finding.name:<15} {finding.found}")
        if not finding.ok:
            typer.echo(f"      {'':<15} -> {finding.advice}")
    typer.echo("All that teamsim needs is there." if not failed else f"{failed} to put right, marked FAIL.")
    raise typer.Exit(1 if failed else 0)


def _looked_at(workshop: bool, seats: int, phone: bool) -> Iterator[Finding]:
    if not (workshop or phone):
        from teamsim.doctor import examine

        yield from examine()
        return
    from teamsim.workshop.ready import from_a_phone, inspect

    yield from inspect(seats)
    if phone:
        yield from_a_phone(told=typer.echo)


ScenarioGiven = Annotated[str, typer.Argument(help="A scenario's name (see: teamsim scenarios) or a TOML file.")]
StyleGiven = Annotated[str, typer.Option(help="A style's name (see: teamsim styles) or a TOML file of levers.")]
SeedGiven = Annotated[int, typer.Option(help="The luck; the same seed gives the same numbers.")]
WeeksGiven = Annotated[int | None, typer.Option(help="How many weeks; by default as the scenario says.")]
ThreadsGiven = Annotated[int | None, typer.Option(help="On how many threads; by default on all cores.")]
ParametersGiven = Annotated[
    Path | None,
    typer.Option(help='TOML file of numbers inside the rules, as teamsim calibrate writes it; or "calibrated sample".'),
]
OutGiven = Annotated[Path | None, typer.Option(help="Save the whole result into this folder.")]


@app.command()
def scenarios() -> None:
    """List the scenarios that come with teamsim."""
    from teamsim.scenario import Scenario

    rows = []
    for name in Scenario.names():
        scenario = Scenario.load(name)
        rows.append((name, scenario.title, f"{scenario.seats} seats", f"{scenario.weeks} weeks"))
    _table(rows)


@app.command()
def styles() -> None:
    """List the named styles, and the levers in which each differs from an ordinary one."""
    from teamsim.style import PRESETS

    _table(
        [(name, ", ".join(f"{lever} {value:g}" for lever, value in preset.items())) for name, preset in PRESETS.items()]
    )


@app.command()
def run(
    scenario: ScenarioGiven = "managing-stars",
    style: StyleGiven = "developer",
    seed: SeedGiven = 1,
    weeks: WeeksGiven = None,
    parameters: ParametersGiven = None,
    out: OutGiven = None,
) -> None:
    """Live through one history: its measures at the start, halfway and at the end, and who left."""
    from teamsim.engine import simulate

    found = simulate(_scenario(scenario, weeks), _style(style), seed, parameters=parameters)
    table = found.weeks[found.weeks["group"] == "organisation"].set_index("week")
    shown = sorted({0, len(table) // 2, len(table) - 1})
    rows = [("", *(f"week {week}" for week in shown), "")]
    rows += [(_label(name), *(_number(table[name].iloc[week]) for week in shown), _unit(name)) for name in LEVELS]
    _table(rows, len(shown))
    exits = found.exits[["week", "person", "road", "stated"]].astype(str).to_numpy().tolist()
    left = [(f"week {when}", who, road, f"said: {stated}" if stated else "") for when, who, road, stated in exits]
    typer.echo(f"\n{len(left) or 'Nobody'} left{':' if left else '.'}")
    _table(left)
    _save(found, out)


@app.command()
def futures(
    scenario: ScenarioGiven = "managing-stars",
    style: StyleGiven = "developer",
    runs: Annotated[int, typer.Option(help="How many futures.")] = 200,
    seed: SeedGiven = 1,
    weeks: WeeksGiven = None,
    threads: ThreadsGiven = None,
    parameters: ParametersGiven = None,
    out: OutGiven = None,
) -> None:
    """Live through many futures that differ in luck only: the median and the middle half of them."""
    from teamsim.engine import futures as live
    from teamsim.statistics.levels import quantiles

    with _progress("futures") as progress:
        found = live(
            _scenario(scenario, weeks), _style(style), runs, seed,
            parameters=parameters, threads=threads, progress=progress,
        )  # fmt: skip
    spread = quantiles(found.runs[list(HORIZON)], [0.25, 0.5, 0.75])
    rows = [(f"{found.scenario.weeks} weeks, {runs} futures", "median", "middle half", "")]
    for name, levels in zip(HORIZON, spread.T.tolist(), strict=True):
        low, middle, high = map(_number, levels)
        rows.append((_label(name), middle, f"{low} .. {high}", _unit(name)))
    _table(rows, 2)
    _save(found, out)


@app.command()
def compare(
    scenario: ScenarioGiven,
    styles: Annotated[
        list[str], typer.Argument(help="Two or more styles; the first is what the others are held against.")
    ],
    runs: Annotated[int, typer.Option(help="How many pairs of futures.")] = 500,
    seed: SeedGiven = 1,
    weeks: WeeksGiven = None,
    threads: ThreadsGiven = None,
    parameters: ParametersGiven = None,
    out: OutGiven = None,
) -> None:
    """Compare styles under the same luck: mean differences from the first, with their 95 % intervals."""
    from teamsim.comparison import compare as hold
    from teamsim.fields import InputError

    given = {Path(style).stem if style.endswith(".toml") else style: _style(style) for style in styles}
    if len(given) < 2:
        raise InputError(f"= {', '.join(styles)} are not two or more styles of different names", ("styles",))
    with _progress("futures") as progress:
        found = hold(
            _scenario(scenario, weeks), given, runs, seed, parameters=parameters, threads=threads, progress=progress
        )
    differences = found.differences[found.differences["group"] == "organisation"].set_index(["measure", "style"])
    numbers = differences[["difference", "low", "high"]].T.to_dict("list")
    rows = [(f'against "{found.styles[0]}"', *(f"{style}" for style in found.styles[1:]), "")]
    for name in HORIZON:
        cells = []
        for style in found.styles[1:]:
            middle, low, high = (_number(value, "+") for value in numbers[name, style])
            cells.append(f"{middle} ({low} .. {high})")
        rows.append((_label(name), *cells, _unit(name)))
    _table(rows, len(found.styles) - 1)
    _save(found, out)


@app.command()
def levers(
    scenario: ScenarioGiven = "managing-stars",
    names: Annotated[
        list[str] | None, typer.Argument(help="Which levers; by default those of the scenario's goal.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All levers there are.")] = False,
    runs: Annotated[int, typer.Option(help="How many pairs of futures.")] = 100,
    seed: SeedGiven = 1,
    parameters: ParametersGiven = None,
    out: Annotated[Path | None, typer.Option(help="A CSV file for the whole table.")] = None,
) -> None:
    """Move each lever alone from low to high, and say what gets better and what gets worse within two years."""
    from teamsim.evidence.levers import lever_table, worse_when_high

    given = _scenario(scenario, None)
    asked = [] if everything else names or (given.goal.levers if given.goal else [])
    with _progress("levers") as progress:
        found = lever_table(given, asked, runs=runs, seed=seed, parameters=parameters, progress=progress)
    for name, row in worse_when_high(found).iterrows():
        ends = found.loc[found["lever"] == name, ["from", "to"]].iloc[0]
        typer.echo(f"{name}, from {_number(ends['from'])} to {_number(ends['to'])}")
        for column in ("better", "worse", "worse_for"):
            typer.echo(f"  {column.replace('_', ' ')}: {row[column] or 'nothing that is clear'}")
    if out is not None:
        found.to_csv(out, index=False)
        typer.echo(f"Saved in {out}")


@app.command()
def claims(
    ids: Annotated[
        list[str] | None, typer.Argument(help="Claims like S0-24, or whole sources like S0; all by default.")
    ] = None,
    runs: Annotated[int | None, typer.Option(help="Pairs of futures; by default as each experiment says.")] = None,
    threads: ThreadsGiven = None,
) -> None:
    """Try the claims of the articles: the effect, its 95 % interval, what is left with the mechanism off, verdict."""
    from teamsim.evidence.ledger import find_claims
    from teamsim.evidence.trial import try_claims

    with _progress("histories") as progress:
        found = try_claims(find_claims(*ids or ()), runs=runs, threads=threads, progress=progress)
    rows = [("claim", "effect", "95 % interval", "off", "what", "verdict")]
    for one in found:
        mark, verdict = one.claim.id + (" *" if one.claim.core else ""), one.verdict
        shown = ""
        for about, contrast in one.findings:
            interval = f"{_small(contrast.low)} .. {_small(contrast.high)}"
            what = f"  {contrast.name}" if about == shown else about
            rows.append((mark, _small(contrast.effect), interval, _small(contrast.off), what, verdict))
            mark, verdict, shown = "", "", about
        if not one.trials:
            rows.append((mark, "", "", "", "", verdict))
    _table(rows, 3)
    tried = [one for one in found if one.trials]
    failed = [one for one in tried if not one.passed]
    held = f"{len(tried) - len(failed)} of {len(tried)} claims hold"
    typer.echo(f"\n{held}, {len(found) - len(tried)} not tried. * core claim")
    raise typer.Exit(1 if failed else 0)


@app.command()
def evidence(
    seeds: Annotated[int, typer.Option(help="How many invented firms are observed.")] = 30,
    first: Annotated[int, typer.Option(help="The first seed; other seeds are other firms.")] = 1,
    parameters: ParametersGiven = None,
    threads: ThreadsGiven = None,
    not_fitted: Annotated[
        bool, typer.Option("--not-fitted", help="What is measured besides, and never was fitted, instead.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="A CSV file for the table.")] = None,
    chart: Annotated[Path | None, typer.Option(help="An .html file for its picture, a forest plot.")] = None,
) -> None:
    """Hold the model against published figures and bounds: the band, the model's value, its 95 % interval, verdict."""
    from teamsim.evidence.card import scorecard
    from teamsim.evidence.findings import met, of_left_out
    from teamsim.evidence.targets import guarded, published

    with _progress("firms") as progress:
        found = scorecard(
            seeds, parameters=parameters, first=first, by="check", fitted=not not_fitted, threads=threads,
            progress=progress,
        )  # fmt: skip
    rows = [("target", "band", "model", "95 % interval", "", "what")]
    for target in guarded() if not_fitted else published():
        mark = target.id
        what = f"published: {target.said}" if target.kind == "target" else "a bound of effects"
        rows.append(("", "", "", "", "", what + ", which must hold" * target.must))
        for measure, check in found.loc[target.id].iterrows():
            band = f"{_figure(check['low'])} .. {_figure(check['high'])}"
            interval = f"{_figure(check['value_low'])} .. {_figure(check['value_high'])}"
            verdict = "ok" if check["in_band"] else "MISS"
            rows.append((mark, band, _figure(check["value"]), interval, verdict, str(measure)))
            mark = ""
    _table(rows, 3)
    typer.echo(f"\n{met(found)}.")
    typer.echo(of_left_out())
    if out is not None:
        found.to_csv(out)
        typer.echo(f"Saved in {out}")
    if chart is not None:
        from teamsim import charts

        typer.echo(f"Drawn in {charts.save(charts.scorecard(found), chart)}")


def _figure(value: float) -> str:
    return "unknown" if value != value else f"{value:.3g}"


@app.command()
def calibrate(
    folder: Annotated[
        Path, typer.Option(help="Where everything that was looked at is kept; stopped, the same command goes on.")
    ] = Path("calibration"),
    start: Annotated[
        int, typer.Option(help="Where the search starts: 1 where sources point; any other number draws a place.")
    ] = 1,
    evaluations: Annotated[int, typer.Option(help="How many sets of parameters are looked at.")] = EVALUATIONS,
    seeds: Annotated[int, typer.Option(help="In how many invented firms each set is looked at.")] = SEEDS,
    first: Annotated[int, typer.Option(help="The first of their seeds.")] = 1001,
    sample: Annotated[
        int, typer.Option(help="So many sets not ruled out are found as well; a .csv beside the best.")
    ] = 0,
    data: Annotated[
        str | None,
        typer.Option(help="Your own data instead: a CSV or Parquet file, a row a person who works or worked here."),
    ] = None,
    tenure: Annotated[
        str, typer.Option(help="Its column with months since joining, until the exit or until today.")
    ] = "",
    event: Annotated[str, typer.Option(help="Its column that says who left: 0 or 1, no or yes.")] = "",
    group: Annotated[str | None, typer.Option(help="Its column with departments or other groups.")] = None,
    quits_only: Annotated[
        bool, typer.Option("--quits-only", help="The event marks voluntary exits alone; by default it is every exit.")
    ] = False,
    keep_repeated: Annotated[
        bool, typer.Option("--keep-repeated", help="Rows that repeat another are other people; by default, slips.")
    ] = False,
    runs: Annotated[int, typer.Option(help="In how many firms every step of the fit to --data is looked at.")] = 12,
    seed: SeedGiven = 1,
    threads: ThreadsGiven = None,
    output: Annotated[
        Path, typer.Option(help="The file for the fitted numbers; its chart goes beside it, as .html.")
    ] = Path("fitted.toml"),
) -> None:
    """Fit the numbers inside the rules to published research; with --data, to a real HR table.

    Of an HR table: how often people leave, and when in their time here. No row of it is kept or shown.
    """
    from teamsim.fields import InputError

    if not output.parent.is_dir() or output.suffix != ".toml":
        problem = f"= {output} is no file to write: it ends in .toml and lies in a folder that is there"
        raise InputError(problem, ("output",))
    research = {"sample": bool(sample)}
    own = {"tenure": bool(tenure), "event": bool(event), "group": group is not None}
    own |= {"quits_only": quits_only, "keep_repeated": keep_repeated}
    for name, given in (own if data is None else research).items():
        if given:
            other = "goes with --data, which is missing" if data is None else "does not go with --data"
            raise InputError(other, (name,))
    if data is None:
        how = {"seeds": seeds, "first": first, "start": start, "evaluations": evaluations, "threads": threads}
        _calibrate(folder, output, sample, how)
        return
    for name, column in (("tenure", tenure), ("event", event)):
        if not column:
            raise InputError("is missing: it names a column of --data", (name,))
    columns = {"tenure": tenure, "event": event, "group": group}
    how = {"quits_only": quits_only, "keep_repeated": keep_repeated, "runs": runs, "seed": seed, "threads": threads}
    _calibrate_to(data, output, {**columns, **how})


def _calibrate_to(data: str, output: Path, how: dict[str, Any]) -> None:
    from teamsim.charts import save, survival
    from teamsim.evidence import calibrate_to

    with _progress("looks at the firms") as progress:
        fit = calibrate_to(data, progress=progress, **how)
    saved, drawn = fit.save(output), save(survival(fit), output.with_suffix(".html"))
    points = fit.curves[fit.curves["group"] == "everybody"].dropna().drop(columns="group")
    shares = dict.fromkeys(("monthly", "gap_before", "gap"), "{:.1%}".format)
    for table in (
        fit.knobs.to_string(float_format="{:.2f}".format),
        points.to_string(index=False, float_format="{:.1%}".format),
        fit.groups.to_string(float_format="{:.2f}".format, formatters={"exits": "{:.0f}".format} | shares, na_rep=""),
    ):
        typer.echo(f"{table}\n")
    typer.echo("\n".join(fit.notes))
    typer.echo(f"\nSaved in {saved}, drawn in {drawn}")
    typer.echo(f"Use it: teamsim run --parameters {output}")


def _calibrate(folder: Path, output: Path, sample: int, how: dict[str, Any]) -> None:
    from teamsim.evidence import calibrate, plausible_sets
    from teamsim.evidence.targets import bounds, targets

    with _progress("sets of parameters") as progress:
        found = calibrate(folder, progress=progress, **how)
    checks = sum(len(bound.checks) for bound in bounds())
    head = ("", f"of {len(targets())} targets met", f"of {checks} checks of bounds kept", "loss")
    _table([head, ("best set", str(found.met), str(found.kept), _figure(found.loss))], 3)
    typer.echo(f"\nSaved in {found.save(output)}. See all figures: teamsim evidence --parameters {output}")
    if sample:
        with _progress("sets of parameters") as progress:
            sets = plausible_sets(folder, sample, progress=progress, **how)
        sets.to_csv(output.with_suffix(".csv"), index=False)
        typer.echo(f"{len(sets)} sets that are not ruled out: {output.with_suffix('.csv')}")


@app.command()
def held_out(
    folder: Annotated[
        Path, typer.Option(help="Where everything that was looked at is kept; stopped, the same command goes on.")
    ] = Path("calibration"),
    evaluations: Annotated[int, typer.Option(help="How many sets of parameters are looked at a time.")] = EVALUATIONS,
    seeds: Annotated[int, typer.Option(help="In how many invented firms each set is looked at.")] = SEEDS,
    threads: ThreadsGiven = None,
    out: Annotated[Path | None, typer.Option(help="A CSV file for the table.")] = None,
) -> None:
    """Leave out five published figures in turn, fit the others, and see what the left-out ones come to."""
    from teamsim.evidence import held_out as leave_out
    from teamsim.evidence.findings import told

    with _progress("sets of parameters") as progress:
        found = leave_out(folder, seeds=seeds, evaluations=evaluations, threads=threads, progress=progress)
    rows = [("left out", "band", "model", "", "what")]
    for _, check in found[found["left_out"]].iterrows():
        band, verdict = f"{_figure(check['low'])} .. {_figure(check['high'])}", "ok" if check["in_band"] else "MISS"
        rows.append((check["target"], band, _figure(check["value"]), verdict, check["measure"]))
    _table(rows, 2)
    for name, row in told(found)[::-1].iterrows():
        typer.echo(f"{row['inside']} of {row['of']} targets that were {name} hold.")
    if out is not None:
        found.to_csv(out, index=False)
        typer.echo(f"Saved in {out}")


@app.command()
def sweep(
    study: Annotated[Path, typer.Argument(help="A study's TOML file, or the folder of a sweep, to live it again.")],
    out: Annotated[Path, typer.Option(help="The folder; what is already there is gone on with.")],
    workers: Annotated[int | None, typer.Option(help="On how many threads; by default on all cores.")] = None,
    dask: Annotated[str | None, typer.Option(help="The address of a Dask scheduler, to use its cluster.")] = None,
) -> None:
    """Live through a study's design to disk: safe from crashes, and gone on with by the same command."""
    from teamsim.research.cluster import connected
    from teamsim.research.study import Study
    from teamsim.research.sweep import Sweep

    asked = Study.load(study)
    typer.echo(f"{asked.cost(workers)}")
    try:
        with connected(dask) as client, _progress("histories") as progress:
            found = asked.run(out, workers, client, progress=progress)
    except KeyboardInterrupt:
        typer.echo(f"teamsim: stopped; what is done is in {out}, and the same command goes on", err=True)
        raise typer.Exit(INTERRUPTED) from None
    typer.echo(f"{asked.histories:,} histories of {asked.points:,} points in {out}")
    for row in found.failures.itertuples():
        typer.echo(f"point {row.point} failed: {row.reason}")
    if study.is_dir():
        apart = Sweep(study).same_as(found)
        typer.echo(f"not as in {study}: {apart}" if apart else f"bit by bit as in {study}")
        raise typer.Exit(1 if apart else 0)


@app.command()
def wheelhouse(folder: Annotated[Path, typer.Argument(help="Where the wheels go; it is made.")]) -> None:
    """Gather everything for an installation without internet, in one folder."""
    from teamsim.workshop.wheelhouse import gather

    gather(folder, say=typer.echo)


workshop_app = typer.Typer(help="Workshops in a box: a session that a class joins.", no_args_is_help=True)
app.add_typer(workshop_app, name="workshop")
STORE_HELP = "The file that keeps the sessions, or a PostgreSQL address; by default a file of your own."
StoreGiven = Annotated[str, typer.Option(envvar="TEAMSIM_WORKSHOP_STORE", help=STORE_HELP, show_default=False)]


@workshop_app.command("serve")
def workshop_serve(
    name: Annotated[str, typer.Argument(help="A workshop (see: teamsim workshop list), or the folder of your own.")],
    port: Annotated[int, typer.Option(help="The port; the next free one is taken if it is in use.")] = 8866,
    seats: Annotated[int, typer.Option(help="How many you expect: so many pages are kept ready.")] = 30,
    here: Annotated[bool, typer.Option("--here", help="This machine only: one laptop and a projector.")] = False,
    code: Annotated[str, typer.Option(help="Go on with the session of this code.")] = "",
    new: Annotated[bool, typer.Option("--new", help="Begin a new session, though one of today could go on.")] = False,
    seed: Annotated[int, typer.Option(help="The luck of all, in a new session.")] = 1,
    language: Annotated[str, typer.Option(help="Of the pages, in a new session: en or de.")] = "en",
    store: StoreGiven = "",
    browser: Annotated[bool, typer.Option(help="Open the facilitator's page.")] = True,
) -> None:
    """Open a session on this machine and its local network. Nothing leaves it."""
    from teamsim.workshop.serve import serve

    serve(
        name, port, seats, here=here, code=code, new=new, seed=seed, speaks=language,
        store=store, browser=browser, say=typer.echo,
    )  # fmt: skip


@workshop_app.command("list")
def workshop_list(store: StoreGiven = "") -> None:
    """List the workshops that come with teamsim, and the sessions."""
    from datetime import datetime

    from teamsim.workshop.definition import Workshop, spoken
    from teamsim.workshop.session import sessions
    from teamsim.workshop.store import Store, default_path

    here = [Workshop.load(name) for name in Workshop.names()]
    _table([(one.name, spoken(one.title), f"{len(one.rounds)} rounds") for one in here])
    if store or default_path().exists():
        with Store(store or default_path(), new=False) as held:
            rows = [
                (one.code, one.workshop, f"{datetime.fromtimestamp(one.created):%F %R}", "" if one.ended else "open")
                for one in sessions(held)
            ]
        typer.echo("")
        _table(rows)


@workshop_app.command("new")
def workshop_new(
    folder: Annotated[Path, typer.Argument(help="Where to; its name is the workshop's.")],
    like: Annotated[str, typer.Option(help="The workshop to begin from.")] = "managing-stars",
) -> None:
    """Make a workshop of your own from one that comes with teamsim."""
    from teamsim.workshop.new import begin_from

    made = begin_from(folder, like)
    typer.echo(f"Change scenario.toml and workshop.toml in {made}, then: teamsim workshop serve {folder}")


@workshop_app.command("rehearse")
def workshop_rehearse(
    name: Annotated[str, typer.Argument(help="A workshop, or the folder of your own.")],
    bots: Annotated[int, typer.Option(help="How many bots take part.")] = 30,
    rounds: Annotated[int | None, typer.Option(help="How many rounds they play; by default all.")] = None,
    within: Annotated[float, typer.Option(help="Within how many seconds they arrive.")] = 60.0,
    thinks: Annotated[float, typer.Option(help="Seconds in which the slowest decides; 0: all at once.")] = 60.0,
) -> None:
    """Play a whole session with bots. It is against the real server, and says how long they waited."""
    from teamsim.workshop.rehearse import rehearse

    found = rehearse(name, bots, rounds, within=within, thinks=thinks, say=typer.echo)
    _table(found.told())
    raise typer.Exit(1 if found.lost or found.double else 0)


@workshop_app.command("guide")
def workshop_guide(
    names: Annotated[list[str] | None, typer.Argument(help="Workshops, or your own folders; by default all.")] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="The print pack as PDF, too; needs a Chromium or Chrome.")] = False,
) -> None:
    """Write guides and print packs anew. For their figures the workshops are run."""
    from teamsim.workshop import guide, printing
    from teamsim.workshop.definition import Workshop
    from teamsim.workshop.worked import Worked

    for name in names or Workshop.names():
        worked = Worked(Workshop.load(name))
        pages = printing.write(name, worked)
        for path in [guide.write(name, worked), *pages, *(printing.pdf(page) for page in pages if pdf)]:
            typer.echo(f"Written to {path}")


@workshop_app.command("report")
def workshop_report(
    code: Annotated[str, typer.Argument(help="The session's code.")],
    out: Annotated[Path | None, typer.Option(help="The file; by default CODE.html in this folder.")] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="As PDF, too; it needs a Chromium or Chrome.")] = False,
    store: StoreGiven = "",
) -> None:
    """Write the facilitator's report: figures of the whole class, and nothing that anybody wrote, in one HTML file."""
    from teamsim.words import speak
    from teamsim.workshop import printing
    from teamsim.workshop.definition import Workshop
    from teamsim.workshop.report import of_session
    from teamsim.workshop.session import find
    from teamsim.workshop.store import Store, default_path

    with Store(store or default_path(), new=False) as held:
        session = find(held, code)
        speak(session.language)
        page = of_session(held, session, Workshop.load(session.workshop))
        target = _written(out or Path(f"{session.code}.html"), page)
    typer.echo(f"Written to {target}")
    if pdf:
        typer.echo(f"Written to {printing.pdf(target)}")


@workshop_app.command("export")
def workshop_export(
    code: Annotated[str, typer.Argument(help="The session's code.")],
    folder: Annotated[Path, typer.Argument(help="Where to; it is made.")],
    research: Annotated[bool, typer.Option("--research", help="Only who has agreed to research.")] = False,
    store: StoreGiven = "",
) -> None:
    """Write all that was submitted, texts as written but without nicknames, as CSV and Parquet with a dictionary."""
    from teamsim.workshop.definition import Workshop
    from teamsim.workshop.export import export
    from teamsim.workshop.session import find
    from teamsim.workshop.store import Store, default_path

    with Store(store or default_path(), new=False) as held:
        session = find(held, code)
        for path in export(held, session, Workshop.load(session.workshop), folder, research=research):
            typer.echo(f"Written to {path}")


@workshop_app.command("delete")
def workshop_delete(
    code: Annotated[str, typer.Argument(help="The session's code.")],
    store: StoreGiven = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete a session and everything that belongs to it, for good."""
    from teamsim.workshop.session import delete, find
    from teamsim.workshop.store import Store, default_path

    with Store(store or default_path(), new=False) as held:
        session = find(held, code)
        if yes or typer.confirm(f"Delete the session {session.code} of {session.workshop} for good?"):
            delete(held, session.id)
            typer.echo(f"{session.code} is deleted.")


def _small(value: float) -> str:
    return "" if value != value else "0" if value == 0 else f"{value:+.3g}"


def _scenario(name: str, weeks: int | None) -> Scenario:
    from teamsim.scenario import Scenario

    found = Scenario.load(name)
    return found if weeks is None else found.replace(weeks=weeks)


def _style(name: str) -> Style:
    from teamsim.fields import InputError
    from teamsim.style import Style

    if not name.endswith(".toml"):
        return Style.preset(name)
    path = Path(name)
    try:
        levers = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"= {name} is not there", ("style",)) from None
    except (OSError, ValueError) as error:
        raise InputError(f"= {name} cannot be read: {error}", ("style",)) from None
    try:
        return Style(**levers)
    except InputError as error:
        raise InputError(error.problem, error.path, path.name) from None


def _written(target: Path, page: str) -> Path:
    from teamsim.fields import InputError

    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(page, encoding="utf-8")
    except OSError as error:
        raise InputError(f"= {target} cannot be written: {error.strerror}", ("out",)) from None
    return target


def _save(result: Result, out: Path | None) -> None:
    if out is not None:
        typer.echo(f"\nSaved in {result.save(out)}")


def _label(measure: str) -> str:
    from teamsim.people import Measures

    return Measures.quantities()[measure].label


def _unit(measure: str) -> str:
    from teamsim.people import Measures

    unit = Measures.quantities()[measure].unit
    return "0..1" if unit == "level" else unit


def _number(value: float, sign: str = "") -> str:
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:{sign},.{digits}f}"


def _table(rows: Sequence[Sequence[str]], numbers: int = 0) -> None:
    """Print rows as columns; after the first, so many of them hold numbers and stand to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [
            cell.rjust(width) if 0 < place <= numbers else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        typer.echo("  ".join(cells).rstrip())


@contextmanager
def _progress(noun: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on the terminal once something takes longer than a second; in a log, a line a minute."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    began = said = time.monotonic()
    first: tuple[float, int] | None = None  # when and how many: before it, rules may have been compiled
    console = Console(stderr=True)
    columns = (TextColumn(noun), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=console, transient=True)
    task = bar.add_task(noun)

    def report(done: int, total: int) -> None:
        nonlocal said, first
        bar.update(task, completed=done, total=total)
        now = time.monotonic()
        first = first or (now, done)
        if console.is_terminal and now - began > 1.0:
            bar.start()
        elif now - said > A_MINUTE and done > first[1]:
            said, left = now, (now - first[0]) / A_MINUTE * (total - done) / (done - first[1])
            typer.echo(f"{done} of {total} {noun}, about {left:.0f} min left", err=True)

    try:
        yield report
    finally:
        if bar.live.is_started:
            bar.stop()
