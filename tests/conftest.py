"""What all tests share: small scenarios, rules compiled once, and how hypothesis searches."""

import asyncio
import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

sys.path.insert(0, str(Path(__file__).parent))  # so that tests can share `strategies`, `bits` and `casts`

import casts

settings.register_profile(
    "teamsim",
    deadline=None,
    max_examples=30,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile(
    "unshrunk", settings.get_profile("teamsim"), phases=[Phase.explicit, Phase.reuse, Phase.generate]
)
settings.load_profile("teamsim")


@pytest.fixture(autouse=True)
def no_loop_left_behind(request):
    """Lay aside the loop that Playwright keeps running in a process that has had a browser."""
    if request.node.path.parent.name == "browser":
        yield
        return
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(loop)


@pytest.fixture(autouse=True)
def processor(request):
    """This machine's; with TEAMSIM_ARM64=1 one that QEMU plays (`arm64`), but where it is tested how code is kept."""
    if os.environ.get("TEAMSIM_ARM64") and request.path.name != "test_machine.py":
        from arm64 import on_arm64

        with on_arm64(lanes=2):
            yield
    else:
        yield


@pytest.fixture(scope="session")
def small():
    """One team of four for 26 weeks, two of them unlike the rest."""
    import teamsim as ts

    people = [{"name": "Ana", "talent": 2.0}, {"name": "Ben"}, {"name": "Cid", "talent": 0.6}, {"name": "Dee"}]
    return ts.Scenario(name="small", weeks=26, teams=[{"name": "Blue", "leader": {"name": "Lea"}, "people": people}])


@pytest.fixture(scope="session")
def twelve():
    """A team of twelve for 104 weeks."""
    import teamsim as ts

    people = [{"name": f"P{number}", "talent": 0.6 + number / 8} for number in range(12)]
    return ts.Scenario(name="twelve", weeks=104, teams=[{"name": "Blue", "leader": {"name": "Lea"}, "people": people}])


@pytest.fixture(scope="session")
def ladder():
    """See `casts.ladder`."""
    return casts.ladder()


@pytest.fixture(scope="session")
def upheaval():
    """See `casts.upheaval`."""
    return casts.upheaval()


@pytest.fixture(scope="session")
def busy():
    """See `casts.busy`."""
    return casts.busy()
