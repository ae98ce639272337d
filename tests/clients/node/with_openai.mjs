// The SDK for JavaScript, with zod: https://github.com/openai/openai-node
import OpenAI from "openai";
import {
  zodFunction,
  zodResponseFormat,
  zodResponsesFunction,
  zodTextFormat,
} from "openai/helpers/zod";
import {
  City,
  DINNER,
  HELLO,
  LOOK,
  MEI,
  MODEL,
  NAME,
  PICTURE,
  RAIN,
  Receipt,
  UNKNOWN,
  refused,
  told,
} from "./common.mjs";

const { chat, responses } = new OpenAI({ maxRetries: 0 });
const user = (content) => [{ role: "user", content }];
const hello = { model: MODEL, messages: user(HELLO) };
const helloToResponses = { model: MODEL, input: HELLO };

await told("text", "chat", async () => {
  const completion = await chat.completions.create(hello);
  return completion.choices[0].message.content;
});
await told("text", "responses", async () => {
  const response = await responses.create(helloToResponses);
  return response.output_text;
});

await told("stream", "chat", async () => {
  const pieces = [];
  for await (const chunk of await chat.completions.create({ ...hello, stream: true })) {
    pieces.push(chunk.choices[0].delta.content ?? "");
  }
  return pieces;
});
await told("stream", "responses", async () => {
  const pieces = [];
  const events = responses.stream(helloToResponses);
  events.on("response.output_text.delta", ({ delta }) => pieces.push(delta));
  const whole = await events.finalResponse();
  return pieces.join("") === whole.output_text ? pieces : [whole.output_text];
});

await told("structured", "chat", async () => {
  const completion = await chat.completions.parse({
    model: MODEL,
    messages: user(DINNER),
    response_format: zodResponseFormat(Receipt, "receipt"),
  });
  return completion.choices[0].message.parsed;
});
await told("structured", "responses", async () => {
  const response = await responses.parse({
    model: MODEL,
    input: DINNER,
    text: { format: zodTextFormat(Receipt, "receipt") },
  });
  return response.output_parsed;
});

const called = [];
const weather = (asked) => {
  called.push(["weather", asked]);
  return "sunny";
};
await told("tools", "chat", async () => {
  const tool = zodFunction({ name: "weather", parameters: City, function: weather });
  const answer = await chat.completions
    .runTools({ model: MODEL, messages: user(RAIN), reasoning_effort: "none", tools: [tool] })
    .finalContent();
  return answer && called.splice(0);
});
await told("tools", "responses", async () => {
  const tool = zodResponsesFunction({ name: "weather", parameters: City });
  const first = await responses.parse({ model: MODEL, input: RAIN, tools: [tool] });
  const outputs = first.output
    .filter((item) => item.type === "function_call")
    .map((item) => ({
      type: "function_call_output",
      call_id: item.call_id,
      output: weather(item.parsed_arguments),
    }));
  const second = await responses.create({
    model: MODEL,
    input: outputs,
    previous_response_id: first.id,
    tools: [tool],
  });
  return second.output_text && called.splice(0);
});

await told("turns", "chat", async () => {
  const first = await chat.completions.create({ model: MODEL, messages: user(MEI) });
  const messages = [...user(MEI), first.choices[0].message, ...user(NAME)];
  return (await chat.completions.create({ model: MODEL, messages })).choices[0].message.content;
});
await told("turns", "responses", async () => {
  const first = await responses.create({ model: MODEL, input: MEI });
  const input = [...user(MEI), ...first.output, ...user(NAME)];
  return (await responses.create({ model: MODEL, input })).output_text;
});
await told("turns", "responses, previous_response_id", async () => {
  const { id } = await responses.create({ model: MODEL, input: MEI });
  const second = { model: MODEL, input: NAME, previous_response_id: id };
  return (await responses.create(second)).output_text;
});

await told("picture", "chat", async () => {
  const picture = { type: "image_url", image_url: { url: PICTURE } };
  const completion = await chat.completions.create({
    model: MODEL,
    messages: user([{ type: "text", text: LOOK }, picture]),
  });
  return completion.choices[0].message.content;
});
await told("picture", "responses", async () => {
  const picture = { type: "input_image", image_url: PICTURE, detail: "auto" };
  const response = await responses.create({
    model: MODEL,
    input: user([{ type: "input_text", text: LOOK }, picture]),
  });
  return response.output_text;
});

await told("logprobs", "chat", async () => {
  const asked = { ...hello, reasoning_effort: "none", logprobs: true, top_logprobs: 2 };
  const completion = await chat.completions.create(asked);
  return completion.choices[0].logprobs.content.map(({ token }) => token);
});
await told("logprobs", "responses", async () => {
  const response = await responses.create({
    ...helloToResponses,
    reasoning: { effort: "none" },
    include: ["message.output_text.logprobs"],
    top_logprobs: 2,
  });
  return response.output.at(-1).content[0].logprobs.map(({ token }) => token);
});

await told("refused", "chat", () =>
  refused(() => chat.completions.create({ ...hello, model: UNKNOWN })),
);
await told("refused", "responses", () =>
  refused(() => responses.create({ ...helloToResponses, model: UNKNOWN })),
);
