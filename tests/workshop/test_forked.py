"""Kernels that are children of one loaded process: they answer, are ended, and do not outlive it."""

import asyncio
import os
import time
from contextlib import ExitStack

import psutil
import pytest
import zmq.asyncio
from jupyter_client.manager import AsyncKernelManager

from teamsim.workshop.forked import Nursery, available

SELECT = 1024
"""The system's FD_SETSIZE: `select` takes numbers below it."""
PAGE = """
import teamsim as ts
from teamsim.workshop.desk import Deciding
lab = Deciding(lambda _: None, ts.Scenario.load("managing-stars").replace(weeks=13), ["challenge"])
lab.recall(lab.style.replace(challenge=0.7))
"""


@pytest.mark.skipif(not available(), reason="kernels are forked on Linux only")
def test_a_forked_kernel_shows_a_page_is_ended_and_does_not_outlive_its_nursery():
    async def live():
        kernels = [AsyncKernelManager(context=context, transport_encryption="auto") for _ in range(2)]
        for kernel in kernels:
            await kernel.start_kernel()
            client = kernel.client()
            client.start_channels()
            await client.wait_for_ready(timeout=120)
            told = await client.execute_interactive(PAGE, timeout=120, output_hook=said.append)
            assert told["content"]["status"] == "ok", told["content"].get("evalue")
            client.stop_channels()
        held = [psutil.Process(kernel.provisioner.pid) for kernel in kernels]
        assert all(one.ppid() == nursery.process.pid for one in held)
        shared = [one.memory_full_info() for one in held]
        assert all(one.uss < 0.75 * one.rss for one in shared), "a good part is shared"
        await kernels[0].shutdown_kernel()
        assert not await kernels[0].is_alive()
        return held

    said, context = [], zmq.asyncio.Context()
    with Nursery("managing-stars", "en") as nursery:
        first, second = asyncio.run(live())
        assert not first.is_running()
        assert second.is_running()
    until = time.monotonic() + 60
    while second.is_running() and time.monotonic() < until:
        time.sleep(0.2)
    assert not second.is_running()
    context.destroy(linger=0)


@pytest.mark.skipif(not available(), reason="kernels are forked on Linux only")
def test_a_kernel_is_watched_and_ended_where_more_files_are_open_than_select_can_count():
    import resource

    async def live():
        kernel = AsyncKernelManager(context=context)
        await kernel.start_kernel()
        assert await kernel.is_alive()
        await kernel.shutdown_kernel(now=True)
        assert not await kernel.is_alive()

    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    context = zmq.asyncio.Context()
    with Nursery("managing-stars", "en"), ExitStack() as held:
        held.callback(resource.setrlimit, resource.RLIMIT_NOFILE, (now, most))
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(now, 2 * SELECT), most))
        while (opened := os.dup(0)) < SELECT:
            held.callback(os.close, opened)
        held.callback(os.close, opened)
        asyncio.run(live())
    context.destroy(linger=0)
