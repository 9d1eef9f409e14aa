"""What pages say of speed is what the benchmarks wrote down."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[1]
BENCH = HOME / "tests" / "bench"


@pytest.fixture
def fill(monkeypatch):
    monkeypatch.syspath_prepend(BENCH)
    import fill

    return fill


@pytest.mark.parametrize("name", ["docs/benchmarks.md", "README.md"])
def test_the_figures_of_a_page_are_those_that_were_measured(fill, name):
    page = (HOME / name).read_text(encoding="utf-8")
    assert HOME / name in fill.PAGES
    assert fill.filled(page) == page, "python tests/bench/fill.py"


def test_every_figure_has_a_place(fill):
    shown = [marked[2] for path in fill.PAGES for marked in fill.MARKED.finditer(path.read_text(encoding="utf-8"))]
    assert sorted(shown) == sorted(fill.BLOCKS)


def test_a_page_that_says_something_else_is_seen(fill):
    page = (HOME / "README.md").read_text(encoding="utf-8")
    edited = re.sub(r"(<!-- figures: three -->.*?)\d+", r"\g<1>0", page, count=1, flags=re.DOTALL)
    assert edited != page
    assert fill.filled(edited) == page


def test_every_command_that_the_page_names_is_there():
    page = (HOME / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    named = set(re.findall(r"python (tests/bench/[\w.]+)", page))
    assert len(named) > 5
    assert all((HOME / path).exists() for path in named)


@pytest.mark.parametrize(
    ("instruction", "kinds"),
    [
        ("vaddpd 0x8(%rax,%rcx,8),%ymm1,%ymm2", ["vector addition, comparison", "load ymm"]),
        ("vdivpd %ymm0,%ymm1,%ymm2", ["division ymm"]),
        ("vsqrtsd %xmm0,%xmm1,%xmm2", ["square root one"]),
        ("vfmadd231sd %xmm1,%xmm2,%xmm3", ["vector multiplication"]),
        ("vblendvpd %ymm1,%ymm2,%ymm3,%ymm4", ["vector logic, whole numbers, shuffles"]),
        ("vmovupd %ymm1,0x20(%rsp)", ["store ymm"]),
        ("vmovsd (%rax),%xmm1", ["load xmm"]),
        ("vmovapd %ymm1,%ymm2", ["vector move"]),
        ("lea 0x8(%rax),%rbx", ["scalar arithmetic"]),
        ("push %rbx", ["store scalar"]),
        ("call *0x8(%rax)", ["branch", "load scalar"]),
    ],
)
def test_what_an_instruction_counts_as(monkeypatch, instruction, kinds):
    monkeypatch.syspath_prepend(BENCH)
    from floor import kind_of

    assert kind_of(*instruction.split(" ", 1)) == kinds
