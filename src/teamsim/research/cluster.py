"""A Dask cluster by the address of its scheduler, wherever its workers are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from teamsim.fields import InputError

__all__ = ["connected"]

SECONDS = 10


@contextmanager
def connected(address: str | None) -> Iterator[Any]:
    """Connect to a cluster while a study runs; to none, where there is no address.

    Raises
    ------
    InputError
        If Dask is not here, or nobody answers.
    """
    if address is None:
        yield None
        return
    if find_spec("distributed") is None:
        raise InputError('needs Dask: python -m pip install -c constraints.txt -e ".[research]"', ("dask",))
    from distributed import Client

    try:
        client = Client(address, timeout=SECONDS)
    except (OSError, ValueError) as error:
        raise InputError(f"= {address} does not answer: {str(error).splitlines()[0]}", ("dask",)) from None
    with client:
        yield client
