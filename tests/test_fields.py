"""A quantity is declared once; from it come check, record and label."""

import numpy as np
import pytest

from teamsim import people
from teamsim.fields import Declared, InputError, Key, closest, quantity


class Cup(Declared):
    volume: float = quantity(
        0.2, 0, 1, unit="litres", label="Volume", meaning="How much it holds.", ends=("none", "a lot")
    )
    handles: int = quantity(1, 0, 4, unit="handles", label="Handles", meaning="How many.")
    owner: Key = quantity(0, 0, 2**64 - 1, unit="key", label="Owner", meaning="Whose.")
    colour: str = "white"


class Tray(Declared):
    cup: Cup = Cup()
    weight: float = quantity(None, 0, 9, unit="kg", label="Weight", meaning="How heavy it is.")


def test_declared_once():
    volume = Cup.quantities()["volume"]
    assert (volume.default, volume.low, volume.high, volume.unit, volume.label) == (0.2, 0, 1, "litres", "Volume")
    assert volume.ends == ("none", "a lot")
    assert list(Cup.quantities()) == ["volume", "handles", "owner"]
    assert (volume.random(0), volume.random(1)) == (0, 1)
    assert Cup.quantities()["handles"].random(0.4) == 2
    assert np.isnan(Tray.quantities()["weight"].default)


def test_the_record_has_the_numbers_and_nothing_else():
    record = Tray(weight=2, cup=Cup(volume=0.5, owner=2**64 - 1)).record()
    assert record.dtype.names == ("cup", "weight")
    assert [record.dtype["cup"][name].str[1:] for name in ("volume", "handles", "owner")] == ["f8", "i8", "u8"]
    row = record[0]
    assert (row.cup.volume, row.cup.handles, int(row.cup.owner), row.weight) == (0.5, 1, 2**64 - 1, 2.0)


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"volume": 2}, "cup.volume = 2 is outside 0..1"),
        ({"volume": -0.001}, "cup.volume = -0.001 is outside 0..1"),
        ({"volume": "full"}, "cup.volume = 'full' is not a number in 0..1"),
        ({"volume": float("nan")}, "cup.volume = nan is outside 0..1"),
        ({"handles": 1.5}, "cup.handles = 1.5 is not a whole number in 0..4"),
        ({"handles": 5}, "cup.handles = 5 is outside 0..4"),
        ({"colour": 3}, "cup.colour = 3 cannot be used: input should be a valid string"),
        ({"volumne": 1}, "cup.volumne is not known; did you mean 'volume'? Known: colour, handles, owner, volume"),
        (
            {"volumne": 1, "handles": 9},
            "cup.volumne is not known; did you mean 'volume'? Known: colour, handles, owner, volume (and 1 more)",
        ),
    ],
)
def test_one_line_names_what_where_and_what_is_allowed(given, line):
    with pytest.raises(InputError) as caught:
        Cup(**given)
    assert str(caught.value) == line


def test_from_further_out():
    with pytest.raises(InputError, match=r"^tray\.cup\.volume = 7 is outside 0\.\.1"):
        Tray(weight=1, cup={"volume": 7})
    with pytest.raises(InputError, match=r"^tray\.weight is missing: How heavy it is\.$"):
        Tray()
    error = InputError("is odd", ("cups", 3, "volume"), "kitchen.toml, line 4")
    assert str(error) == "cups[3].volume is odd (kitchen.toml, line 4)"
    assert str(error.inside("house")) == "house.cups[3].volume is odd (kitchen.toml, line 4)"


def test_something_long_is_cut_short():
    with pytest.raises(InputError) as caught:
        Cup(volume=["x" * 500] * 30)
    assert len(str(caught.value)) < 150
    assert "\n" not in str(caught.value)


def test_closest():
    assert closest("VOLUME", ["volume", "weight"]).startswith("did you mean 'volume'?")
    assert closest("xyz", ["volume"]) == "Known: volume"


def test_immutable_and_checked_on_replacement():
    cup = Cup()
    with pytest.raises(Exception, match="frozen"):
        cup.volume = 1.0
    assert cup.replace(volume=1).volume == 1
    with pytest.raises(InputError, match=r"cup\.volume = 3"):
        cup.replace(volume=3)
    assert cup.volume == 0.2


@pytest.mark.parametrize("name", [name for name in people.__all__ if isinstance(getattr(people, name), type)])
def test_every_record_of_the_model_is_declared_in_full(name):
    declared = getattr(people, name)
    for field, one in declared.quantities().items():
        assert one.low <= one.high, field
        assert np.isnan(one.default) or one.low <= one.default <= one.high, f"{field} starts outside its range"
        assert one.label, field
        assert one.meaning.endswith("."), field
        assert one.unit, field
