"""The controls of the manager lab: levers, presets, the way back, what is kept, and the code."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import traitlets

from teamsim.lab.widget import LabWidget, guarded
from teamsim.style import Regime, declaring
from teamsim.words import ends, group, label, meaning, room, unit

WRITTEN = ("values", "resting")
"""What the page writes; all else it asks for in a message."""
LEAST_STEPS = 100

Answer = Callable[[str, Mapping[str, Any]], None]


class Levers(LabWidget, page="levers"):
    """A native slider for each lever that may be moved, grouped as they are declared, and the buttons around them.

    It decides nothing: what is moved or asked for goes to `answer`, which refuses it with an `InputError` or takes it
    and calls `show`.

    Parameters
    ----------
    answer : callable
        Is given what is asked for, by its name, and what belongs to it.
    levers : sequence of str
        Those that may be moved.

    Attributes
    ----------
    values : dict
        Where the levers stand, by name; the page writes it while a slider moves.
    resting : bool
        Whether the slider has come to rest; the page writes it together with `values`.
    state : dict
        All else that the page shows: what can be undone, which preset this is, what is kept, the code, the view.

    Examples
    --------
    >>> asked = []
    >>> levers = Levers(lambda name, given: asked.append((name, given)), ["challenge"])
    >>> levers.values = {"challenge": 0.7}
    >>> asked
    [('move', {'values': {'challenge': 0.7}, 'rest': True})]
    """

    sentences = room("manager")

    groups: traitlets.List[Any] = traitlets.List().tag(sync=True)
    values = traitlets.Any({}).tag(sync=True)
    resting = traitlets.Any(True).tag(sync=True)
    state = traitlets.Dict().tag(sync=True)

    def __init__(self, answer: Answer, levers: Iterable[str]) -> None:
        self._answer = answer
        self._stands: dict[str, float] = {}
        self._heard: Any = None
        self._ours = False
        super().__init__(groups=grouped(levers))
        self.on_msg(self._asked)

    def offer(self, levers: Iterable[str]) -> None:
        """Show other levers."""
        self.groups = grouped(levers)

    def show(self, values: Mapping[str, float], state: Mapping[str, Any]) -> None:
        """Show where the levers stand and what can be done; what the page wrote is overwritten."""
        self._stands = dict(values)
        with self._unheard():
            self.values = dict(values)
            self.state = dict(state)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take from the page what it may write, and send it anew what it may not; the message channel calls this."""
        super().set_state({name: value for name, value in sync_data.items() if name in WRITTEN})
        refused = [name for name in sync_data if name not in WRITTEN and name in self.keys]
        if refused:
            self.send_state(refused)

    @traitlets.observe(*WRITTEN)
    def _moved(self, _: Any) -> None:
        heard = self.values, self.resting
        if self._ours or heard == self._heard:  # both may have changed in one message
            return
        self._heard = heard
        self._ask("move", {"values": heard[0], "rest": heard[1] is not False})
        if self.values != self._stands and self._stands:  # refused: back, and at rest, so that nothing follows
            with self._unheard():
                self.values, self.resting = dict(self._stands), True

    @contextmanager
    def _unheard(self) -> Iterator[None]:
        """Write, in one message, what the page otherwise does."""
        self._ours = True
        try:
            with self.hold_sync():
                yield
        finally:
            self._ours = False
            self._heard = self.values, self.resting

    def _asked(self, _: Any, content: Any, __: Any) -> None:
        given = dict(content) if isinstance(content, Mapping) else {}
        self._ask(str(given.pop("ask", "")), given)

    @guarded
    def _ask(self, name: str, given: Mapping[str, Any]) -> None:
        self._answer(name, given)


def grouped(levers: Iterable[str]) -> list[dict[str, Any]]:
    """Return what is declared about some levers, for a page, under the headings of their groups."""
    known, groups = Regime.quantities(), dict[str, list[dict[str, Any]]]()
    for name in levers:
        kind = known[name]
        declared = declaring(name)
        low_end, high_end = ends(declared, name)
        groups.setdefault(kind.group, []).append(
            {
                "name": name,
                "label": label(declared, name),
                "meaning": meaning(declared, name),
                "ends": [low_end, high_end],
                "unit": "" if kind.unit == "level" else unit(kind.unit),
                "low": kind.low,
                "high": kind.high,
                "step": step(kind.low, kind.high),
                "decimals": decimals(step(kind.low, kind.high)),
            }
        )
    return [{"label": group(name), "levers": members} for name, members in groups.items()]


def step(low: float, high: float) -> float:
    """Return a round step by which a lever moves: about a hundredth of its range, never more than 1.

    Examples
    --------
    >>> step(0, 1), step(1, 52), step(0, 2)
    (0.01, 1.0, 0.02)
    """
    least = (high - low) / LEAST_STEPS
    power = 10.0 ** math.floor(math.log10(least))
    return min(1.0, next(round(power * nice, 10) for nice in (1, 2, 5, 10) if power * nice >= least * (1 - 1e-9)))


def decimals(step: float) -> int:
    """Return how many decimals show a step, two where there are any.

    Examples
    --------
    >>> decimals(0.01), decimals(1.0), decimals(0.002)
    (2, 0, 3)
    """
    return 0 if step >= 1 else max(2, math.ceil(-math.log10(step)))
