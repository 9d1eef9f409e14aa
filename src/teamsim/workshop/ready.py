"""``teamsim doctor --workshop``: whether this machine can carry a class, and what to do about what is in the way."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.util import find_spec

from teamsim.doctor import Finding
from teamsim.lab.launch import HOST, is_free
from teamsim.words import say
from teamsim.workshop.forked import SURROUNDINGS
from teamsim.workshop.serve import ANYWHERE, PORT, SEATS, check_size, local_address

__all__ = ["from_a_phone", "inspect"]

INSTALL = "python -m pip install -c constraints.txt -e '.[workshop]'"
SPARE_MB = 2000
"""What the machine itself, its browser and the server need besides."""
FIREWALLS = {
    "linux": (["ufw", "status"], "inactive"),
    "darwin": (["/usr/libexec/ApplicationFirewall/socketfilterfw", "--getglobalstate"], "State = 0"),
    "win32": (["netsh", "advfirewall", "show", "currentprofile", "state"], "OFF"),
}
"""How to ask each system's firewall, and what it says when it is off."""
AWAKE = {
    "linux": "for the day: systemd-inhibit --what=idle:sleep:handle-lid-switch teamsim workshop serve NAME",
    "darwin": "for the day: caffeinate -is teamsim workshop serve NAME",
    "win32": "Settings, System, Power: never sleep while plugged in",
}
MEASURE = ["-m", "teamsim.workshop.footprint"]
"""What a participant's page holds for itself alone, measured here: others on this machine share the rest."""


def inspect(seats: int = SEATS) -> Iterator[Finding]:
    """Look at all that a class of this size needs of this machine, one thing after another.

    Parameters
    ----------
    seats : int
        How many are expected.

    Returns
    -------
    iterator of Finding
        In the order in which to put things right; the last takes some seconds.

    Raises
    ------
    InputError
        If there is nobody, or more than one server has been tried with.

    Examples
    --------
    >>> inspect(seats=1000)
    Traceback (most recent call last):
    teamsim.fields.InputError: seats = 1000 is outside 1...
    """
    check_size(seats)
    return _findings(seats)


def from_a_phone(port: int = PORT, seconds: float = 180.0, *, told: Callable[[str], None]) -> Finding:
    """Wait until somebody opens a page here from another device: only that shows that nothing is in the way.

    Parameters
    ----------
    port : int
        On which port.
    seconds : float
        How long.
    told : callable
        Is given the address to type.
    """
    own, came = {HOST, local_address()}, []

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = say("workshop.phone_works").encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.end_headers()
            self.wfile.write(body)
            if self.client_address[0] not in own:
                came.append(self.client_address[0])

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer((ANYWHERE, port), Page) as server:
        server.timeout = 1.0
        told(f"On a phone in the same Wi-Fi, open http://{local_address()}:{port}/ (waiting {seconds:.0f} s)")
        until = time.monotonic() + seconds
        while not came and time.monotonic() < until:
            server.handle_request()
    if came:
        return Finding("from a phone", True, f"reached by {came[0]}")
    advice = "the Wi-Fi keeps devices apart, or the firewall is shut: open the port, or use your phone's own hotspot"
    return Finding("from a phone", False, "nobody came", advice)


def _findings(seats: int) -> Iterator[Finding]:
    missing = [name for name in ("voila", "sqlalchemy", "segno", "psutil") if find_spec(name) is None]
    yield Finding("workshop extra", not missing, f"missing: {', '.join(missing)}" if missing else "there", INSTALL)
    if missing:
        return
    address = local_address()
    offline = "join a Wi-Fi or open a hotspot (no internet is needed); for a projector alone: serve --here"
    there = not address.startswith("127.")
    yield Finding("local network", there, address if there else "none", "" if there else offline)
    free = is_free(PORT)
    taken = "nothing to do: the next free port is taken, and said"
    yield Finding(f"port {PORT}", free, "free" if free else "in use", "" if free else taken, needed=False)
    yield _firewall()
    yield _awake()
    yield _memory(seats)


def _firewall() -> Finding:
    command, off = FIREWALLS.get(sys.platform, ([], ""))
    opened = f"let Python answer on port {PORT} when the system asks; the check from a phone shows whether it does"
    if not command or not shutil.which(command[0]):
        return Finding("firewall", True, "none that can be asked", needed=False)
    told = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    if not told.strip():
        return Finding("firewall", False, "does not tell", opened, needed=False)
    shut = off not in told
    return Finding("firewall", not shut, "on" if shut else "off", opened if shut else "", needed=False)


def _awake() -> Finding:
    import psutil

    battery = psutil.sensors_battery()
    plugged = battery is None or battery.power_plugged
    found = "no battery" if battery is None else "plugged in" if plugged else f"on battery, {battery.percent:.0f} %"
    advice = "" if battery is None else f"plug it in, and keep it awake; {AWAKE.get(sys.platform, '')}"
    return Finding("stays awake", battery is None, found, advice, needed=False)


def _memory(seats: int) -> Finding:
    import psutil

    as_there = {**os.environ, **SURROUNDINGS}
    done = subprocess.run([sys.executable, *MEASURE], env=as_there, capture_output=True, text=True, check=False)
    if done.returncode:
        why = (done.stderr.strip() or f"it ended with {done.returncode}").splitlines()[-1]
        return Finding("memory", False, f"a page does not start: {why}", INSTALL)
    each, there = int(done.stdout) / 2**20, psutil.virtual_memory().available / 2**20
    wanted = SPARE_MB + seats * each
    found = f"{there / 1000:.1f} GB free, {wanted / 1000:.1f} GB for {seats} ({each:.0f} MB each)"
    fits = max(0, int((there - SPARE_MB) / each))
    advice = f"close other programs, or let people share seats: there is room for {fits}"
    return Finding("memory", wanted <= there, found, "" if wanted <= there else advice)
