"""The mock's administration endpoints, with the real SDK as the client."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import openai
import pytest
from genai_prices import Usage, calc_price
from openai import AsyncOpenAI, OpenAI

from helpers.mock.generation.replies import load
from helpers.mock.http import Mock
from helpers.mock.team import PARTS
from helpers.mock.transport import transport
from helpers.models import DEFAULT
from helpers.modes import OFFLINE_ADMIN_KEY, OFFLINE_KEY

OCTOBER, NOVEMBER, DECEMBER = (
    int(datetime(2026, month, 1, tzinfo=timezone.utc).timestamp()) for month in (10, 11, 12)
)
DAY, HOUR = 86_400, 3_600
ALERT: Any = {
    "currency": "USD",
    "interval": "month",
    "threshold_amount": 12_000,
    "notification_channel": {"type": "email", "recipients": ["finance@example.com"]},
}
LIMIT: Any = {"currency": "USD", "interval": "month", "threshold_amount": 20_000}


@pytest.fixture
def client() -> Iterator[OpenAI]:
    door = openai.DefaultHttpx2Client(transport=transport(Mock(load())))
    with OpenAI(
        api_key=OFFLINE_KEY,
        admin_api_key=OFFLINE_ADMIN_KEY,
        base_url="http://mock/v1",
        max_retries=0,
        http_client=door,
    ) as client:
        yield client


@pytest.fixture
def org(client: OpenAI) -> Any:
    return client.admin.organization


def every(call: Callable[..., Any], **asked: Any) -> list[Any]:
    """Return the buckets of all pages."""
    page = call(**asked)
    buckets = list(page.data)
    while page.has_more:
        page = call(**asked, page=page.next_page)
        buckets += page.data
    assert page.next_page is None
    return buckets


def dollars(buckets: list[Any]) -> float:
    return float(sum(result.amount.value for bucket in buckets for result in bucket.results))


def tokens(buckets: list[Any], field: str = "input_tokens") -> int:
    return sum(getattr(result, field) for bucket in buckets for result in bucket.results)


def refused(status: int, call: Callable[..., Any], **asked: Any) -> Any:
    with pytest.raises(openai.APIStatusError) as caught:
        call(**asked)
    error: Any = caught.value
    assert error.status_code == status
    assert set(error.body) == {"message", "type", "param", "code"}
    return error


def test_costs_come_in_whole_utc_days_without_gaps(org: Any) -> None:
    buckets = every(org.usage.costs, start_time=OCTOBER + 5 * HOUR, end_time=NOVEMBER, limit=10)
    starts = [bucket.start_time for bucket in buckets]
    assert starts == list(range(OCTOBER, NOVEMBER, DAY))
    assert all(bucket.end_time - bucket.start_time == DAY for bucket in buckets)
    assert {result.amount.currency for bucket in buckets for result in bucket.results} == {"usd"}


def test_pages_of_any_size_hold_the_same_buckets(org: Any) -> None:
    asked = {"start_time": OCTOBER, "end_time": DECEMBER, "group_by": ["line_item"]}
    assert every(org.usage.costs, **asked, limit=4) == every(org.usage.costs, **asked, limit=180)


def test_a_page_has_seven_days_by_default(org: Any) -> None:
    page = org.usage.costs(start_time=OCTOBER, end_time=NOVEMBER)
    assert len(page.data) == 7 and page.has_more and page.next_page.startswith("page_")
    week = org.usage.costs(start_time=OCTOBER, end_time=OCTOBER + 7 * DAY)
    assert len(week.data) == 7 and not week.has_more and week.next_page is None


def test_days_without_usage_are_empty_buckets(org: Any) -> None:
    before = every(org.usage.costs, start_time=OCTOBER - 3 * DAY, end_time=OCTOBER + DAY)
    assert [bool(bucket.results) for bucket in before] == [False, False, False, True]
    assert (
        every(org.usage.completions, start_time=DECEMBER, end_time=DECEMBER + DAY)[0].results == []
    )


@pytest.mark.parametrize(
    "field", ["project_id", "user_id", "api_key_id", "line_item", "api_source"]
)
def test_groups_of_costs_add_up_to_the_whole(org: Any, field: str) -> None:
    asked = {"start_time": OCTOBER, "end_time": DECEMBER, "limit": 180}
    whole, parts = (
        every(org.usage.costs, **asked),
        every(org.usage.costs, **asked, group_by=[field]),
    )
    assert dollars(parts) == pytest.approx(dollars(whole))
    for result in whole[0].results:
        assert getattr(result, field) is None and result.quantity is None
    assert all(getattr(result, field) for result in parts[0].results)


def test_filters_of_costs_let_through_what_they_name(org: Any) -> None:
    asked = {"start_time": OCTOBER, "end_time": NOVEMBER, "limit": 31}
    groups = every(org.usage.costs, **asked, group_by=["project_id", "line_item"])
    item = "gpt-6-astra, output_tokens"
    one = every(org.usage.costs, **asked, project_ids=["proj_lab"], line_items=[item])
    expected = sum(
        result.amount.value
        for bucket in groups
        for result in bucket.results
        if (result.project_id, result.line_item) == ("proj_lab", item)
    )
    assert dollars(one) == pytest.approx(expected) and expected > 0
    assert dollars(every(org.usage.costs, **asked, api_key_ids=["key_of_nobody"])) == 0


@pytest.mark.parametrize("model", ["gpt-6-luna", "gpt-6-sol", "gpt-6-astra"])
def test_costs_are_the_usage_at_the_known_prices(org: Any, model: str) -> None:
    asked = {"start_time": NOVEMBER + 10 * DAY, "end_time": NOVEMBER + 12 * DAY}
    # By minute: a larger sum would be taken for one long prompt, which has a higher price.
    minutes = every(org.usage.completions, **asked, models=[model], bucket_width="1m", limit=1440)
    expected = sum(
        calc_price(
            Usage(
                input_tokens=result.input_tokens,
                cache_read_tokens=result.input_cached_tokens,
                cache_write_tokens=result.input_cache_write_tokens,
                output_tokens=result.output_tokens,
            ),
            model_ref=model,
            provider_id="openai",
        ).total_price
        for bucket in minutes
        for result in bucket.results
    )
    items = [f"{model}, {part}" for part in PARTS]
    billed = dollars(every(org.usage.costs, **asked, line_items=items))
    assert billed == pytest.approx(float(expected)) and billed > 0


@pytest.mark.parametrize(("width", "most"), [("1h", 168), ("1m", 1440)])
def test_narrow_buckets_add_up_to_the_day(org: Any, width: str, most: int) -> None:
    asked = {"start_time": NOVEMBER + 10 * DAY, "end_time": NOVEMBER + 12 * DAY}
    days = every(org.usage.completions, **asked)
    narrow = every(org.usage.completions, **asked, bucket_width=width, limit=most)
    for field in ("num_model_requests", "input_tokens", "output_tokens", "input_cached_tokens"):
        assert tokens(narrow, field) == tokens(days, field) > 0
    assert len(narrow) == 2 * DAY // {"1h": HOUR, "1m": 60}[width]
    assert sum(bool(bucket.results) for bucket in narrow) > len(narrow) / 2


@pytest.mark.parametrize(
    ("width", "default", "most"), [("1d", 7, 31), ("1h", 24, 168), ("1m", 60, 1440)]
)
def test_page_sizes_of_usage_depend_on_the_width(
    org: Any, width: str, default: int, most: int
) -> None:
    asked = {"start_time": OCTOBER, "bucket_width": width}
    assert len(org.usage.completions(**asked).data) == default
    assert len(org.usage.completions(**asked, limit=most).data) == most
    error = refused(400, org.usage.completions, **asked, limit=most + 1)
    assert (error.param, error.code) == ("limit", "integer_above_max_value")


def test_usage_counts_each_kind_of_input_once(org: Any) -> None:
    (bucket,) = every(
        org.usage.completions, start_time=OCTOBER, end_time=OCTOBER + DAY, group_by=["model"]
    )
    for result in bucket.results:
        assert result.input_tokens == (
            result.input_uncached_tokens
            + result.input_cached_tokens
            + result.input_cache_write_tokens
        )
        assert result.project_id is None and result.batch is None


def test_filters_and_groups_of_usage(org: Any) -> None:
    asked = {"start_time": OCTOBER, "end_time": NOVEMBER, "limit": 31}
    groups = ["project_id", "user_id", "api_key_id", "model", "batch", "service_tier"]
    (result,) = every(
        org.usage.completions,
        **asked,
        group_by=groups,
        user_ids=["user_ada"],
        project_ids=["proj_lab"],
    )[0].results
    assert (result.api_key_id, result.model) == ("key_lab_ada", "gpt-6-luna")
    assert (result.batch, result.service_tier) == (False, "default")
    assert tokens(every(org.usage.completions, **asked, batch=True)) == 0
    assert tokens(every(org.usage.completions, **asked, batch=False)) == tokens(
        every(org.usage.completions, **asked)
    )


def test_weekdays_are_busier_than_weekends_and_one_day_stands_out(org: Any) -> None:
    buckets = every(org.usage.costs, start_time=OCTOBER, end_time=NOVEMBER + 24 * DAY, limit=60)
    by_day = {
        datetime.fromtimestamp(bucket.start_time, timezone.utc): dollars([bucket])
        for bucket in buckets
    }
    weekend = [cost for day, cost in by_day.items() if day.weekday() >= 5]
    weekdays = sorted(cost for day, cost in by_day.items() if day.weekday() < 5)
    assert max(weekend) < weekdays[0]
    assert weekdays[-1] > 3 * weekdays[-2]
    assert max(by_day, key=by_day.__getitem__).date().isoformat() == "2026-11-12"
    assert by_day[datetime(2026, 10, 1, tzinfo=timezone.utc) + timedelta(54)] > 0


@pytest.mark.parametrize(
    ("asked", "param", "code"),
    [
        ({"limit": 181}, "limit", "integer_above_max_value"),
        ({"limit": 0}, "limit", "integer_below_min_value"),
        ({"limit": "many"}, "limit", "invalid_type"),
        ({"bucket_width": "1h"}, "bucket_width", "invalid_value"),
        ({"group_by": ["project_id", "model"]}, "group_by[1]", "invalid_value"),
        ({"page": "page_2"}, "page", None),
        ({"end_time": OCTOBER}, "end_time", None),
        ({"extra_query": {"models": "gpt-6-luna"}}, "models", "unknown_parameter"),
        ({"extra_query": {"start_time": "yesterday"}}, "start_time", "invalid_type"),
    ],
)
def test_bad_parameters_are_refused(org: Any, asked: dict[str, Any], param: str, code: Any) -> None:
    error = refused(400, org.usage.costs, **{"start_time": OCTOBER} | asked)
    assert (error.param, error.code) == (param, code)


def test_a_start_is_required(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="start_time"):
        client.get(
            "/organization/costs",
            cast_to=object,
            options={"headers": {"authorization": f"Bearer {OFFLINE_ADMIN_KEY}"}},
        )


def test_each_kind_of_key_opens_its_own_endpoints(client: OpenAI) -> None:
    normal = client.with_options(admin_api_key=OFFLINE_KEY)
    refused(403, normal.admin.organization.usage.costs, start_time=OCTOBER)
    refused(403, normal.admin.organization.spend_alerts.list)
    wrong = client.with_options(admin_api_key="sk-admin")
    assert refused(401, wrong.admin.organization.projects.list).code == "invalid_api_key"
    admin = client.with_options(api_key=OFFLINE_ADMIN_KEY)
    assert refused(401, admin.models.list).code == "invalid_api_key"


def test_the_async_client_gets_the_same_costs(org: Any) -> None:
    async def ask() -> Any:
        door = openai.DefaultAsyncHttpx2Client(transport=transport(Mock(load())))
        async with AsyncOpenAI(
            admin_api_key=OFFLINE_ADMIN_KEY, base_url="http://mock/v1", http_client=door
        ) as client:
            return await client.admin.organization.usage.costs(start_time=OCTOBER)

    assert asyncio.run(ask()) == org.usage.costs(start_time=OCTOBER)


def test_projects_have_the_names_that_costs_are_grouped_by(org: Any) -> None:
    names = {project.id: project.name for project in org.projects.list()}
    assert names == {"proj_shop": "shop", "proj_support": "support", "proj_lab": "lab"}
    grouped = every(org.usage.costs, start_time=OCTOBER, limit=1, end_time=OCTOBER + DAY,
                    group_by=["project_id"])[0]  # fmt: skip
    assert {result.project_id for result in grouped.results} == set(names)
    assert org.projects.retrieve("proj_lab").name == "lab"
    refused(404, org.projects.retrieve, project_id="proj_none")


def test_lists_are_paged_both_ways(org: Any) -> None:
    first = org.projects.list(limit=2)
    assert [project.id for project in first] == ["proj_shop", "proj_support", "proj_lab"]
    assert first.has_more and not org.projects.list(after="proj_support").has_more
    ids = [org.spend_alerts.create(**ALERT).id for _ in range(3)]
    assert [alert.id for alert in org.spend_alerts.list(order="desc").data] == ids[::-1]
    assert [alert.id for alert in org.spend_alerts.list(before=ids[2], limit=1).data] == [ids[1]]
    assert refused(400, org.spend_alerts.list, after="alert_none").param == "after"


def test_a_spend_alert_is_made_changed_and_removed(org: Any) -> None:
    alert = org.spend_alerts.create(**ALERT)
    assert (alert.object, alert.threshold_amount) == ("organization.spend_alert", 12_000)
    assert alert.notification_channel.recipients == ["finance@example.com"]
    org.spend_alerts.update(alert.id, **ALERT | {"threshold_amount": 15_000})
    assert org.spend_alerts.retrieve(alert.id).threshold_amount == 15_000
    assert [found.id for found in org.spend_alerts.list()] == [alert.id]
    assert org.spend_alerts.delete(alert.id).deleted
    assert list(org.spend_alerts.list()) == []
    refused(404, org.spend_alerts.delete, alert_id=alert.id)


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"currency": "EUR"}, "currency"),
        ({"interval": "week"}, "interval"),
        ({"threshold_amount": 0}, "threshold_amount"),
        ({"threshold_amount": 9.5}, "threshold_amount"),
        ({"notification_channel": {"type": "sms", "recipients": ["a@example.com"]}},
         "notification_channel.type"),
        ({"notification_channel": {"type": "email"}}, "notification_channel.recipients"),
        ({"notification_channel": {"type": "email", "recipients": [1]}},
         "notification_channel.recipients[0]"),
        ({"extra_body": {"owner": "me"}}, "owner"),
    ],
)  # fmt: skip
def test_bad_alerts_are_refused(org: Any, change: dict[str, Any], param: str) -> None:
    assert refused(400, org.spend_alerts.create, **ALERT | change).param == param
    assert list(org.spend_alerts.list()) == []


def test_a_hard_limit_stops_spending_until_it_is_removed(client: OpenAI, org: Any) -> None:
    def spend() -> Any:
        return client.responses.create(model=DEFAULT, input="Say hello.")

    refused(404, org.spend_limit.retrieve)
    assert org.spend_limit.update(**LIMIT).enforcement.status == "inactive"
    assert spend().output_text
    assert org.spend_limit.update(**LIMIT | {"threshold_amount": 100}).threshold_amount == 100
    assert org.spend_limit.retrieve().enforcement.status == "enforcing"
    error = refused(429, spend)
    assert (error.type, error.code) == ("insufficient_quota", "organization_spend_limit_exceeded")
    assert client.models.list().data
    assert org.spend_limit.delete().deleted
    assert spend().output_text
    refused(404, org.spend_limit.delete)


def test_a_project_has_a_limit_of_its_own(org: Any) -> None:
    limit = org.projects.spend_limit.update("proj_lab", **LIMIT | {"threshold_amount": 4_000})
    assert (limit.object, limit.enforcement.status) == ("project.spend_limit", "enforcing")
    refused(404, org.projects.spend_limit.retrieve, project_id="proj_shop")
    refused(404, org.projects.spend_limit.update, project_id="proj_none", **LIMIT)
    refused(404, org.spend_limit.retrieve)
    assert org.projects.spend_limit.delete("proj_lab").deleted
