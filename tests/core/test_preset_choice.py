"""The rule by which the presets' temperatures follow from measured rows."""

from __future__ import annotations

from tests.benchmarks.preset_choice import chosen, right


def row(temperature: float, rate: float) -> dict[str, float]:
    return {"temperature": temperature, "memory": rate, "self": rate + 0.1, "knowledge": rate - 0.1}


def test_the_coldest_the_best_and_the_warmest_of_those_that_are_right_often_enough() -> None:
    rows = [row(*pair) for pair in ((0.3, 0.583), (0.5, 0.60), (0.7, 0.585), (0.9, 0.55), (1.0, 0.53), (1.2, 0.41),
                                    (1.4, 0.39))]
    assert abs(right(rows[1]) - 0.60) < 1e-9
    found = {name: chosen_row["temperature"] for name, chosen_row in chosen(rows).items()}
    assert found == {"careful": 0.3, "balanced": 0.5, "lively": 0.7, "wild": 0.9}


def test_one_row_serves_them_all() -> None:
    assert {chosen_row["temperature"] for chosen_row in chosen([row(0.7, 0.5)]).values()} == {0.7}
