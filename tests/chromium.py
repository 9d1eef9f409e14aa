"""See to it that a Chromium or Chrome is there for the browser tests: python tests/chromium.py"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from teamsim.doctor import find_chromium as find


def works(browser: Path) -> bool:
    """Whether it starts; Ubuntu's package may be a signpost to a snap that a container cannot run."""
    if sys.platform == "win32":  # chrome.exe --version opens a window there
        return True
    return subprocess.run([browser, "--version"], capture_output=True, timeout=60).returncode == 0


def with_apt() -> bool:
    """Install it with apt-get, as root on Debian or Ubuntu; False where that cannot be done."""
    if not shutil.which("apt-get") or not hasattr(os, "geteuid") or os.geteuid() != 0:
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    commands = (["apt-get", "update", "-qq"], ["apt-get", "install", "-qq", "-y", "chromium"])
    return all(subprocess.run(command, env=environment).returncode == 0 for command in commands)


def main() -> int:
    named, browser = os.environ.get("CHROMIUM"), find()
    if named and not browser:
        print(f"chromium: CHROMIUM = {named} is not a file")
        return 1
    if browser and works(browser):
        print(f"chromium: using {browser}")
        return 0
    if with_apt() and (browser := find()) and works(browser):
        print(f"chromium: installed {browser} with apt-get")
        return 0
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)
    browser = find()
    print(
        f"chromium: installed {browser} with playwright" if browser else "chromium: none could be installed"
    )
    return 0 if browser else 1


if __name__ == "__main__":
    sys.exit(main())
