"""Files in a prompt: their text is read and counted, or why not is said."""

from __future__ import annotations

import base64
import io
import subprocess
import sys
from typing import Any

import openai
import pypdf
import pytest
from openai import OpenAI

from helpers.mock.generation import documents, pictures
from helpers.mock.state import Mock
from tests.mock.asking import LUNA, error, hello, told
from tests.mock.cases import pdf

LINE = "Invoice 17 of Roma, to be paid in May"
PDF = pdf(LINE, "Total: 12.50")


def url(data: bytes, kind: str = "application/pdf") -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def asked(api: str, file: dict[str, Any] | None, text: str = "Say hello.") -> dict[str, Any]:
    """Return what asks about a file, or without one."""
    chat = api == "chat"
    content: list[dict[str, Any]] = [{"type": "text" if chat else "input_text", "text": text}]
    if file:
        content.append({"type": "file", "file": file} if chat else {"type": "input_file", **file})
    return {"messages" if chat else "input": [{"role": "user", "content": content}]}


def tokens(mock: Mock, api: str, file: dict[str, Any] | None) -> int:
    usage = told(hello(mock, api, **asked(api, file)))["usage"]
    return int(usage.get("prompt_tokens") or usage["input_tokens"])


APIS = ("chat", "responses")


@pytest.mark.parametrize("api", APIS)
def test_the_text_of_a_pdf_is_counted_and_its_question_is_answered(
    client: OpenAI, mock: Mock, api: str
) -> None:
    inline = {"filename": "a.pdf", "file_data": url(PDF)}
    more = tokens(mock, api, inline) - tokens(mock, api, None)
    longer = {"filename": "a.pdf", "file_data": url(pdf(LINE, "Total: 12.50", LINE))}
    assert 10 < more < tokens(mock, api, longer) - tokens(mock, api, None)
    file = client.files.create(file=("a.pdf", PDF), purpose="user_data")
    assert tokens(mock, api, {"file_id": file.id}) - tokens(mock, api, None) == more
    assert "Hello! How can I help you today?" in str(told(hello(mock, api, **asked(api, inline))))


@pytest.mark.parametrize("api", APIS)
def test_the_mock_says_what_it_read_and_that_it_sees_no_pages(mock: Mock, api: str) -> None:
    inline = {"filename": "a.pdf", "file_data": url(PDF)}
    answer = str(told(hello(mock, api, **asked(api, inline, "What is the tax?"))))
    assert "The text of a.pdf, 2 pages, was counted as input" in answer
    assert "pictures of the pages, which the API adds, are not simulated" in answer


def test_a_text_is_read_in_responses_and_what_is_at_an_address_is_not_fetched(mock: Mock) -> None:
    text = {"filename": "a.md", "file_data": url(b"# Words " * 20, "text/markdown")}
    assert tokens(mock, "responses", text) > tokens(mock, "responses", None) + 20
    there = {"file_url": "https://example.com/a.pdf"}
    answer = str(told(hello(mock, "responses", **asked("responses", there, "And?"))))
    assert "https://example.com/a.pdf was not read: offline no file is fetched" in answer


def locked(algorithm: str, password: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(PDF))
    writer.encrypt(password, owner_password="owner", algorithm=algorithm)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (PDF[:200], "not a complete PDF"),
        (locked("RC4-128", "secret"), "encrypted, with a password"),
        (pdf(*["x"] * (documents.MOST_PAGES + 1)), "501 pages"),
        (PDF + b" " * documents.MOST_BYTES, "more than 50 MB"),
    ],
    ids=["broken", "encrypted", "long", "large"],
)
@pytest.mark.parametrize("api", APIS)
def test_a_pdf_that_cannot_be_read_is_refused_in_the_mocks_voice(
    mock: Mock, api: str, data: bytes, words: str
) -> None:
    reply = hello(mock, api, **asked(api, {"filename": "a.pdf", "file_data": url(data)}))
    found = error(reply)
    assert (reply.status, found["code"]) == (400, "mock_file")
    assert found["message"].startswith("(Offline mock) a.pdf ") and words in found["message"]


def test_a_pdf_that_opens_without_a_password_is_read(mock: Mock) -> None:
    free = {"filename": "a.pdf", "file_data": url(locked("RC4-128", ""))}
    plain = {"filename": "a.pdf", "file_data": url(PDF)}
    assert tokens(mock, "responses", free) == tokens(mock, "responses", plain)


@pytest.mark.parametrize("api", APIS)
def test_what_is_neither_pdf_nor_text_is_named(client: OpenAI, mock: Mock, api: str) -> None:
    file = client.files.create(file=("a.docx", b"PK\x03\x04\xff"), purpose="user_data")
    found = error(hello(mock, api, **asked(api, {"file_id": file.id})))
    assert found["message"].startswith("(Offline mock)") and "a.docx" in found["message"]
    lie = {"filename": "a.pdf", "file_data": url(b"no PDF")}
    assert "(Offline mock)" in error(hello(mock, api, **asked(api, lie)))["message"]


def test_a_file_that_was_not_uploaded_is_not_found(client: OpenAI) -> None:
    ask: Any = asked("responses", {"file_id": "file-x"})
    with pytest.raises(openai.NotFoundError, match="No such File object: file-x"):
        client.responses.create(model=LUNA, **ask)


def test_pypdf_is_not_loaded_before_a_pdf_comes() -> None:
    code = (
        "import sys; from helpers.mock.core import answer; from helpers.mock.endpoints import "
        "chat, responses, conversations; sys.exit('pypdf' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("api", APIS)
def test_what_is_written_about_a_file_is_found_only_where_that_file_is(
    mock: Mock, api: str
) -> None:
    data = (pictures.FOLDER / "bicycle_rental.pdf").read_bytes()
    rental = {"filename": "bicycle_rental.pdf", "file_data": url(data)}
    other = {"filename": "a.pdf", "file_data": url(PDF)}
    for question, answer in (
        ("Mei brings the bicycle back at 20:30. What does she pay in all? Name the rule.", "39.00"),
        ("What does a lost key cost?", "35.00 euros, by rule 4"),
    ):
        assert answer in str(told(hello(mock, api, **asked(api, rental, question))))
        for missing in (None, other):
            body = asked(api, missing, question)
            assert "No reply is written for" in str(told(hello(mock, api, **body)))
    # As with pictures, the file may be in an earlier message.
    body = asked(api, rental, "What is this?")
    body["messages" if api == "chat" else "input"] += [
        {"role": "assistant", "content": "An agreement."},
        {"role": "user", "content": "What does a lost key cost?"},
    ]
    assert "35.00 euros, by rule 4" in str(told(hello(mock, api, **body)))
