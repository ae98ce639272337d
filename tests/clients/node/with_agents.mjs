// The Agents SDK for JavaScript: https://openai.github.io/openai-agents-js
import { Agent, run, setOpenAIAPI, tool } from "@openai/agents";
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

// By itself it asks for low verbosity, and gets the short reply.
const usual = { text: { verbosity: "medium" } };
const agent = (settings) =>
  new Agent({ name: "Mei", model: MODEL, modelSettings: usual, ...settings });
const called = [];
const weather = tool({
  name: "weather",
  description: "The weather of a city",
  parameters: City,
  execute: async (asked) => {
    called.push(["weather", asked]);
    return "sunny";
  },
});
const tools = { tools: [weather], modelSettings: { reasoning: { effort: "none" } } };

for (const [way, api] of [
  ["chat", "chat_completions"],
  ["responses", "responses"],
]) {
  setOpenAIAPI(api);

  await told("text", way, async () => (await run(agent(), HELLO)).finalOutput);

  await told("stream", way, async () => {
    const pieces = [];
    for await (const piece of (await run(agent(), HELLO, { stream: true })).toTextStream()) {
      pieces.push(piece);
    }
    return pieces;
  });

  await told("structured", way, async () => {
    return (await run(agent({ outputType: Receipt }), DINNER)).finalOutput;
  });

  await told("tools", way, async () => {
    const { finalOutput } = await run(agent(tools), RAIN);
    return finalOutput && called.splice(0);
  });
  await told("tools", `${way}, streamed`, async () => {
    const streamed = await run(agent(tools), RAIN, { stream: true });
    await streamed.completed;
    return streamed.finalOutput && called.splice(0);
  });

  await told("turns", way, async () => {
    const first = await run(agent(), MEI);
    const turns = [...first.history, { role: "user", content: NAME }];
    return (await run(agent(), turns)).finalOutput;
  });

  await told("picture", way, async () => {
    const content = [
      { type: "input_text", text: LOOK },
      { type: "input_image", image: PICTURE },
    ];
    return (await run(agent(), [{ role: "user", content }])).finalOutput;
  });

  await told("refused", way, () => refused(() => run(agent({ model: UNKNOWN }), HELLO)));
}
