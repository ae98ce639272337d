"""What a class costs: every call is on the bill, of either API, as one body or as a stream."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from openai import OpenAI

from helpers.mock import server
from helpers.mock.state import Mock
from helpers.models import DEFAULT
from helpers.prices import price
from helpers.upkeep import costs
from helpers.upkeep.recording.bill import Bill

COUNTED: Any = {"include_usage": True}


def test_each_call_with_a_usage_is_on_the_bill() -> None:
    bill = Bill()
    url = server.start(costs.metered(bill, Mock(any_key=True)), lambda: 0)
    client = OpenAI(base_url=url, api_key="any", max_retries=0)
    asked: Any = {"model": DEFAULT, "messages": [{"role": "user", "content": "Say hello."}]}
    written = client.responses.create(model=DEFAULT, input="Say hello.").usage
    list(client.responses.create(model=DEFAULT, input="Say hello.", stream=True))
    said = client.chat.completions.create(**asked).usage
    list(client.chat.completions.create(**asked, stream=True, stream_options=COUNTED))
    client.models.list()
    client.images.generate(model="gpt-image-2.6-flare", prompt="A snail.", quality="low")
    assert bill.calls == 5
    assert written and said
    once = price(DEFAULT, written.input_tokens, written.output_tokens)
    and_once = price(DEFAULT, said.prompt_tokens, said.completion_tokens)
    assert once and and_once and bill.dollars == 2 * (once + and_once)
    assert bill.unpriced == {"gpt-image-2.6-flare"}


def test_batches_and_flex_cost_half_and_a_batch_is_billed_once() -> None:
    bill = Bill()
    url = server.start(costs.metered(bill, Mock(any_key=True)), lambda: 0)
    client = OpenAI(base_url=url, api_key="any", max_retries=0)
    body: Any = {"model": DEFAULT, "input": "Say hello."}
    usage = client.responses.create(**body, service_tier="flex").usage
    assert usage
    once = price(DEFAULT, usage.input_tokens, usage.output_tokens)
    assert once and bill.dollars == once / 2
    line = {"custom_id": "1", "method": "POST", "url": "/v1/responses", "body": body}
    file = client.files.create(file=("x.jsonl", json.dumps(line).encode()), purpose="batch")
    batch = client.batches.create(
        input_file_id=file.id, endpoint="/v1/responses", completion_window="24h"
    )
    for _ in range(6):
        batch = client.batches.retrieve(batch.id)
    assert batch.status == "completed"
    assert (bill.calls, bill.dollars, bill.unpriced) == (2, once, set())


def test_a_class_costs_as_many_times_more(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(lesson: str, bill: Bill) -> list[str]:
        bill.calls, bill.dollars = 3, Decimal("0.0125")
        return ["04 stopped"] if lesson.startswith("04") else []

    monkeypatch.setattr(costs, "run", run)
    assert costs.main(["00", "04_chat", "--learners", "20"]) == 1
    said = capsys.readouterr().out
    assert said.startswith("2 to run, each with its solutions: about 2 min.\n")
    assert "  00_start_here               60 calls   $0.2500" in said
    assert "  together                   120 calls   $0.5000" in said and "! 04 stopped" in said


def test_a_lesson_is_run_and_counted() -> None:
    bill = Bill()
    assert costs.run("00_start_here", bill) == []
    assert bill.calls > 3 and 0 < bill.dollars < Decimal("0.01")


def test_a_lesson_that_does_not_exist_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        costs.main(["99"])
    assert "no lesson 99; there are 00_start_here" in capsys.readouterr().err
