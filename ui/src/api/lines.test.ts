import { expect, it } from "vitest";
import { linesOf } from "./lines";

const stream = (...parts: string[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      for (const part of parts) controller.enqueue(new TextEncoder().encode(part));
      controller.close();
    },
  });

async function all(...parts: string[]): Promise<unknown[]> {
  const lines: unknown[] = [];
  for await (const line of linesOf(stream(...parts))) lines.push(line);
  return lines;
}

it("lines are put together however they are cut", async () => {
  expect(await all('{"a":1}\n{"b"', ':"ü"}', '\n\n{"c":3}')).toEqual([{ a: 1 }, { b: "ü" }, { c: 3 }]);
});

it("a cut through a letter is none", async () => {
  const bytes = new TextEncoder().encode('{"a":"山"}\n');
  const cut = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(bytes.slice(0, 7));
      controller.enqueue(bytes.slice(7));
      controller.close();
    },
  });
  for await (const line of linesOf(cut)) expect(line).toEqual({ a: "山" });
});

it("no answer has no lines", async () => {
  expect(await all()).toEqual([]);
  for await (const line of linesOf(null)) expect(line).toBeUndefined();
});
