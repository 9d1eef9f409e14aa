"""From what histories show to tables, part by part where they are larger than memory."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from teamsim.engine import observe
from teamsim.fields import InputError
from teamsim.panel.declared import ANSWER, FIRST_DAY, RELIABILITY, SURVEYED, PersonPeriod, TimeHere, columns
from teamsim.panel.look import Look, Numbers, Seen
from teamsim.people import ROADS
from teamsim.results import Made, Progress, naming
from teamsim.scenario import NOBODY, Scenario
from teamsim.world import World

__all__ = ["STILL_THERE", "panel_of", "save_panel", "survey_weeks", "tables", "tenures_of"]

NORMED_ON = 8
"""Runs whose spread sets how large the noise is: an instrument is normed on a sample before it is used."""
ROWS_AT_ONCE = 250_000
STILL_THERE = "still there"


def survey_weeks(every_weeks: int | Sequence[int], weeks: int) -> Numbers:
    """Return for every week of a survey when the next one is (beyond the horizon after the last), -1 for other weeks.

    Raises
    ------
    InputError
        If no survey falls within the horizon, or something is no week.

    Examples
    --------
    >>> survey_weeks(2, 5).tolist(), survey_weeks([0, 3], 5).tolist()
    ([-1, 3, -1, 5, -1], [3, -1, -1, 5, -1])
    """
    if isinstance(every_weeks, int | np.integer) and not isinstance(every_weeks, bool):
        apart = int(every_weeks)
        if not 1 <= apart <= weeks:
            raise InputError(f"= {every_weeks!r} is outside 1..{weeks}, the horizon", ("every_weeks",))
        asked = list(range(apart - 1, weeks, apart))
        last = asked[-1] + apart
    else:
        last = weeks
        whole = isinstance(every_weeks, Sequence | np.ndarray) and not isinstance(every_weeks, str)
        given = list(every_weeks) if whole else []  # type: ignore[arg-type]
        numbers = all(isinstance(week, int | np.integer) and not isinstance(week, bool) for week in given)
        asked = sorted(set(given)) if numbers else []
        if not asked or any(week not in range(weeks) for week in asked):
            problem = f"= {every_weeks!r} is neither a number of weeks nor weeks in 0..{weeks - 1}"
            raise InputError(problem, ("every_weeks",))
    found = np.full(weeks, -1, dtype=np.int64)
    found[asked] = [*asked[1:], last]
    return found


def tables(
    scenario: Scenario, seen: Sequence[Seen], runs: Sequence[int], spread: Numbers | None = None
) -> tuple[pd.DataFrame, pd.DataFrame, Numbers]:
    """Return panel and tenures of some histories of a scenario, and the spread of states that sets how large noise is.

    Parameters
    ----------
    scenario : Scenario
        What was lived.
    seen : sequence of Seen
        What each history showed.
    runs : sequence of int
        What to call them.
    spread : array, optional
        The standard deviation of each of `SURVEYED`; where nothing is given, that among the first `NORMED_ON` runs.
    """
    rows, times = np.concatenate([one[0] for one in seen]), np.concatenate([one[2] for one in seen])
    rows["run"] = np.repeat(runs, [len(one[0]) for one in seen])
    times["run"] = np.repeat(runs, [len(one[2]) for one in seen])
    if spread is None:
        sample = slice(0, sum(len(one[0]) for one in seen[:NORMED_ON]))
        spread = np.array([rows[name][sample].std() if len(rows) else 0.0 for name in SURVEYED])
    noise = np.concatenate([one[1] for one in seen]) * spread * math.sqrt(1.0 / RELIABILITY - 1.0)
    teams = np.array([team.name for team in scenario.teams], dtype=object)
    outside = np.array([NOBODY.name if team.led_by else team.leader.name for team in scenario.teams], dtype=object)
    led = _named(scenario, rows["led_origin"], rows["led_entry"], outside[rows["team"]])
    found: dict[str, Any] = {
        "run": rows["run"],
        "person": _named(scenario, rows["origin"], rows["entry"]),
        "team": pd.Categorical.from_codes(rows["team"], categories=pd.Index(teams)),
        "leader": led,
        "date": FIRST_DAY + pd.to_timedelta(7 * rows["week"], unit="D"),
    }
    for name in PersonPeriod.quantities():
        found[name] = np.ascontiguousarray(rows[name])
        if name in SURVEYED:
            found[name + ANSWER] = rows[name] + noise[:, SURVEYED.index(name)]
    here = {"run": times["run"], "person": _named(scenario, times["origin"], times["entry"])}
    here |= {name: np.ascontiguousarray(times[name]) for name in TimeHere.quantities()}
    roads = pd.Index([STILL_THERE, *ROADS[1:]])
    for table in (found, here):
        table["left"] = pd.Categorical.from_codes(table["left"], categories=roads)
    return pd.DataFrame(found), pd.DataFrame(here), spread


def _named(scenario: Scenario, origin: Numbers, entry: Numbers, otherwise: Numbers | None = None) -> Any:
    """Name people after the seat in which they joined; those without one by what is given otherwise."""
    named = naming(scenario)
    keys, codes = np.unique((origin.astype(np.int64) << 32) | entry.astype(np.int64), return_inverse=True)
    names = [named(int(key) >> 32, int(key) & 0xFFFFFFFF) if key >= 0 else "" for key in keys]
    if otherwise is None:
        return pd.Categorical.from_codes(codes, categories=pd.Index(names, dtype=object))
    return pd.Categorical(np.where(origin >= 0, np.array(names, dtype=object)[codes], otherwise))


def _observed(
    made: Made, next_survey: Numbers, threads: int | None, progress: Progress | None
) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """Live through the runs of a result again, some at a time, and give the tables of each part."""
    made.check()
    world = World.build(made.scenario, made.conduct, made.parameters, made.fork)
    a_run = made.scenario.seats * max(1, int((next_survey >= 0).sum()))
    part = max(NORMED_ON, ROWS_AT_ONCE // a_run)
    spread, look = None, Look(world, next_survey)
    for first in range(0, made.runs, part):
        runs = min(part, made.runs - first)

        def report(done: int, _: int, before: int = first) -> object:
            return progress(before + done, made.runs) if progress else None

        seen = observe(
            world, made.seed, runs, look, first=made.first_run if made.redrawn else made.first_run + first,
            redraws_from=first + 1 if made.redrawn else None, threads=threads, progress=report,
        )  # fmt: skip
        panel, times, spread = tables(made.scenario, seen, range(first, first + runs), spread)
        yield panel, times


def panel_of(
    made: Made, every_weeks: int | Sequence[int], threads: int | None = None, progress: Progress | None = None
) -> pd.DataFrame:
    """Return the panel of a result; see `Futures.panel`."""
    parts = [one for one, _ in _observed(made, survey_weeks(every_weeks, made.scenario.weeks), threads, progress)]
    return _joined(parts)


def tenures_of(made: Made, threads: int | None = None, progress: Progress | None = None) -> pd.DataFrame:
    """Return everybody's time in the organisation; see `Futures.tenures`."""
    nobody = np.full(made.scenario.weeks, -1, dtype=np.int64)
    return _joined([one for _, one in _observed(made, nobody, threads, progress)])


def _joined(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    if len(parts) == 1:
        return parts[0]
    names = [str(name) for name in parts[0] if isinstance(parts[0][name].dtype, pd.CategoricalDtype)]
    whole = {name: pd.api.types.union_categoricals([part[name] for part in parts]) for name in names}
    return pd.concat([part.drop(columns=names) for part in parts], ignore_index=True).assign(**whole)[[*parts[0]]]


def save_panel(
    made: Made, path: str | Path, every_weeks: int | Sequence[int], threads: int | None = None,
    progress: Progress | None = None,
) -> Path:  # fmt: skip
    """Write the panel of a result part by part; see `Futures.save_panel`."""
    target = Path(path)
    part_file = target.with_name(f"{target.name}.part")
    about = columns().set_index("column")
    writer: pq.ParquetWriter | None = None
    try:
        for part, _ in _observed(made, survey_weeks(every_weeks, made.scenario.weeks), threads, progress):
            plain = part.astype({name: str for name in part if isinstance(part[name].dtype, pd.CategoricalDtype)})
            table = pa.Table.from_pandas(plain, preserve_index=False)
            if writer is None:
                said = [
                    field.with_metadata({key: str(about.loc[field.name, key]) for key in ("unit", "group", "meaning")})
                    for field in table.schema
                ]
                writer = pq.ParquetWriter(part_file, pa.schema(said, metadata=table.schema.metadata))
            writer.write_table(table.cast(writer.schema))
        if writer is not None:
            writer.close()
            part_file.replace(target)
    except OSError as error:
        raise InputError(f"= {target} cannot be written: {error}", ("path",)) from None
    finally:
        if writer is not None:
            writer.close()
        part_file.unlink(missing_ok=True)
    return target
