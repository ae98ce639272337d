// Vercel's AI SDK: https://ai-sdk.dev
import { openai } from "@ai-sdk/openai";
import { Output, generateObject, generateText, isStepCount, streamText, tool } from "ai";
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

const maxRetries = 0;
// In Chat Completions, tools go with no other effort; in Responses with each.
const effort = { chat: { reasoningEffort: "none" }, responses: {} };


for (const [way, api] of [
  ["chat", openai.chat],
  ["responses", openai.responses],
]) {
  const asked = { model: api(MODEL), maxRetries };

  await told("text", way, async () => (await generateText({ ...asked, prompt: HELLO })).text);

  await told("stream", way, async () => {
    let failed;
    const onError = ({ error }) => (failed = error);
    const pieces = [];
    for await (const piece of streamText({ ...asked, prompt: HELLO, onError }).textStream) {
      pieces.push(piece);
    }
    if (failed) throw failed;
    return pieces;
  });

  await told("structured", way, async () => {
    const output = Output.object({ schema: Receipt });
    return (await generateText({ ...asked, prompt: DINNER, output })).output;
  });
  // Deprecated, and still what most code uses.
  await told("structured", `${way}, generateObject`, async () => {
    return (await generateObject({ ...asked, prompt: DINNER, schema: Receipt })).object;
  });

  await told("tools", way, async () => {
    const called = [];
    const weather = tool({
      description: "The weather of a city",
      inputSchema: City,
      execute: async (asked) => {
        called.push(["weather", asked]);
        return "sunny";
      },
    });
    const loop = { tools: { weather }, stopWhen: isStepCount(3) };
    const providerOptions = { openai: effort[way] };
    const { text } = await generateText({ ...asked, prompt: RAIN, ...loop, providerOptions });
    return text && called;
  });

  await told("turns", way, async () => {
    const turn = (content) => ({ role: "user", content });
    const first = await generateText({ ...asked, messages: [turn(MEI)] });
    const messages = [turn(MEI), ...first.response.messages, turn(NAME)];
    return (await generateText({ ...asked, messages })).text;
  });

  await told("picture", way, async () => {
    const picture = { type: "file", mediaType: "image", data: PICTURE };
    const content = [{ type: "text", text: LOOK }, picture];
    return (await generateText({ ...asked, messages: [{ role: "user", content }] })).text;
  });

  await told("logprobs", way, async () => {
    const providerOptions = { openai: { reasoningEffort: "none", logprobs: 2 } };
    const { providerMetadata } = await generateText({ ...asked, prompt: HELLO, providerOptions });
    return providerMetadata.openai.logprobs.flat().map(({ token }) => token);
  });

  await told("refused", way, () =>
    refused(() => generateText({ ...asked, model: api(UNKNOWN), prompt: HELLO })),
  );
}
