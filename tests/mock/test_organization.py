"""The administration endpoints: what the invented team used and paid, its alerts and its limits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timezone
from typing import Any

import openai
import pytest
from genai_prices import Usage, calc_price
from openai import OpenAI

from helpers.mock.state import Mock
from helpers.mock.team import PARTS
from helpers.models import DEFAULT
from helpers.settings import OFFLINE_ADMIN_KEY, OFFLINE_KEY

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
def client(admin_client: OpenAI) -> OpenAI:
    return admin_client


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


def results(buckets: list[Any]) -> list[Any]:
    return [result for bucket in buckets for result in bucket.results]


def dollars(buckets: list[Any]) -> float:
    return float(sum(result.amount.value for result in results(buckets)))


def refused(status: int, call: Callable[..., Any], **asked: Any) -> Any:
    with pytest.raises(openai.APIStatusError) as caught:
        call(**asked)
    assert caught.value.status_code == status
    return caught.value


# -- Costs -------------------------------------------------------------------------------------


def test_costs_come_in_whole_utc_days_without_gaps_on_pages_of_any_size(org: Any) -> None:
    asked: Any = {"start_time": OCTOBER + 5 * HOUR, "end_time": NOVEMBER}
    buckets = every(org.usage.costs, **asked, limit=10)
    assert [bucket.start_time for bucket in buckets] == list(range(OCTOBER, NOVEMBER, DAY))
    assert all(bucket.end_time - bucket.start_time == DAY for bucket in buckets)
    assert {result.amount.currency for result in results(buckets)} == {"usd"}
    assert buckets == every(org.usage.costs, **asked, limit=180)


def test_a_page_has_seven_days_by_default(org: Any) -> None:
    page = org.usage.costs(start_time=OCTOBER, end_time=NOVEMBER)
    assert len(page.data) == 7 and page.has_more and page.next_page.startswith("page_")
    week = org.usage.costs(start_time=OCTOBER, end_time=OCTOBER + 7 * DAY)
    assert len(week.data) == 7 and not week.has_more


def test_days_without_usage_are_empty_buckets(org: Any) -> None:
    asked: Any = {"start_time": OCTOBER - 3 * DAY, "end_time": OCTOBER + DAY}
    for call in (org.usage.costs, org.usage.completions):
        buckets = every(call, **asked)
        assert [bool(bucket.results) for bucket in buckets] == [False, False, False, True]


@pytest.mark.parametrize(
    "field", ["project_id", "user_id", "api_key_id", "line_item", "api_source"]
)
def test_groups_of_costs_add_up_to_the_whole(org: Any, field: str) -> None:
    asked: Any = {"start_time": OCTOBER, "end_time": DECEMBER, "limit": 180}
    whole = every(org.usage.costs, **asked)
    parts = every(org.usage.costs, **asked, group_by=[field])
    assert dollars(parts) == pytest.approx(dollars(whole))
    assert {getattr(result, field) for result in results(whole)} == {None}
    assert all(getattr(result, field) for result in results(parts))
    units = {result.quantity_unit for result in results(parts)}
    assert units == ({"tokens"} if field == "line_item" else {None})


def test_filters_of_costs_let_through_what_they_name(org: Any) -> None:
    asked: Any = {"start_time": OCTOBER, "end_time": NOVEMBER, "limit": 31}
    groups = results(every(org.usage.costs, **asked, group_by=["project_id", "line_item"]))
    item = "gpt-6-astra, output_tokens"
    one = every(org.usage.costs, **asked, project_ids=["proj_lab"], line_items=[item])
    expected = sum(
        result.amount.value
        for result in groups
        if (result.project_id, result.line_item) == ("proj_lab", item)
    )
    assert dollars(one) == pytest.approx(expected) and expected > 0
    assert dollars(every(org.usage.costs, **asked, api_key_ids=["key_of_nobody"])) == 0


@pytest.mark.parametrize("model", ["gpt-6-luna", "gpt-6-sol", "gpt-6-astra"])
def test_costs_are_the_usage_at_the_known_prices(org: Any, model: str) -> None:
    asked: Any = {"start_time": NOVEMBER + 11 * DAY, "end_time": NOVEMBER + 12 * DAY}
    # By minute: a larger sum would be taken for one long prompt, which has a higher price.
    asked |= {"models": [model], "group_by": ["batch"]}
    minutes = every(org.usage.completions, **asked, bucket_width="1m", limit=1440)
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
        / (2 if result.batch else 1)
        for result in results(minutes)
    )
    items = [f"{model}, {part}" for part in PARTS]
    day = {"start_time": asked["start_time"], "end_time": asked["end_time"]}
    billed = dollars(every(org.usage.costs, **day, line_items=items))
    assert billed == pytest.approx(float(expected)) and billed > 0


def test_weekdays_are_busier_than_weekends_and_one_day_stands_out(org: Any) -> None:
    buckets = every(org.usage.costs, start_time=OCTOBER, end_time=NOVEMBER + 24 * DAY, limit=60)
    by_day = {
        date.fromtimestamp(bucket.start_time + DAY / 2): dollars([bucket]) for bucket in buckets
    }
    weekend = [cost for day, cost in by_day.items() if day.weekday() >= 5]
    weekdays = sorted(cost for day, cost in by_day.items() if day.weekday() < 5)
    assert min(weekend) > 0 and max(weekend) < weekdays[0]
    assert weekdays[-1] > 3 * weekdays[-2]
    assert max(by_day, key=by_day.__getitem__) == date(2026, 11, 12)


def test_the_loop_of_the_day_that_stands_out_ran_in_the_night(org: Any) -> None:
    day: Any = {"start_time": NOVEMBER + 11 * DAY, "end_time": NOVEMBER + 12 * DAY, "limit": 24}
    hours = every(org.usage.completions, **day, models=["gpt-6-astra"], bucket_width="1h")
    sent = [sum(one.num_model_requests for one in hour.results) for hour in hours]
    assert all(30 <= number <= 45 for number in sent[1:7])
    assert max(sent[:1] + sent[7:]) < 10


# -- Usage -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("width", "seconds", "default", "most"),
    [("1d", DAY, 7, 31), ("1h", HOUR, 24, 168), ("1m", 60, 60, 1440)],
)
def test_buckets_of_any_width_add_up_and_have_their_own_page_sizes(
    org: Any, width: str, seconds: int, default: int, most: int
) -> None:
    asked: Any = {"start_time": OCTOBER, "bucket_width": width}
    assert len(org.usage.completions(**asked).data) == default
    assert len(org.usage.completions(**asked, limit=most).data) == most
    error = refused(400, org.usage.completions, **asked, limit=most + 1)
    assert (error.param, error.code) == ("limit", "integer_above_max_value")

    day: Any = {"start_time": NOVEMBER + 10 * DAY, "end_time": NOVEMBER + 11 * DAY}
    narrow = every(org.usage.completions, **day, bucket_width=width, limit=most)
    (whole,) = results(every(org.usage.completions, **day))
    assert len(narrow) == DAY // seconds
    for field in ("num_model_requests", "input_tokens", "output_tokens", "input_cached_tokens"):
        parts = sum(getattr(result, field) for result in results(narrow))
        assert parts == getattr(whole, field) > 0


def test_usage_counts_each_kind_of_input_once(org: Any) -> None:
    asked: Any = {"start_time": OCTOBER, "end_time": OCTOBER + DAY, "group_by": ["model"]}
    found = results(every(org.usage.completions, **asked))
    assert {result.model for result in found} == {"gpt-6-luna", "gpt-6-sol", "gpt-6-astra"}
    for result in found:
        kinds = (result.input_cached_tokens, result.input_cache_write_tokens)
        assert result.input_tokens == result.input_uncached_tokens + sum(kinds)
        assert result.project_id is None and result.batch is None


def test_filters_and_groups_of_usage(org: Any) -> None:
    asked: Any = {"start_time": OCTOBER, "end_time": OCTOBER + DAY}
    groups = ["project_id", "user_id", "api_key_id", "model", "batch", "service_tier"]
    ada: Any = {"user_ids": ["user_ada"], "project_ids": ["proj_lab"]}
    (found,) = results(every(org.usage.completions, **asked, group_by=groups, **ada))
    assert (found.api_key_id, found.model) == ("key_lab_ada", "gpt-6-luna")
    assert (found.batch, found.service_tier) == (False, "default")


def test_what_is_sent_in_batches_is_told_apart(org: Any) -> None:
    asked: Any = {"start_time": OCTOBER, "end_time": OCTOBER + DAY}
    (batches,) = results(every(org.usage.completions, **asked, batch=True))
    (others,) = results(every(org.usage.completions, **asked, batch=False))
    (whole,) = results(every(org.usage.completions, **asked))
    grouped = results(every(org.usage.completions, **asked, group_by=["batch", "project_id"]))
    assert {one.project_id for one in grouped if one.batch} == {"proj_support"}
    assert sum(one.num_model_requests for one in grouped) == whole.num_model_requests
    sent = batches.num_model_requests, others.num_model_requests
    assert sum(sent) == whole.num_model_requests and min(sent) > 100


# -- What is asked -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "param", "code"),
    [
        ({"limit": 181}, "limit", "integer_above_max_value"),
        ({"limit": 0}, "limit", "integer_below_min_value"),
        ({"limit": "many"}, "limit", "invalid_type"),
        ({"limit": "9" * 5000}, "limit", "invalid_type"),
        ({"bucket_width": "1h"}, "bucket_width", "invalid_value"),
        ({"group_by": ["project_id", "model"]}, "group_by[1]", "invalid_value"),
        ({"page": "page_2"}, "page", None),
        ({"end_time": OCTOBER}, "end_time", None),
        ({"extra_query": {"models": "gpt-6-luna"}}, "models", "unknown_parameter"),
        ({"extra_query": {"start_time": "yesterday"}}, "start_time", "invalid_type"),
        ({"start_time": openai.omit}, "start_time", "missing_required_parameter"),
    ],
)
def test_parameters_are_checked_by_the_sdks_types(
    org: Any, asked: dict[str, Any], param: str, code: str | None
) -> None:
    error = refused(400, org.usage.costs, **{"start_time": OCTOBER, **asked})
    assert (error.param, error.code) == (param, code)


def test_each_kind_of_key_opens_its_own_endpoints(client: OpenAI) -> None:
    def with_keys(**keys: str) -> Any:
        return client.with_options(**keys)  # type: ignore[arg-type]

    normal = with_keys(admin_api_key=OFFLINE_KEY).admin.organization
    refused(403, normal.usage.costs, start_time=OCTOBER)
    wrong = with_keys(admin_api_key="sk-admin").admin.organization
    assert refused(401, wrong.projects.list).code == "invalid_api_key"
    admin = with_keys(api_key=OFFLINE_ADMIN_KEY)
    assert refused(401, admin.models.list).code == "invalid_api_key"


def test_projects_have_the_names_that_costs_are_grouped_by(org: Any) -> None:
    names = {project.id: project.name for project in org.projects.list()}
    assert names == {"proj_shop": "shop", "proj_support": "support", "proj_lab": "lab"}
    day: Any = {"start_time": OCTOBER, "end_time": OCTOBER + DAY, "group_by": ["project_id"]}
    assert {result.project_id for result in results(every(org.usage.costs, **day))} == set(names)
    assert org.projects.retrieve("proj_lab").name == "lab"
    refused(404, org.projects.retrieve, project_id="proj_none")


def test_lists_are_paged_both_ways(org: Any) -> None:
    first = org.projects.list(limit=2)
    assert [project.id for project in first] == ["proj_shop", "proj_support", "proj_lab"]
    assert first.has_more and not org.projects.list(after="proj_support").has_more
    ids = [org.spend_alerts.create(**ALERT).id for _ in range(3)]
    assert [alert.id for alert in org.spend_alerts.list(order="desc").data] == ids[::-1]
    before = org.spend_alerts.list(before=ids[2], limit=1)
    assert [alert.id for alert in before.data] == [ids[1]] and before.has_more
    assert refused(400, org.spend_alerts.list, after="alert_none").param == "after"


# -- Alerts and limits -------------------------------------------------------------------------


def test_a_spend_alert_is_made_changed_and_removed(org: Any) -> None:
    alert = org.spend_alerts.create(**ALERT)
    assert (alert.object, alert.threshold_amount) == ("organization.spend_alert", 12_000)
    assert alert.notification_channel.recipients == ["finance@example.com"]
    org.spend_alerts.update(alert.id, **{**ALERT, "threshold_amount": 15_000})
    assert org.spend_alerts.retrieve(alert.id).threshold_amount == 15_000
    assert [found.id for found in org.spend_alerts.list()] == [alert.id]
    assert org.spend_alerts.delete(alert.id).deleted
    assert list(org.spend_alerts.list()) == []
    refused(404, org.spend_alerts.delete, alert_id=alert.id)


def to(kind: str, *recipients: Any) -> dict[str, Any]:
    return {"notification_channel": {"type": kind, "recipients": list(recipients)}}


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"currency": "EUR"}, "currency"),
        ({"interval": "week"}, "interval"),
        ({"threshold_amount": 0}, "threshold_amount"),
        ({"threshold_amount": 9.5}, "threshold_amount"),
        (to("sms", "a@example.com"), "notification_channel.type"),
        (to("email", 1), "notification_channel.recipients[0]"),
        (to("email"), "notification_channel.recipients"),
        ({"notification_channel": {"type": "email"}}, "notification_channel.recipients"),
        ({"extra_body": {"owner": "me"}}, "owner"),
    ],
    ids=str,
)
def test_bad_alerts_are_refused_and_not_kept(org: Any, change: dict[str, Any], param: str) -> None:
    assert refused(400, org.spend_alerts.create, **{**ALERT, **change}).param == param
    assert list(org.spend_alerts.list()) == []


def spend(client: OpenAI) -> list[Callable[[], Any]]:
    messages: Any = [{"role": "user", "content": "Hi"}]
    return [
        lambda: client.responses.create(model=DEFAULT, input="Hi"),
        lambda: client.chat.completions.create(model=DEFAULT, messages=messages),
        lambda: client.images.generate(model="gpt-image-2.6-flare", prompt="A cup"),
    ]


def test_a_hard_limit_stops_what_costs_money_until_it_is_removed(client: OpenAI, org: Any) -> None:
    refused(404, org.spend_limit.retrieve)
    assert org.spend_limit.update(**LIMIT).enforcement.status == "inactive"
    for call in spend(client):
        assert call()
    org.spend_limit.update(**{**LIMIT, "threshold_amount": 100})
    limit = org.spend_limit.retrieve()
    assert (limit.threshold_amount, limit.enforcement.status) == (100, "enforcing")
    for call in spend(client):
        error = refused(429, call)
        assert error.type == "insufficient_quota"
        assert error.code == "organization_spend_limit_exceeded"
    assert client.models.list().data
    assert client.files.create(file=("a.txt", b"x"), purpose="user_data").id
    assert org.spend_limit.delete().deleted
    assert spend(client)[0]().output_text
    refused(404, org.spend_limit.delete)


def test_limits_and_alerts_are_forgotten_with_all_else(
    client: OpenAI, org: Any, mock: Mock
) -> None:
    org.spend_limit.update(**{**LIMIT, "threshold_amount": 100})
    org.projects.spend_limit.update("proj_lab", **LIMIT)
    org.spend_alerts.create(**ALERT)
    mock.reset()
    assert spend(client)[0]().output_text
    refused(404, org.spend_limit.retrieve)
    refused(404, org.projects.spend_limit.retrieve, project_id="proj_lab")
    assert list(org.spend_alerts.list()) == []


def test_a_project_has_a_limit_of_its_own(client: OpenAI, org: Any) -> None:
    limit = org.projects.spend_limit.update("proj_lab", **{**LIMIT, "threshold_amount": 4_000})
    assert (limit.object, limit.enforcement.status) == ("project.spend_limit", "enforcing")
    refused(404, org.projects.spend_limit.retrieve, project_id="proj_shop")
    refused(404, org.projects.spend_limit.update, project_id="proj_none", **LIMIT)
    refused(404, org.spend_limit.retrieve)
    assert spend(client)[0]().output_text, "the mock's key is of none of the projects"
    assert org.projects.spend_limit.delete("proj_lab").deleted


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"threshold_amount": 0}, "threshold_amount"),
        ({"threshold_amount": openai.omit}, "threshold_amount"),
        ({"interval": "day"}, "interval"),
    ],
    ids=["nothing", "no amount", "interval"],
)
def test_bad_limits_are_refused(org: Any, changes: dict[str, Any], param: str) -> None:
    assert refused(400, org.spend_limit.update, **{**LIMIT, **changes}).param == param
    refused(404, org.spend_limit.retrieve)
