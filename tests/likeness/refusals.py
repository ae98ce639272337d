"""What the API refuses, and in which words: a request, and the error that came back.

Measured by others against api.openai.com with gpt-5.6-terra on 30 August to 4 September 2026 and
published: https://github.com/kangminlee-maker/local-OAuth-CLI-API-adapter (its tests of validation
parity). Where another source is known, it stands beside the row.
"""

from __future__ import annotations

from typing import Any, NamedTuple

GONE: Any = object()
"""In a request: this member is not sent."""


class Refused(NamedTuple):
    """What is added to a good request, and the error that it gets."""

    given: dict[str, Any]
    param: str | None
    code: str | None
    message: str
    status: int = 400


def unknown(name: str, hint: str = "", value: Any = 1) -> Refused:
    return Refused({name: value}, name, "unknown_parameter", f"Unknown parameter: '{name}'.{hint}")


def wrong(name: str, value: Any, expected: str, got: str) -> Refused:
    message = f"Invalid type for '{name}': expected {expected}, but got {got} instead."
    return Refused({name: value}, name, "invalid_type", message)


def lacks(name: str, given: dict[str, Any]) -> Refused:
    message = f"Missing required parameter: '{name}'."
    return Refused(given, name, "missing_required_parameter", message)


def not_one_of(name: str, given: dict[str, Any], value: str, supported: str) -> Refused:
    message = f"Invalid value: '{value}'. Supported values are: {supported}."
    return Refused(given, name, "invalid_value", message)


def unsupported(name: str, value: Any, hint: str = "", code: str | None = None) -> Refused:
    message = f"Unsupported parameter: '{name}' is not supported with this model.{hint}"
    return Refused({name: value}, name, code, message)


def user(content: Any) -> list[dict[str, Any]]:
    return [{"role": "user", "content": content}]


F = {"name": "f", "parameters": {"type": "object", "properties": {}}}
TOOL, FLAT = {"type": "function", "function": F}, {"type": "function", **F}
TIERS = "'auto', 'default', 'fast', 'flex', and 'priority'"
ONE_TIER = "one of 'auto', 'default', 'fast', 'flex', or 'priority'"
ROLES = "'system', 'assistant', 'user', 'function', 'tool', and 'developer'"
LEVELS = "'low', 'medium', and 'high'"
NO_CONTENT = "Invalid value for 'content': expected a string, got null."
TOO_MANY = (
    "Invalid 'metadata': too many properties. Expected an object with at most 16 properties, but "
    "got an object with 17 properties instead."
)
EFFORTS = "'none', 'low', 'medium', 'high', and 'xhigh'"
NONE = {"reasoning_effort": "none"}
ASK = [{"role": "user", "content": "a"}]
METADATA = {f"k{number}": "v" for number in range(17)}


def effort(shown: str, value: Any) -> Refused:
    return Refused(
        {"reasoning_effort": value},
        "reasoning_effort",
        "unsupported_value",
        f"Unsupported value: 'reasoning_effort' does not support {shown} with this model. "
        f"Supported values are: {EFFORTS}.",
    )


def file(given: dict[str, str]) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": [{"type": "file", "file": given}]}]}


def no_pdf(data: str, got: str) -> Refused:
    return Refused(
        file({"filename": "a", "file_data": data}),
        "messages[0].content[0].file.file_data",
        "invalid_value",
        "Invalid file data: 'messages[0].content[0].file.file_data'. Expected a base64-encoded "
        "data URL with an application/pdf MIME type (e.g. "
        f"'data:application/pdf;base64,SGVsbG8sIFdvcmxkIQ=='), but got {got}.",
    )


CHAT = {
    "no model": Refused({"model": GONE}, None, None, "you must provide a model parameter"),
    "no messages": lacks("messages", {"messages": GONE}),
    "no messages, and an unknown member": lacks("messages", {"messages": GONE, "zzz": 1}),
    "unknown": unknown("zzz_unknown"),
    "unknown, before a wrong type": unknown("zzz_unknown")._replace(
        given={"zzz_unknown": 1, "n": "x"}
    ),
    # https://github.com/openai/openai-agents-python/pull/1513,
    # https://github.com/vercel/ai/issues/7266, https://github.com/trpc-group/trpc-agent-go/issues/1816
    "a file without a name": lacks(
        "messages[0].content[0].file.file_id", file({"file_data": "data:,"})
    ),
    "a file without data": no_pdf("https://example.com/a.pdf", "an invalid base64-encoded value"),
    "a file that is a text": no_pdf(
        "data:text/markdown;base64,YQ==", "unsupported MIME type 'text/markdown'"
    ),
    "audio": unknown("audio", value={"voice": "alloy", "format": "wav"}),
    "modalities": unknown("modalities", value=["text", "audio"]),
    "web search": unknown("web_search_options", value={}),
    "reasoning as in Responses": unknown("reasoning", value={"effort": "low"}),
    "text as in Responses": unknown("text", value={"verbosity": "low"}),
    "near two": unknown("stor", " Did you mean 'stop' or 'store'?"),
    "near one": unknown("temperatur", " Did you mean 'temperature'?"),
    "near one that is sent": unknown("messagess"),
    "stop": unsupported("stop", ["ZZ"], code="unsupported_parameter"),
    "max_tokens": unsupported(
        "max_tokens", 32, " Use 'max_completion_tokens' instead.", "unsupported_parameter"
    ),
    "logit_bias": unsupported("logit_bias", {"1": 1}, code="unsupported_parameter"),
    "prediction": unsupported(
        "prediction", {"type": "content", "content": "x"}, code="unsupported_parameter"
    ),
    "frequency_penalty": unsupported("frequency_penalty", 0.5, code="unsupported_parameter"),
    "presence_penalty": unsupported("presence_penalty", 0.5, code="unsupported_parameter"),
    "logprobs": unsupported("logprobs", True, code="unsupported_parameter"),
    "temperature": Refused(
        {"temperature": 0.5},
        "temperature",
        "unsupported_value",
        "Unsupported value: 'temperature' does not support 0.5 with this model. Only the default "
        "(1) value is supported.",
    ),
    "effort max": effort("'max'", "max"),
    "effort as an object": effort("{'a': 'b'}", {"a": "b"}),
    "n as text": wrong("n", "2", "an integer", "a string"),
    "temperature as text": wrong("temperature", "hot", "a decimal", "a string"),
    "top_p as text": wrong("top_p", "wide", "a decimal", "a string"),
    "store as text": wrong("store", "yes", "a boolean", "a string"),
    "seed as a decimal": wrong("seed", 1.5, "an integer", "a decimal number"),
    "user as an object": wrong("user", {"a": 1}, "a string", "an object"),
    "tools as text": wrong("tools", "none", "an array of objects", "a string"),
    "functions as text": wrong("functions", "x", "an array of function definitions", "a string"),
    "metadata as text": wrong("metadata", "x", "a metadata object", "a string"),
    "tool_choice as a number": wrong(
        "tool_choice", 7, "one of one of 'none', 'auto', or 'required' or object", "an integer"
    ),
    "response_format as text": wrong("response_format", "json", "an object", "a string"),
    "messages as text": wrong("messages", "ping", "an array of objects", "a string"),
    "a message as text": wrong("messages[0]", 0, "an object", "a string")._replace(
        given={"messages": ["ping"]}
    ),
    "content as a number": wrong(
        "messages[0].content", 0, "one of a string or array of objects", "an integer"
    )._replace(given={"messages": user(7)}),
    "retention as an object": wrong(
        "prompt_cache_retention", {"a": 1}, "one of 'in_memory' or '24h'", "an object"
    ),
    "service_tier as an object": wrong("service_tier", {"a": 1}, ONE_TIER, "an object"),
    "n too small": Refused(
        {"n": 0},
        "n",
        "integer_below_min_value",
        "Invalid 'n': integer below minimum value. Expected a value >= 1, but got 0 instead.",
    ),
    "n too large": Refused(
        {"n": 64},
        "n",
        "integer_above_max_value",
        "Invalid 'n': integer above maximum value. Expected a value <= 8, but got 64 instead.",
    ),
    "penalty too large": Refused(
        {**NONE, "frequency_penalty": 3},
        "frequency_penalty",
        "decimal_above_max_value",
        "Invalid 'frequency_penalty': decimal above maximum value. Expected a value <= 2, but got "
        "3 instead.",
    ),
    "top_logprobs too large": Refused(
        {**NONE, "logprobs": True, "top_logprobs": 21},
        "top_logprobs",
        None,
        "Invalid value for 'top_logprobs': must be less than or equal to 5.",
    ),
    "top_logprobs alone": Refused(
        {**NONE, "top_logprobs": 1},
        "top_logprobs",
        None,
        "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.",
    ),
    "too much metadata": Refused(
        {"metadata": METADATA}, "metadata", "object_above_max_properties", TOO_MANY
    ),
    "metadata value too long": Refused(
        {"metadata": {"k": "x" * 600}},
        "metadata.k",
        "string_above_max_length",
        "Invalid 'metadata.k': string too long. Expected a string with maximum length 512, but got "
        "a string with length 600 instead.",
    ),
    "metadata name too long": Refused(
        {"metadata": {"k" * 70: "v"}},
        f"metadata.{'k' * 70}",
        "property_name_above_max_length",
        "Invalid property name in 'metadata': 'kkk...kkk' is too long. Expected a string with "
        "maximum length 64, but got a string with length 70 instead.",
    ),
    "metadata value as a number": wrong("metadata.k", 0, "a string", "an integer")._replace(
        given={"metadata": {"k": 7}}
    ),
    "service_tier": not_one_of("service_tier", {"service_tier": "moon"}, "moon", TIERS),
    "verbosity": not_one_of("verbosity", {"verbosity": "x"}, "x", LEVELS),
    "format": not_one_of(
        "response_format.type",
        {"response_format": {"type": "x"}},
        "x",
        "'json_object', 'json_schema', and 'text'",
    ),
    "role": not_one_of(
        "messages[0].role", {"messages": [{"role": "x", "content": "a"}]}, "x", ROLES
    ),
    "tool_choice": not_one_of(
        "tool_choice", {"tools": [TOOL], "tool_choice": "x"}, "x", "'none', 'auto', and 'required'"
    ),
    "format without type": lacks("response_format.type", {"response_format": {}}),
    "function without name": lacks("functions[0].name", {"functions": [{"parameters": {}}]}),
    "tool without function": lacks("tools[0].function", {"tools": [{"type": "function"}]}),
    "tool without name": lacks(
        "tools[0].function.name", {"tools": [{"type": "function", "function": {"parameters": {}}}]}
    ),
    "choice without function": lacks(
        "tool_choice.function", {"tools": [TOOL], "tool_choice": {"type": "x"}}
    ),
    "choice without name": lacks(
        "tool_choice.function.name",
        {"tools": [TOOL], "tool_choice": {"type": "function", "function": {}}},
    ),
    "choice of a function that is not offered": Refused(
        {"tools": [TOOL], "tool_choice": {"type": "function", "function": {"name": "g"}}},
        "function_call",
        None,
        "Invalid value for 'function_call': no function named 'g' was specified in the 'functions' "
        "parameter.",
    ),
    "blank name": Refused(
        {"tools": [{"type": "function", "function": {"name": ""}}]},
        "tools[0].function.name",
        "empty_string",
        "Invalid 'tools[0].function.name': empty string. Expected a string with minimum length 1, "
        "but got an empty string instead.",
    ),
    "old choice without name": lacks(
        "function_call.name", {"functions": [F], "function_call": {"a": 1}}
    ),
    "empty messages": Refused(
        {"messages": []},
        "messages",
        "empty_array",
        "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an "
        "empty array instead.",
    ),
    "no role": lacks("messages[0].role", {"messages": [{"content": "a"}]}),
    "no moderation model": lacks("moderation.model", {"moderation": {}}),
    "no schema": lacks("response_format.json_schema", {"response_format": {"type": "json_schema"}}),
    "schema without name": lacks(
        "response_format.json_schema.name",
        {"response_format": {"type": "json_schema", "json_schema": {}}},
    ),
    "unknown stream option": Refused(
        {"stream_options": {"x": 1}},
        "stream_options.x",
        "unknown_parameter",
        "Unknown parameter: 'stream_options.x'.",
    ),
    "retention in memory": Refused(
        {"prompt_cache_retention": "in_memory"},
        "prompt_cache_retention",
        None,
        "This model is compatible only with 24h extended prompt caching",
    ),
    "another retention": Refused(
        {"prompt_cache_retention": "x"},
        "prompt_cache_retention",
        None,
        "Invalid prompt_cache_retention argument",
    ),
    "a developer without content": lacks(
        "messages[1].content", {"messages": [*ASK, {"role": "developer"}]}
    ),
    "a user without content": Refused(
        {"messages": [{"role": "user"}, *ASK]}, "messages.[0].content", None, NO_CONTENT
    ),
    "an assistant with a null refusal": Refused(
        {"messages": [*ASK, {"role": "assistant", "refusal": None}]},
        "messages.[1].content",
        None,
        NO_CONTENT,
    ),
    "a system message with audio": Refused(
        {"messages": [{"role": "system", "audio": {"id": "a"}}, *ASK]},
        "messages.[0].content",
        None,
        NO_CONTENT,
    ),
    "empty tool_calls": Refused(
        {"messages": [*ASK, {"role": "assistant", "content": "x", "tool_calls": []}]},
        "messages[1].tool_calls",
        "empty_array",
        "Invalid 'messages[1].tool_calls': empty array. Expected an array with minimum length 1, "
        "but got an empty array instead.",
    ),
    # https://github.com/sdcb/chats/pull/132
    "an answer to no call": Refused(
        {"messages": [*ASK, {"role": "tool", "tool_call_id": "c", "content": "1"}]},
        "messages.[1].role",
        None,
        "Invalid parameter: messages with role 'tool' must be a response to a preceeding message "
        "with 'tool_calls'.",
    ),
    "a call without an answer": Refused(
        {
            "messages": [
                *ASK,
                {
                    "role": "assistant",
                    "tool_calls": [
                        {
                            "id": "c",
                            "type": "function",
                            "function": {"name": "f", "arguments": "{}"},
                        }
                    ],
                },
                *ASK,
            ]
        },
        "messages.[2].role",
        None,
        "An assistant message with 'tool_calls' must be followed by tool messages responding to "
        "each 'tool_call_id'. The following tool_call_ids did not have response messages: c",
    ),
    # Of two faults, which one is told.
    "n before temperature": wrong("n", "x", "an integer", "a string")._replace(
        given={"temperature": 0.5, "n": "x"}
    ),
    "stop before temperature": unsupported("stop", 0, code="unsupported_parameter")._replace(
        given={"temperature": 0.5, "stop": ["Z"]}
    ),
    "seed before service_tier": wrong("seed", 0, "an integer", "a decimal number")._replace(
        given={"service_tier": "x", "seed": 1.5}
    ),
    "messages before metadata": wrong("messages[0]", 0, "an object", "an integer")._replace(
        given={"metadata": {"k": 7}, "messages": [7]}
    ),
    "stream before store": wrong("stream", "y", "a boolean", "a string")._replace(
        given={"store": "x", "stream": "y"}
    ),
    "options before key": wrong("prompt_cache_options", 0, "an object", "a string")._replace(
        given={"prompt_cache_key": 7, "prompt_cache_options": "x"}
    ),
    "verbosity before logprobs": not_one_of(
        "verbosity", {"logprobs": True, "verbosity": "x"}, "x", LEVELS
    ),
    "temperature before missing content": Refused(
        {"messages": [{"role": "user"}], "temperature": 0.5},
        "temperature",
        "unsupported_value",
        "Unsupported value: 'temperature' does not support 0.5 with this model. Only the default "
        "(1) value is supported.",
    ),
}

ITEM_ROLES = "'assistant', 'system', 'developer', and 'user'"
INCLUDE = (
    "'file_search_call.results', 'web_search_call.results', 'web_search_call.action.sources', "
    "'message.input_image.image_url', 'computer_call_output.output.image_url', "
    "'code_interpreter_call.outputs', 'reasoning.encrypted_content', and "
    "'message.output_text.logprobs'"
)
NO_INPUT = (
    "One of \"input\" or \"previous_response_id\" or 'prompt' or 'conversation' must be provided."
)
NO_CONVERSATION = "Conversation with id 'conv_x' not found."
A_FILE = {"type": "input_file", "filename": "a.pdf", "file_data": "data:text/plain;base64,YQ=="}
NO_LOGPROBS = "logprobs are not supported with reasoning models."
REPLY = {
    "type": "message",
    "role": "assistant",
    "id": "msg_1",
    "status": "completed",
    "content": [{"type": "output_text", "annotations": [], "logprobs": [], "text": "OK"}],
}


def item(*items: Any) -> dict[str, Any]:
    return {"input": list(items)}


RESPONSES = {
    "no model": lacks("model", {"model": GONE}),
    "null model": wrong("model", None, "a string", "an object"),
    "empty model": Refused(
        {"model": ""}, "model", "model_not_found", "The requested model '' does not exist."
    ),
    "unknown model": Refused(
        {"model": "nope"}, "model", "model_not_found", "The requested model 'nope' does not exist."
    ),
    "model as a number": wrong("model", 7, "a string", "an integer"),
    "no input": lacks("input", {"input": GONE}),
    "no input, and an unknown member": lacks("input", {"input": GONE, "zzz": 1}),
    "empty input": Refused({"input": []}, None, "missing_required_parameter", NO_INPUT),
    "empty text": Refused({"input": ""}, None, "missing_required_parameter", NO_INPUT),
    "null input": wrong("input", None, "a string", "an object"),
    "input as an object": wrong(
        "input", {"a": 1}, "one of a string or array of input items", "an object"
    ),
    "unknown": unknown("zzz_unknown"),
    "n": unknown("n"),
    "stop": unknown("stop", " Did you mean 'store'?", ["ZZ"]),
    "seed": unknown("seed"),
    "logprobs": unknown("logprobs", value=True),
    "max_tokens": unknown("max_tokens"),
    "near two, nearest first": unknown("strem", " Did you mean 'stream' or 'store'?"),
    "near two": unknown("stre", " Did you mean 'store' or 'stream'?"),
    "too far": unknown("st"),
    "near one": unknown("usr", " Did you mean 'user'?"),
    "near one that is sent": unknown("modell"),
    "messages": Refused(
        {"messages": ASK},
        None,
        "unsupported_parameter",
        "Unsupported parameter: 'messages'. In the Responses API, this parameter has moved to "
        "'input'. Try again with the new parameter. See the API documentation for more "
        "information: https://platform.openai.com/docs/api-reference/responses/create.",
    ),
    "unknown member of an item": Refused(
        item({"role": "user", "content": "a", "x": 1}),
        "input[0].x",
        "unknown_parameter",
        "Unknown parameter: 'input[0].x'.",
    ),
    "phase of a user": Refused(
        item({"role": "user", "content": "a", "phase": "final_answer"}),
        "input[0].phase",
        "unknown_parameter",
        "Unknown parameter: 'input[0].phase'.",
    ),
    "unknown phase": not_one_of(
        "input[0].phase",
        item({**REPLY, "phase": "x"}, *ASK),
        "x",
        "'commentary' and 'final_answer'",
    ),
    "an assistant with input_text": not_one_of(
        "input[0].content[0]",
        item({"role": "assistant", "content": [{"type": "input_text", "text": "x"}]}, *ASK),
        "input_text",
        "'output_text' and 'refusal'",
    ),
    "a user with output_text": not_one_of(
        "input[0].content[0]",
        item({"role": "user", "content": [{"type": "output_text", "text": "x"}]}),
        "output_text",
        "'input_text', 'input_image', 'input_file', 'scoped_content', and 'input_audio'",
    ),
    "an item as a number": wrong("input[0]", 0, "an input item", "an integer")._replace(
        given=item(7)
    ),
    "a null item": wrong("input[0]", 0, "an input item", "null")._replace(given=item(None)),
    "unknown role": not_one_of("input[0]", item({"role": "x", "content": "a"}), "x", ITEM_ROLES),
    "an empty item": not_one_of("input[0]", item({}), "", ITEM_ROLES),
    "an item without content": lacks("input[0].content", item({"role": "user"})),
    "unknown part": not_one_of(
        "input[0].content[0].type",
        item({"role": "user", "content": [{"type": "x", "text": "x"}]}),
        "x",
        "'input_text', 'input_image', 'input_audio', 'output_text', 'refusal', 'input_file', "
        "'computer_screenshot', 'summary_text', and 'encrypted_content'",
    ),
    "a part without text": lacks(
        "input[0].content[0].text", item({"role": "user", "content": [{"type": "input_text"}]})
    ),
    "unknown member of text": Refused(
        {"text": {"x": 1}}, "text.x", "unknown_parameter", "Unknown parameter: 'text.x'."
    ),
    "unknown format": not_one_of(
        "text.format.type",
        {"text": {"format": {"type": "x"}}},
        "x",
        "'json_object', 'text', and 'json_schema'",
    ),
    "schema without name": lacks("text.format.name", {"text": {"format": {"type": "json_schema"}}}),
    "verbosity": not_one_of("text.verbosity", {"text": {"verbosity": "x"}}, "x", LEVELS),
    "tool without type": lacks("tools[0].type", {"tools": [{}]}),
    "tool without name": lacks("tools[0].name", {"tools": [{"type": "function"}]}),
    "tool as in chat": lacks("tools[0].name", {"tools": [TOOL]}),
    "reasoning as text": wrong("reasoning", "low", "an object", "a string"),
    "unknown effort": not_one_of(
        "reasoning.effort",
        {"reasoning": {"effort": "x"}},
        "x",
        "'none', 'minimal', 'low', 'medium', 'high', 'xhigh', and 'max'",
    ),
    "effort of other models": Refused(
        {"reasoning": {"effort": "minimal"}},
        "reasoning.effort",
        "unsupported_value",
        "Unsupported value: 'minimal' is not supported with the 'gpt-5.6-terra' model. Supported "
        "values are: 'none', 'low', 'medium', 'high', 'xhigh', and 'max'.",
    ),
    "unknown summary": not_one_of(
        "reasoning.summary",
        {"reasoning": {"summary": "x"}},
        "x",
        "'concise', 'detailed', and 'auto'",
    ),
    "unknown member of reasoning": Refused(
        {"reasoning": {"x": 1}},
        "reasoning.x",
        "unknown_parameter",
        "Unknown parameter: 'reasoning.x'.",
    ),
    "generate_summary": Refused(
        {"reasoning": {"generate_summary": "concise"}},
        "reasoning.generate_summary",
        "unknown_parameter",
        "Unknown parameter: 'reasoning.generate_summary'.",
    ),
    "temperature": unsupported("temperature", 0.5),
    "top_p": unsupported("top_p", 0.5),
    "presence_penalty": unsupported("presence_penalty", 0.5),
    "frequency_penalty": unsupported("frequency_penalty", 0.5),
    "top_logprobs": Refused(
        {"top_logprobs": 1}, "top_logprobs", "unsupported_parameter", NO_LOGPROBS
    ),
    "include logprobs": Refused(
        {"include": ["message.output_text.logprobs"]},
        "include",
        "unsupported_parameter",
        NO_LOGPROBS,
    ),
    "unknown previous response": Refused(
        {"previous_response_id": "resp_x"},
        "previous_response_id",
        "previous_response_not_found",
        "Previous response with id 'resp_x' not found.",
    ),
    "conversation and previous response": Refused(
        {"conversation": "conv_x", "previous_response_id": "resp_x"},
        None,
        "mutually_exclusive_parameters",
        "Mutually exclusive parameters: ''. Ensure you are only providing one of: 'pre..._id' or "
        "'conversation'.",
    ),
    "unknown conversation": Refused({"conversation": "conv_x"}, None, None, NO_CONVERSATION, 404),
    "truncation": not_one_of("truncation", {"truncation": "x"}, "x", "'auto' and 'disabled'"),
    "truncation as an object": wrong(
        "truncation", {"a": 1}, "one of 'auto' or 'disabled'", "an object"
    ),
    "unknown include": not_one_of("include[0]", {"include": ["x"]}, "x", INCLUDE),
    "include as text": wrong(
        "include",
        "x",
        "an array of one of 'fil...lts', 'web...lts', 'web...ces', 'mes...url', 'com...url', "
        "'cod...uts', 'rea...ent', or 'mes...obs'",
        "a string",
    ),
    "max_tool_calls": Refused(
        {"max_tool_calls": 0},
        "max_tool_calls",
        "integer_below_min_value",
        "Invalid 'max_tool_calls': integer below minimum value. Expected a value >= 1, but got 0 "
        "instead.",
    ),
    "max_output_tokens": Refused(
        {"max_output_tokens": 15},
        "max_output_tokens",
        "integer_below_min_value",
        "Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got "
        "15 instead.",
    ),
    "too much metadata": Refused(
        {"metadata": METADATA}, "metadata", "object_above_max_properties", TOO_MANY
    ),
    "service_tier": not_one_of("service_tier", {"service_tier": "moon"}, "moon", TIERS),
    "retention in memory": Refused(
        {"prompt_cache_retention": "in_memory"},
        "prompt_cache_retention",
        "invalid_parameter",
        "This model is compatible only with 24h extended prompt caching",
    ),
    "another retention": not_one_of(
        "prompt_cache_retention", {"prompt_cache_retention": "x"}, "x", "'in_memory' and '24h'"
    ),
    "stream option of chat": Refused(
        {"stream_options": {"include_usage": True}},
        "stream_options.include_usage",
        "unknown_parameter",
        "Unknown parameter: 'stream_options.include_usage'.",
    ),
    "stream as text": wrong("stream", "yes", "a boolean", "a string"),
    "background as text": wrong("background", "yes", "a boolean", "a string"),
    "instructions as an object": wrong("instructions", {"a": 1}, "a string", "an object"),
    "tools as text": wrong("tools", "x", "an array of tools", "a string"),
    "context_management as text": wrong(
        "context_management", "x", "an array of objects", "a string"
    ),
    "tool_choice as a number": wrong(
        "tool_choice", 7, "one of an object or 'none', 'auto', or 'required'", "an integer"
    ),
    "tool_choice": not_one_of(
        "tool_choice", {"tools": [FLAT], "tool_choice": "x"}, "x", "'none', 'auto', and 'required'"
    ),
    "choice without name": lacks(
        "tool_choice.name", {"tools": [FLAT], "tool_choice": {"type": "function"}}
    ),
    # https://github.com/microsoft/vscode/issues/320060, https://github.com/openai/codex/issues/93
    "an output of no call": Refused(
        item(*ASK, {"type": "function_call_output", "call_id": "c", "output": "1"}),
        "input",
        None,
        "No tool call found for function call output with call_id c.",
    ),
    "a call without an output": Refused(
        item(*ASK, {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"}),
        "input",
        None,
        "No tool output found for function call c.",
    ),
    # https://github.com/vercel/ai/issues/7543
    "a reference to nothing": Refused(
        item({"type": "item_reference", "id": "rs_x"}, *ASK),
        "input",
        None,
        "Item with id 'rs_x' not found. Items are not persisted when `store` is set to false. Try "
        "again with `store` set to true, or remove this item from your input.",
        404,
    ),
    # Of two faults, which one is told.
    "unknown before item": unknown("zzz")._replace(
        given={"zzz": 1, "input": [{"role": "user", "content": "a", "x": 1}]}
    ),
    "item before truncation": not_one_of(
        "input[0]", {"truncation": "x", "input": [{}]}, "", ITEM_ROLES
    ),
    "include before tools": not_one_of(
        "include[0]", {"tools": "x", "include": ["x"]}, "x", INCLUDE
    ),
    "tools before metadata": wrong("tools", 0, "an array of tools", "a string")._replace(
        given={"metadata": "x", "tools": "x"}
    ),
    "text before temperature": wrong("text", 0, "an object", "a string")._replace(
        given={"temperature": "x", "text": "x"}
    ),
    "reasoning before user": wrong("reasoning", 0, "an object", "a string")._replace(
        given={"user": 7, "reasoning": "x"}
    ),
    "truncation before instructions": not_one_of(
        "truncation", {"instructions": 7, "truncation": "x"}, "x", "'auto' and 'disabled'"
    ),
    "previous response before temperature": Refused(
        {"temperature": 0.5, "previous_response_id": "resp_x"},
        "previous_response_id",
        "previous_response_not_found",
        "Previous response with id 'resp_x' not found.",
    ),
    "conversation before temperature": Refused(
        {"temperature": 0.5, "conversation": "conv_x"}, None, None, NO_CONVERSATION, 404
    ),
    "truncation before conversation": not_one_of(
        "truncation", {"truncation": "x", "conversation": "conv_x"}, "x", "'auto' and 'disabled'"
    ),
    # https://github.com/vercel/ai/issues/7776, https://github.com/laravel/ai/issues/321
    "a file without data": Refused(
        item({"role": "user", "content": [{**A_FILE, "file_data": "https://example.com/a.pdf"}]}),
        "input[0].content[0].file_data",
        "invalid_value",
        "Invalid file data: 'input[0].content[0].file_data'. Expected a base64-encoded data URL "
        "with a valid file MIME type (e.g. 'data:text/plain;base64,SGVsbG8sIFdvcmxkIQ=='), but got "
        "an invalid base64-encoded value. Please see https://platform.openai.com/docs/assistants/"
        "tools/file-search#supported-files for supported file types.",
    ),
    "a file without a name": lacks(
        "input[0].content[0]",
        item({"role": "user", "content": [{"type": "input_file", "file_data": "data:,"}]}),
    ),
    "empty input before temperature": Refused(
        {"temperature": 0.5, "input": []}, None, "missing_required_parameter", NO_INPUT
    ),
}
