"""LiveChart and its specs without a kernel; what the browser makes of them is in tests/browser."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys

import altair as alt
import numpy as np
import pandas as pd
import pytest

from teamsim.lab import LiveChart
from teamsim.lab.specs import columns_of, take_apart
from teamsim.lab.vega import BUNDLE, bundle
from teamsim.lab.vega.build import build


def lines(*outputs: float, title: str = "Output") -> alt.Chart:
    table = pd.DataFrame({"week": range(len(outputs)), "output": outputs})
    return alt.Chart(table, title=title).mark_line().encode(x="week", y="output")


def test_inline_data_travel_as_columns_under_stable_names():
    first = LiveChart(lines(1.0, 2.0) + lines(3.0, 4.0))
    other = LiveChart(lines(5.0, 6.0) + lines(7.0, 9.0))
    assert first.names == other.names == ["table_0", "table_1"]
    assert first.data["table_1"] == {"week": [0, 1], "output": [3.0, 4.0]}
    assert first.spec == other.spec
    assert "datasets" not in first.spec


def test_names_given_by_hand_are_kept():
    named = alt.Chart(alt.NamedData("ens")).mark_line().encode(x="week:Q", y="output:Q")
    live = LiveChart(named + lines(1.0, 2.0), {"ens": pd.DataFrame({"week": [1], "output": [2]})})
    assert live.names == ["ens", "table_0"]
    assert live.data["ens"] == {"week": [1], "output": [2]}


def test_data_inside_a_dict_and_in_a_lookup_are_found():
    rows = [{"a": 1}, {"a": None}]
    spec, data = take_apart(
        {
            "data": {"values": rows},
            "transform": [{"lookup": "a", "from": {"data": {"values": rows}, "key": "a"}}],
        }
    )
    assert data == {"table_0": {"a": [1, None]}, "table_1": {"a": [1, None]}}
    assert spec["transform"][0]["from"]["data"] == {"name": "table_1"}


def test_what_is_no_table_stays_in_the_spec():
    world = {"type": "FeatureCollection", "features": []}
    spec, data = take_apart(
        {"mark": "geoshape", "data": {"values": world, "format": {"property": "features"}}}
    )
    assert spec["datasets"] == {"table_0": world}
    assert spec["data"] == {"name": "table_0", "format": {"property": "features"}}
    assert not data


def test_same_spec_only_swaps_the_data():
    live = LiveChart(lines(1.0, 2.0))
    spec = live.spec
    live.show(lines(8.0, 9.0))
    assert live.spec is spec
    assert (live.rev, live.data["table_0"]["output"]) == (1, [8.0, 9.0])
    live.show(lines(8.0, 9.0, title="Another"))
    assert live.spec is not spec


def test_interactive_charts_made_twice_are_one_spec():
    specs = [LiveChart((lines(1.0, 2.0) + lines(3.0, last)).interactive()).spec for last in (4.0, 5.0)]
    assert specs[0] == specs[1]
    assert specs[0]["params"][0]["views"] == ["view_0"]
    picks = [alt.selection_point(fields=["week"]) for _ in range(2)]
    specs = [LiveChart(lines(1.0).add_params(pick).transform_filter(pick)).spec for pick in picks]
    assert specs[0] == specs[1]


def test_a_column_named_like_a_selection_is_left_alone():
    pick = alt.selection_point(name="param_7")
    table = pd.DataFrame({"param_7": [1, 2]})
    spec, _ = take_apart(alt.Chart(table).mark_point().encode(x="param_7").add_params(pick).to_dict())
    assert spec["encoding"]["x"]["field"] == "param_7"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.array([1.5, np.nan, np.inf, -np.inf]), [1.5, None, None, None]),
        ([1.5, float("nan"), None, np.float32(2)], [1.5, None, None, 2.0]),
        (pd.Series([1, None], dtype="Int64"), [1, None]),
        (pd.Series(["a", None]), ["a", None]),
        (pd.Series([True, False]), [True, False]),
        (pd.Series(["a", "b"], dtype="category"), ["a", "b"]),
        (pd.to_datetime(pd.Series(["2026-01-05", None])), ["2026-01-05T00:00:00.000", None]),
        (pd.to_datetime(pd.Series(["2026-01-05"])).dt.tz_localize("UTC"), ["2026-01-05T00:00:00+00:00"]),
        ([dt.date(2026, 1, 5), pd.NaT], ["2026-01-05T00:00:00", None]),
        (pd.period_range("2026-01", periods=1, freq="M"), ["2026-01"]),
    ],
)
def test_values_json_cannot_hold(values, expected):
    columns = columns_of({"x": values})
    assert columns == {"x": expected}
    json.dumps(columns, allow_nan=False)


def test_update_swaps_one_dataset_in_one_message():
    live = LiveChart(lines(1.0, 2.0) + lines(3.0, 4.0))
    live.update(table_1={"week": [0, 1], "output": np.array([5, np.nan])})
    assert live.data["table_0"]["output"] == [1.0, 2.0]
    assert live.data["table_1"]["output"] == [5.0, None]
    assert live.rev == 1


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"ensemble": {}}, "this chart has no dataset 'ensemble'; it is drawn from 'table_0'"),
        ({"table0": {}}, "no dataset 'table0'; it is drawn from 'table_0'; did you mean 'table_0'?"),
        (
            {"table_0": {"week": [1, 2], "output": [1]}},
            "table_0: columns are of different lengths (week 2, output 1)",
        ),
        ({"table_0": 7}, "table_0: a int is no table"),
    ],
)
def test_what_is_wrong_is_refused_in_one_line(data, message):
    live = LiveChart(lines(1.0, 2.0))
    with pytest.raises((ValueError, TypeError)) as refused:
        live.update(**data)
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)
    assert live.rev == 0


def test_more_rows_than_altair_allows():
    assert len(LiveChart(lines(*np.arange(6000.0))).data["table_0"]["week"]) == 6000


def test_charts_share_one_library():
    assert LiveChart(lines(1.0)).lib is LiveChart(lines(2.0)).lib


def test_the_text_of_a_chart_is_the_same_every_time():
    live = LiveChart(lines(1.0, title="Output"))
    assert live._repr_mimebundle_()[0]["text/plain"] == "a chart: Output"
    assert live.spec["description"] == "Output"


def test_the_bundle_is_what_the_build_makes():
    assert bundle() == build(), "run: python -m teamsim.lab.vega.build"


def test_the_licences_are_shipped_with_the_bundle():
    text = BUNDLE.with_name("LICENSES.txt").read_text(encoding="utf-8")
    for package in (
        "vega (6.2.0)",
        "vega-lite (6.4.1)",
        "vega-embed (7.0.2)",
        "d3-array (",
        "topojson-client (",
    ):
        assert f"\n{package}" in text


def test_the_bundle_loads_nothing_from_elsewhere():
    assert not [host for host in ("jsdelivr", "unpkg", "esm.sh", "googleapis") if host in bundle()]


def test_importing_charts_loads_no_widgets():
    # Altair itself imports anywidget; ours come with the first chart that is displayed
    assert "teamsim.lab.live_chart" not in loaded_by("teamsim.charts", "teamsim.lab")


def test_a_widget_loads_no_maker_of_grammars():
    """It would take longer than all else: jsonschema, which Altair imports, builds one from 4.25 on."""
    loaded = loaded_by("teamsim.charts", "teamsim.lab.live_chart")
    assert "jsonschema" in loaded
    assert "lark" not in loaded


def loaded_by(*modules):
    code = f"import sys, {', '.join(modules)}; print(*sys.modules)"
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
