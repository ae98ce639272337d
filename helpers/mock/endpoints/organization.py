"""The administration endpoints of an organization: usage, costs, projects, spend alerts, limits.

They take an admin key. What the team used is in `team`; alerts and limits made in a run are kept
in the mock. Sources: the SDK's types below openai/types/admin/organization, and
https://developers.openai.com/api/docs/guides/admin-apis
"""

from __future__ import annotations

import base64
import binascii
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import Any, get_args, get_type_hints

from openai.types.admin.organization import (
    OrganizationSpendAlert,
    OrganizationSpendAlertDeleted,
    OrganizationSpendLimit,
    OrganizationSpendLimitDeleted,
    Project,
    project_list_params,
    spend_alert_create_params,
    spend_alert_list_params,
    spend_limit_update_params,
    usage_completions_params,
    usage_costs_params,
)
from openai.types.admin.organization.projects import ProjectSpendLimit, ProjectSpendLimitDeleted

from helpers.mock import checks, errors, team
from helpers.mock.checks import Rules
from helpers.mock.endpoints import _pages as pages
from helpers.mock.errors import APIError
from helpers.mock.http import Call
from helpers.mock.state import Mock

WIDTHS = {"1m": 60, "1h": 3600, "1d": team.DAY}
LIMITS = {"1m": (60, 1440), "1h": (24, 168), "1d": (7, 31)}
"""Buckets on a page of usage by their width: by default, and at most."""

COST_LIMITS = (7, 180)

_TIMES: dict[str, tuple[float | None, float | None]] = {
    "start_time": (0, None),
    "end_time": (0, None),
}
_LIST = Rules(bounds={"limit": (1, 100)})
_MONEY = Rules(bounds={"threshold_amount": (1, None)})


def costs(call: Call) -> dict[str, Any]:
    """Return a page of costs by day. Raises APIError (400)."""
    rules = Rules(bounds={**_TIMES, "limit": (1, COST_LIMITS[1])})
    asked = checks.query(call.query, usage_costs_params.UsageCostsParams, rules)

    def results(start: int, end: int) -> list[Any]:
        groups: dict[tuple[str | None, ...], tuple[int, Decimal]] = defaultdict(lambda: (0, _NONE))
        for workload in _workloads(asked):
            for item, tokens, dollars in team.line_items(workload, start, end):
                if item in asked.get("line_items", [item]):
                    values = {**vars(workload), "line_item": item, "api_source": "unlabeled"}
                    key = _key(asked, _COST_GROUPS, values)
                    before = groups[key]
                    groups[key] = (before[0] + tokens, before[1] + dollars)
        by_item = "line_item" in asked.get("group_by", ())
        return [
            {
                "object": "organization.costs.result",
                "amount": {"value": float(dollars), "currency": "usd"},
                "quantity": float(tokens) if by_item else None,
                "quantity_unit": "tokens" if by_item else None,
                **dict(zip(_COST_GROUPS, key, strict=True)),
            }
            for key, (tokens, dollars) in sorted(groups.items())
        ]

    return _page(asked, team.DAY, asked.get("limit", COST_LIMITS[0]), results)


def usage(call: Call) -> dict[str, Any]:
    """Return a page of the usage of text models by minute, hour or day. Raises APIError (400)."""
    width = call.query.get("bucket_width", ["1d"])[-1]
    default, most = LIMITS.get(width, LIMITS["1d"])
    rules = Rules(bounds={**_TIMES, "limit": (1, most)})
    asked = checks.query(call.query, usage_completions_params.UsageCompletionsParams, rules)

    def results(start: int, end: int) -> list[Any]:
        groups: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0] * 5)
        for workload in _workloads(asked):
            if not (requests := workload.requests_between(start, end)):
                continue
            values = {**vars(workload), "service_tier": "default", "api_source": "unlabeled"}
            sums = groups[_key(asked, _USAGE_GROUPS, values)]
            for place, number in enumerate((1, *workload.tokens)):
                sums[place] += requests * number
        return [
            {
                "object": "organization.usage.completions.result",
                "num_model_requests": requests,
                "input_tokens": new + cached + written,
                "input_uncached_tokens": new,
                "input_cached_tokens": cached,
                "input_cache_write_tokens": written,
                "output_tokens": output,
                **dict(zip(_USAGE_GROUPS, key, strict=True)),
            }
            for key, (requests, new, cached, written, output) in sorted(groups.items())
        ]

    return _page(asked, WIDTHS[width], asked.get("limit", default), results)


def list_projects(call: Call) -> dict[str, Any]:
    """Return a page of the projects. Raises APIError (400)."""
    asked = checks.query(call.query, project_list_params.ProjectListParams, _LIST)
    return _list([_project(id).model_dump() for id in team.PROJECTS], asked)


def get_project(call: Call, id: str) -> Project:
    """Return one project. Raises APIError (404)."""
    return _project(id)


def create_alert(call: Call) -> OrganizationSpendAlert:
    """Keep a new spend alert and return it. Raises APIError (400)."""
    return _keep_alert(call, call.hexadecimal("alert_", 24))


def update_alert(call: Call, id: str) -> OrganizationSpendAlert:
    """Replace a spend alert. Raises APIError (400, 404)."""
    return _keep_alert(call, get_alert(call, id).id)


def get_alert(call: Call, id: str) -> OrganizationSpendAlert:
    """Return one spend alert. Raises APIError (404)."""
    found = call.mock.alerts.get(id)
    if found is None:
        raise APIError(f"No spend alert found with id '{id}'.", status=404)
    return found


def delete_alert(call: Call, id: str) -> OrganizationSpendAlertDeleted:
    """Forget a spend alert. Raises APIError (404)."""
    del call.mock.alerts[get_alert(call, id).id]
    return OrganizationSpendAlertDeleted(
        id=id, deleted=True, object="organization.spend_alert.deleted"
    )


def list_alerts(call: Call) -> dict[str, Any]:
    """Return a page of the spend alerts, oldest first unless asked. Raises APIError (400)."""
    asked = checks.query(call.query, spend_alert_list_params.SpendAlertListParams, _LIST)
    alerts = [alert.model_dump(exclude_unset=True) for alert in call.mock.alerts.values()]
    return _list(alerts[::-1] if asked.get("order") == "desc" else alerts, asked)


def get_limit(call: Call, project: str | None = None) -> OrganizationSpendLimit | ProjectSpendLimit:
    """Return the hard spend limit of the organization or of a project. Raises APIError (404)."""
    found = call.mock.limits.get(_checked(project))
    if found is None:
        raise APIError("No hard spend limit is set.", status=404)
    status = "enforcing" if team.month_to_date(project) * 100 >= found else "inactive"
    body: dict[str, Any] = {
        "currency": "USD",
        "interval": "month",
        "threshold_amount": found,
        "enforcement": {"status": status},
    }
    if project:
        return ProjectSpendLimit(object="project.spend_limit", **body)
    return OrganizationSpendLimit(object="organization.spend_limit", **body)


def set_limit(call: Call, project: str | None = None) -> OrganizationSpendLimit | ProjectSpendLimit:
    """Set a hard spend limit. Raises APIError (400, 404)."""
    typed = spend_limit_update_params.SpendLimitUpdateParams
    checks.parameters(call.body, typed, _MONEY)
    call.mock.limits[_checked(project)] = call.body["threshold_amount"]
    return get_limit(call, project)


def delete_limit(
    call: Call, project: str | None = None
) -> OrganizationSpendLimitDeleted | ProjectSpendLimitDeleted:
    """Remove a hard spend limit. Raises APIError (404)."""
    get_limit(call, project)
    del call.mock.limits[project]
    if project:
        return ProjectSpendLimitDeleted(deleted=True, object="project.spend_limit.deleted")
    return OrganizationSpendLimitDeleted(deleted=True, object="organization.spend_limit.deleted")


def enforce(mock: Mock) -> None:
    """Refuse a request that would spend, if the organization's hard limit is reached.

    Raises APIError (429). https://developers.openai.com/api/docs/guides/spend-limits
    """
    limit = mock.limits.get(None)
    if limit is not None and team.month_to_date() * 100 >= limit:
        raise APIError(
            "The organization's monthly spend limit is reached.",
            code="organization_spend_limit_exceeded",
            status=429,
            type="insufficient_quota",
        )


def _groups(params: Any) -> tuple[str, ...]:
    # The SDK's type says what can be grouped by: a list of literals.
    (literals,) = get_args(get_type_hints(params)["group_by"])
    return get_args(literals)


_NONE = Decimal(0)
_COST_GROUPS = _groups(usage_costs_params.UsageCostsParams)
_USAGE_GROUPS = _groups(usage_completions_params.UsageCompletionsParams)


def _workloads(asked: dict[str, Any]) -> list[team.Workload]:
    """Return the workloads that a query's filters let through."""
    filters = {"project_ids": "project_id", "user_ids": "user_id", "api_key_ids": "api_key_id"}
    filters["models"] = "model"
    batch = asked.get("batch")
    return [
        workload
        for workload in team.WORKLOADS
        if batch in (None, workload.batch)
        and all(
            getattr(workload, field) in asked[name]
            for name, field in filters.items()
            if name in asked
        )
    ]


def _key(asked: dict[str, Any], fields: tuple[str, ...], values: dict[str, Any]) -> tuple[Any, ...]:
    """Return the group of a result: a field's value where it is grouped by, None elsewhere."""
    return tuple(values[name] if name in asked.get("group_by", ()) else None for name in fields)


def _page(
    asked: dict[str, Any], width: int, limit: int, results: Callable[[int, int], list[Any]]
) -> dict[str, Any]:
    """Return a page of buckets, whole ones in UTC. `results`: of a bucket, from and to a second.

    Without an end, it is the end of the team's data: the mock has no clock.
    """
    first, end = asked["start_time"], asked.get("end_time", team.END)
    if end <= first:
        raise APIError("'end_time' must be after 'start_time'.", param="end_time")
    start = _decode(asked["page"]) if "page" in asked else first - first % width
    starts = range(start, end, width)
    more = len(starts) > limit
    return {
        "object": "page",
        "data": [
            {
                "object": "bucket",
                "start_time": start,
                "end_time": start + width,
                "results": results(start, start + width),
            }
            for start in starts[:limit]
        ],
        "has_more": more,
        "next_page": _encode(starts[limit]) if more else None,
    }


def _encode(start: int) -> str:
    return "page_" + base64.urlsafe_b64encode(start.to_bytes(8, "big")).decode()


def _decode(cursor: str) -> int:
    try:
        start = base64.b64decode(cursor.removeprefix("page_"), b"-_", validate=True)
    except (binascii.Error, ValueError):
        start = b""
    if len(start) != 8:
        raise APIError(f"Invalid page cursor: '{cursor}'.", param="page")
    return int.from_bytes(start, "big")


def _list(rows: list[dict[str, Any]], asked: dict[str, Any]) -> dict[str, Any]:
    """Return a page of a list, from the row behind `after` or up to the one before `before`."""
    ids = [row["id"] for row in rows]
    for name in ("after", "before"):
        if name in asked and asked[name] not in ids:
            raise APIError(f"Invalid cursor: '{asked[name]}'.", param=name)
    limit = asked.get("limit", 20)
    if "before" in asked:
        rows = rows[: ids.index(asked["before"])]
        page, more = rows[-limit:], len(rows) > limit
    else:
        rows = rows[ids.index(asked["after"]) + 1 :] if "after" in asked else rows
        page, more = rows[:limit], len(rows) > limit
    return pages.listed(page, more)


def _project(id: str) -> Project:
    if id not in team.PROJECTS:
        raise APIError(f"No project found with id '{id}'.", status=404)
    return Project(
        id=id,
        object="organization.project",
        name=team.PROJECTS[id],
        created_at=team.START - 30 * team.DAY,
        archived_at=None,
        status="active",
    )


def _keep_alert(call: Call, id: str) -> OrganizationSpendAlert:
    checks.parameters(call.body, spend_alert_create_params.SpendAlertCreateParams, _MONEY)
    if not call.body["notification_channel"]["recipients"]:
        raise errors.too_short("notification_channel.recipients", "array")
    alert = OrganizationSpendAlert(id=id, object="organization.spend_alert", **call.body)
    call.mock.alerts[id] = alert
    return alert


def _checked(project: str | None) -> str | None:
    return _project(project).id if project else None


_ALERT = r"/v1/organization/spend_alerts/([^/]+)"
_LIMIT = r"/v1/organization/spend_limit"
_PROJECT_LIMIT = r"/v1/organization/projects/([^/]+)/spend_limit"

ROUTES: list[tuple[str, str, Callable[..., Any]]] = [
    ("GET", r"/v1/organization/costs", costs),
    ("GET", r"/v1/organization/usage/completions", usage),
    ("GET", r"/v1/organization/projects", list_projects),
    ("GET", r"/v1/organization/projects/([^/]+)", get_project),
    ("GET", r"/v1/organization/spend_alerts", list_alerts),
    ("POST", r"/v1/organization/spend_alerts", create_alert),
    ("GET", _ALERT, get_alert),
    ("POST", _ALERT, update_alert),
    ("DELETE", _ALERT, delete_alert),
    *(
        (method, path, endpoint)
        for path in (_LIMIT, _PROJECT_LIMIT)
        for method, endpoint in (("GET", get_limit), ("POST", set_limit), ("DELETE", delete_limit))
    ),
]
