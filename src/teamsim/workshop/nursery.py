"""A process that has everything loaded and is asked for children: kernels that share its memory, and start at once.

It is told the workshop and its language when it is started. It is asked a line of JSON at a time on standard input, and
answers with the child's number; when its input ends, it ends, and its children with it, since a kernel goes when its
parent does.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
from typing import Any, NoReturn

__all__ = ["main"]

SCENARIO = "managing-stars"


def main() -> None:
    """Load, say so, and have a child whenever asked."""
    os.environ["JPY_PARENT_PID"] = str(os.getpid())  # before the kernel is loaded: it reads it then
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the server, whose end is ours
    load(*sys.argv[1:3])
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who asked waits for the child, not we
    say("ready")
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if not child:
            live(asked)
        say(str(child))


def say(line: str) -> None:
    """Answer."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def load(workshop: str = SCENARIO, language: str = "en") -> None:
    """Do once what every page of a workshop does, up to its last picture."""
    import ipykernel.kernelapp  # noqa: F401
    import ipywidgets
    import scipy.stats  # noqa: F401  (loaded only when first asked for, and then by every child)

    import teamsim.workshop.facilitator  # noqa: F401
    from teamsim.lab import live_chart
    from teamsim.lab.pictures import Picture, first_shown
    from teamsim.scenario import Scenario
    from teamsim.words import speak
    from teamsim.workshop.definition import Workshop
    from teamsim.workshop.desk import Deciding

    speak(language)
    held = Workshop.load(workshop)
    for weeks in {held.place(number).weeks for number in range(len(held.rounds))}:
        for measure in first_shown(held.scenario, "leader"):
            Picture(measure, weeks, held.scenario.seats).chart()
    lab = Deciding(lambda _: None, Scenario.load(SCENARIO).replace(weeks=2), ["challenge"])
    lab.recall(lab.style.replace(challenge=0.6))
    ipywidgets.Widget.close_all()
    live_chart._library.cache_clear()  # a widget belongs to the kernel that made it
    gc.collect()
    gc.freeze()  # what is never looked through again stays shared


def live(asked: dict[str, Any]) -> NoReturn:
    """Become a kernel."""
    try:
        os.setsid()
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 0)
        os.dup2(2, 1)  # what is printed past the kernel goes where the server's own does
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        if asked["cwd"]:
            os.chdir(asked["cwd"])
        parent = os.environ["JPY_PARENT_PID"]
        os.environ.update(asked["env"])
        os.environ["JPY_PARENT_PID"] = parent
        from ipykernel.kernelapp import IPKernelApp

        IPKernelApp.launch_instance(argv=asked["argv"])
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
