"""Keyed random numbers: known answers, uniformity, and the same luck whatever else is decided."""

import inspect
import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

import teamsim as ts
from strategies import SEEDS, scenarios, styles, values
from teamsim import chance
from teamsim.chance import identity_in, identity_of, mix, normal, uniform
from teamsim.compiler import array, door, lane, lanes
from teamsim.style import Style

WORDS = st.one_of(st.integers(0, 2**64 - 1), st.sampled_from([0, 1, 2**63 - 1, 2**63, 2**64 - 2, 2**64 - 1]))
CHANNELS = {
    name: int(value)
    for name, value in vars(chance).items()
    if name.isupper() and 1 <= int(value) <= 16 and name not in {"ONE", "S12"}
}


@door(keys=array("u"), numbers=array("u"), mixed=array("u"), uniforms=array("f"), normals=array("f"))
def draw(keys, numbers, mixed, uniforms, normals):
    """All three, in as many lanes as are asked for."""
    for first in range(0, keys.shape[0], lanes()):
        at = first + lane()
        if at < keys.shape[0]:
            mixed[at] = mix(keys[at], numbers[at])
            uniforms[at] = uniform(keys[at], numbers[at])
            normals[at] = normal(keys[at], numbers[at])


@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=20))
@settings(max_examples=100)
def test_machine_code_draws_what_plain_python_draws(pairs):
    keys, numbers = (np.array(one, dtype=np.uint64) for one in zip(*pairs, strict=True))
    expected = [[function(*pair) for pair in pairs] for function in (mix, uniform, normal)]
    for lanes_ in (1, 2, 4, 8):
        found = np.zeros(len(pairs), dtype=np.uint64), np.zeros(len(pairs)), np.zeros(len(pairs))
        draw.at(lanes_)(keys, numbers, *found)
        assert [one.tolist() for one in found] == expected


@given(WORDS, WORDS)
def test_a_number_of_numpy_is_as_good_as_one_of_python(key, number):
    """And without a warning that it wraps round."""
    for function in (mix, uniform, normal):
        assert function(np.uint64(key), np.uint64(number)) == function(key, number)


@given(WORDS, WORDS)
@settings(max_examples=200)
def test_uniform_lies_in_the_open_interval(key, channel):
    assert 0.0 < uniform(key, channel) < 1.0


def test_known_answers():
    """SplitMix64 from seed 0 (Vigna's reference, and java.util.SplittableRandom) begins with these words."""
    known = [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F, 0xF88BB8A8724C81EC]
    assert [mix(0, number) for number in range(4)] == known
    assert uniform(0, 0) == ((known[0] >> 12) + 0.5) / 2**52


def test_the_identity_of_a_name_is_that_of_its_bytes():
    assert identity_of("Ana") == mix(mix(mix(mix(0, 3), ord("A")), ord("n")), ord("a"))
    assert identity_of("é") == mix(mix(mix(0, 2), 0xC3), 0xA9)
    assert identity_in(b"Tea for Ana", 8, 11) == identity_of("Ana")


@given(st.lists(st.text(max_size=6), unique=True, min_size=2))
def test_different_names_have_different_identities(names):
    assert len({*map(identity_of, names)}) == len(names)


def test_the_ends_of_the_interval_are_never_reached():
    """The smallest and the largest word still give numbers whose logarithms are finite."""
    for word in (0, 2**64 - 1):
        found = (float(word >> 12) + 0.5) / 2**52
        assert 0.0 < found < 1.0
        assert math.isfinite(math.log(found))
        assert math.isfinite(math.log1p(-found))


def drawn(function, keys, channel):
    return np.array([function(key, channel) for key in keys])


@pytest.mark.parametrize("walk", ["seeds", "weeks", "channels"])
def test_neighbours_are_as_good_as_strangers(walk):
    """Uniform, and without correlation between neighbours, along seeds, along weeks and along channels."""
    count = 20_000
    key = mix(mix(5, 0), identity_of("Ana"))
    if walk == "seeds":
        found = drawn(uniform, (mix(seed, 0) for seed in range(count)), 3)
    elif walk == "weeks":
        found = drawn(uniform, (mix(key, week) for week in range(count)), 3)
    else:
        found = np.array([uniform(key, channel) for channel in range(count)])
    assert stats.kstest(found, "uniform").pvalue > 1e-4
    assert abs(np.corrcoef(found[:-1], found[1:])[0, 1]) < 4 / math.sqrt(count)


def test_normal_is_normal():
    found = drawn(normal, (mix(9, week) for week in range(20_000)), 7)
    assert stats.kstest(found, "norm").pvalue > 1e-4
    assert np.isfinite(found).all()


@given(WORDS, WORDS)
@settings(max_examples=300)
def test_normal_is_the_inverse_of_the_normal_distribution(key, channel):
    """At the uniform number of the same key and channel, to 1e-6 of a standard deviation."""
    share = uniform(key, channel)
    assert normal(key, channel) == pytest.approx(stats.norm.ppf(share), abs=1e-6, rel=1e-6)


def test_normal_far_out(monkeypatch):
    """In the tails, where keys hardly ever lead; in plain Python, so that the uniform number can be chosen."""
    for share in (2.0**-53, 1e-15, 1e-12, 1e-9, 1e-4, 0.0749, 0.0751, 0.5, 0.9249, 0.9251, 1 - 1e-9, 1 - 2.0**-53):
        monkeypatch.setitem(normal.__globals__, "uniform", lambda *_, at=share: at)
        assert normal(0, 0) == pytest.approx(stats.norm.ppf(share), abs=1e-6, rel=1e-6)


def test_channels_are_distinct_and_independent():
    assert len(CHANNELS) >= 16
    assert len(set(CHANNELS.values())) == len(CHANNELS)
    table = np.array(
        [drawn(uniform, (mix(2, week) for week in range(4_000)), channel) for channel in CHANNELS.values()]
    )
    off = np.corrcoef(table) - np.eye(len(table))
    assert np.abs(off).max() < 5 / math.sqrt(4_000)


def test_every_channel_is_used_by_rules_once_named():
    """Two rules that drew from one channel of the same key would meet the same luck."""
    assert {"OFFER", "ACCEPTANCE", "PUSH", "WORK", "COMMITMENT", "HIRING"} <= set(CHANNELS)


def test_keys_of_neighbours_do_not_overlap():
    """Runs, people and weeks that lie side by side never share a key."""
    keys = [
        mix(mix(mix(seed, run), person), week)
        for seed in range(4)
        for run in range(4)
        for person in [*range(8), *(identity_of(name) for name in ("Ana", "Ben"))]
        for week in range(50)
    ]
    assert len(set(keys)) == len(keys)


def keys_of(run):
    """Every stream of chance that is met in a run, by person and week."""
    life = run._raw["life"]
    return {
        (int(person["identity"]), week): (int(person["key"]), int(person["luck"]))
        for week in range(life.shape[0])
        for person in life[week]
        if person["present"] == 1
    }


@given(scenarios(weeks=20), styles(), st.sampled_from(sorted(Style.quantities())), SEEDS, st.data())
def test_changing_a_lever_changes_nobodys_luck(scenario, style, lever, seed, data):
    other = style.replace(**{lever: data.draw(values(Style.quantities()[lever]))})
    one, two = keys_of(ts.simulate(scenario, style, seed)), keys_of(ts.simulate(scenario, other, seed))
    for both_there in one.keys() & two.keys():
        assert one[both_there] == two[both_there]
    names = {identity_of(name) for name in scenario.people}
    assert {key for key in one if key[1] == 0 and key[0] in names} == {
        key for key in two if key[1] == 0 and key[0] in names
    }


@given(scenarios(weeks=20), SEEDS)
def test_luck_is_keyed_by_seed_run_person_and_week_alone(scenario, seed):
    for run in (0, 3):
        for (identity, week), (key, luck) in keys_of(ts.simulate(scenario, seed=seed, run=run)).items():
            assert key == mix(mix(seed, run), identity)
            assert luck == mix(key, week)


@given(scenarios(weeks=20), SEEDS)
def test_a_hire_is_named_by_seat_and_number(scenario, seed):
    life = ts.simulate(scenario, "demanding", seed)._raw["life"]
    for week, seat in np.argwhere(life["present"] == 1):
        person = life[week, seat]
        key = int(life[0, person["origin"]]["seat_key"])  # the seat in which the person joined
        assert int(life[week, person["origin"]]["seat_key"]) == key, "a seat keeps its name, whoever is moved into it"
        if person["entry"] > 0:
            assert int(person["identity"]) == mix(key, int(person["entry"]))
        else:
            assert int(person["identity"]) == key


@given(scenarios(weeks=12, teams=2), st.randoms(use_true_random=False), SEEDS)
def test_a_new_colleague_or_another_order_changes_nobodys_luck(scenario, order, seed):
    assume(scenario.people)
    content = scenario.model_dump()
    for team in content["teams"]:
        team["people"] = list(team["people"])
        order.shuffle(team["people"])
    content["teams"][0]["people"].insert(0, {"name": "Newcomer"})
    content["teams"] = list(reversed(content["teams"]))
    changed = ts.Scenario(**content)
    one, two = keys_of(ts.simulate(scenario, seed=seed)), keys_of(ts.simulate(changed, seed=seed))
    cast = {identity_of(name) for name in scenario.people}
    assert {key for key in one if key[1] == 0} - {key for key in two if key[1] == 0} == set()
    shared = one.keys() & two.keys()
    assert {identity for identity, _ in shared} >= cast
    assert all(one[key] == two[key] for key in shared)
    seats = [{person["name"]: i for i, person in enumerate(team["people"])} for team in content["teams"]]
    assert any("Newcomer" in seat for seat in seats)


def test_two_draws_of_one_week_come_from_one_key(small):
    """One and the same person, week and channel give one and the same number under any style."""
    one, two = ts.simulate(small, "hands-off", 5), ts.simulate(small, "developer", 5)
    for key, (_, luck) in keys_of(one).items():
        if key in keys_of(two):
            for channel in CHANNELS.values():
                assert uniform(luck, channel) == uniform(keys_of(two)[key][1], channel)


def test_the_mixer_is_the_one_that_is_documented():
    assert "SplitMix64" in inspect.getdoc(chance)
