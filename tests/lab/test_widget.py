"""A page is answered one message after another, though JupyterLab may hand them to several threads of the kernel."""

import threading
import time
from typing import ClassVar

import pytest

from teamsim.lab import Lever
from teamsim.lab.asking import AskingWidget
from teamsim.lab.widget import LabWidget, guarded


class Crowd:
    """Somewhere to be for a while, and how many ever were there at once."""

    def __init__(self):
        self.here = self.visits = self.most = 0

    def visit(self, *_):
        self.visits += 1
        self.here += 1
        self.most = max(self.most, self.here)
        time.sleep(0.2)
        self.here -= 1


@pytest.fixture
def crowd():
    return Crowd()


class Asked(AskingWidget):
    answers: ClassVar = {"visit": "_visit"}

    def __init__(self, crowd):
        super().__init__()
        self._visit = crowd.visit


class Working(LabWidget):
    def __init__(self, crowd):
        super().__init__()
        self._crowd = crowd

    @guarded
    def step(self):
        self._crowd.visit()


def asking(crowd):
    """A page that asks."""
    return sending(Asked(crowd), {"method": "custom", "content": {"ask": "visit"}})


def writing(crowd):
    """A page that writes state, which a reader's own function follows."""
    lever = Lever("challenge", 0.6)
    lever.observe(crowd.visit, "value")
    return sending(lever, {"method": "update", "state": {"value": 0.7}})


def working(crowd):
    """Work that goes on between messages."""
    return Working(crowd).step


def sending(widget, data):
    return lambda: widget.comm.handle_msg({"content": {"data": data}, "buffers": []})


@pytest.mark.parametrize("other", [asking, writing, working])
def test_two_threads_answer_a_page_one_after_the_other(crowd, other):
    ask = asking(crowd)
    at_once(ask, other(crowd))
    at_once(ask, ask)
    assert (crowd.visits, crowd.most) == (4, 1)


def at_once(*calls):
    threads = [threading.Thread(target=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
