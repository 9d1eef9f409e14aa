"""A page is answered one message after another, though JupyterLab may hand them to several threads of the kernel."""

import threading
import time
from functools import partial
from typing import ClassVar

import pytest

from teamsim.lab import Lever
from teamsim.lab.asking import AskingWidget
from teamsim.lab.widget import LabWidget, guarded


class Room(AskingWidget):
    """Where answering takes a while; it knows how often it was visited, and by how many at once."""

    answers: ClassVar = {"visit": "visit"}

    def __init__(self):
        super().__init__()
        self.here = self.visits = self.most = 0

    def visit(self, *_):
        self.visits += 1
        self.here += 1
        self.most = max(self.most, self.here)
        time.sleep(0.2)
        self.here -= 1


class Worker(LabWidget):
    @guarded
    def step(self, room):
        room.visit()


def asking(room):
    """A page that asks."""
    return partial(send, room, {"method": "custom", "content": {"ask": "visit"}})


def writing(room):
    """A page that writes state of another widget, which a reader's own function follows."""
    lever = Lever("challenge", 0.6)
    lever.observe(room.visit, "value")
    return partial(send, lever, {"method": "update", "state": {"value": 0.7}})


def working(room):
    """Work that goes on between messages."""
    return partial(Worker().step, room)


def send(widget, data):
    widget.comm.handle_msg({"content": {"data": data}, "buffers": []})


@pytest.mark.parametrize("other", [asking, writing, working])
def test_two_threads_answer_one_after_the_other(other):
    room = Room()
    threads = [threading.Thread(target=call) for call in (other(room), asking(room))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (room.visits, room.most) == (2, 1)
