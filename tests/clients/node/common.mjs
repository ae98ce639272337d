// What the programs for Node clients ask, and how they tell what came back (common.py is its twin).
import { z } from "zod";

export const MODEL = "gpt-6-luna";
export const UNKNOWN = "gpt-7";
export const HELLO = "Say hello.";
export const DINNER = "Dinner";
export const RAIN = "Rain in Oslo?";
export const MEI = "Hi, I am Mei and I grow tomatoes.";
export const NAME = "What is my name?";
export const LOOK = "What is it?";
/** A PNG of 8 × 8 red pixels. */
export const PICTURE =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEklEQVR4nGP8z4AdMOEQ" +
  "H6QSAM1BAQ/oQeJvAAAAAElFTkSuQmCC";
export const Receipt = z.object({ shop: z.string(), total: z.number() });
export const City = z.object({ city: z.string() });

/** Tell what `ask` returns, or how it fails, as one line of JSON: a case of an ability. */
export async function told(ability, way, ask) {
  let said;
  try {
    said = { said: await ask() };
  } catch (error) {
    said = { failed: String(error?.stack ?? error) };
  }
  console.log(JSON.stringify({ ability, way, ...said }));
}

/** Return the status and code of the API's error that `ask` throws. */
export async function refused(ask) {
  try {
    return await ask();
  } catch (error) {
    return [error.status ?? error.statusCode, error.code ?? error.data?.error.code];
  }
}
