"""The order of day and month: proven from the dates, or asked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.chatlogs.date_order import DateEvidence, read_date
from chatbot.chatlogs.records import DateOrder
from tests.chatlogs.reading_steps import NOW

FORMATS = {DateOrder.DAY_MONTH_YEAR: "{d:02}/{m:02}/{y:02}", DateOrder.MONTH_DAY_YEAR: "{m:02}/{d:02}/{y:02}",
           DateOrder.YEAR_MONTH_DAY: "{Y}/{m:02}/{d:02}"}


def written(day: date, order: DateOrder) -> str:
    return FORMATS[order].format(d=day.day, m=day.month, y=day.year % 100, Y=day.year)


def decide(texts: list[str], weekdays: list[int] | None = None, **options: bool):
    evidence = DateEvidence(NOW, **options)
    for number, text in enumerate(texts):
        evidence.add(*text.split("/"), text, weekdays[number] if weekdays else None)
    return evidence.decide()


@settings(max_examples=500, deadline=None)
@given(st.dates(date(2010, 1, 1), date(2024, 1, 1)), st.lists(st.integers(0, 40), min_size=1, max_size=60),
       st.sampled_from(list(DateOrder)))
def test_never_wrong_without_asking(start: date, steps: list[int], order: DateOrder) -> None:
    """Whatever a chronological log holds: the true order is proven, or it is among those asked about."""
    days = [start]
    for step in steps:
        days.append(days[-1] + timedelta(days=step))
    decision = decide([written(day, order) for day in days])
    if decision.question is None:
        assert [read_date(*written(day, order).split("/"), decision.order) for day in days] \
            == [read_date(*written(day, order).split("/"), order) for day in days]
    else:
        assert order in [reading.order for reading in decision.question.readings]
        assert len({reading.date for reading in decision.question.readings}) > 1


@pytest.mark.parametrize("order", [DateOrder.DAY_MONTH_YEAR, DateOrder.MONTH_DAY_YEAR])
def test_a_hundred_days_are_always_enough(order: DateOrder) -> None:
    for first in range(0, 365, 7):
        days = [date(2021, 1, 1) + timedelta(days=first + step) for step in range(100)]
        decision = decide([written(day, order) for day in days])
        assert decision.order is order and decision.is_proven and decision.question is None


def test_running_backwards_is_a_proof_without_a_day_over_twelve() -> None:
    # As month/day this would go January, February, January.
    decision = decide(["12/01/21", "01/02/21", "02/02/21"])
    assert decision.order is DateOrder.DAY_MONTH_YEAR and decision.is_proven


def test_the_future_is_a_proof() -> None:
    # As day/month/year this would be in February 2027.
    decision = decide(["01/02/27"])
    assert decision.order is DateOrder.MONTH_DAY_YEAR and decision.is_proven


def test_a_computer_whose_clock_is_years_behind_still_asks() -> None:
    evidence = DateEvidence(0.0)
    evidence.add("03", "08", "21", "03/08/21")
    assert len(evidence.decide().question.readings) == 2


def test_weekdays_decide() -> None:
    day = date(2025, 10, 2)
    texts = [written(day, DateOrder.MONTH_DAY_YEAR)]
    assert decide(texts).question is not None
    decision = decide(texts, [day.weekday()])
    assert decision.order is DateOrder.MONTH_DAY_YEAR and decision.is_proven


def test_same_day_and_month_need_no_answer() -> None:
    assert decide(["05/05/21", "06/06/21"]).question is None


def test_one_pasted_date_does_not_turn_a_long_log() -> None:
    days = [date(2021, 1, 1) + timedelta(days=step) for step in range(300)]
    texts = [written(day, DateOrder.MONTH_DAY_YEAR) for day in days]
    texts.insert(100, "31/03/21")
    decision = decide(texts)
    assert decision.order is DateOrder.MONTH_DAY_YEAR and decision.question is None


def test_newest_first_counts_as_order_where_that_is_possible() -> None:
    days = [date(2021, 1, 1) + timedelta(days=step) for step in range(60)]
    texts = [written(day, DateOrder.DAY_MONTH_YEAR) for day in reversed(days)]
    assert decide(texts, is_newest_first_possible=True).order is DateOrder.DAY_MONTH_YEAR


def test_the_answer_wins() -> None:
    evidence = DateEvidence(NOW)
    evidence.add("31", "01", "21", "31/01/21")
    assert evidence.decide(DateOrder.MONTH_DAY_YEAR).order is DateOrder.MONTH_DAY_YEAR


def test_no_dates_no_question() -> None:
    assert DateEvidence(NOW).decide().question is None
