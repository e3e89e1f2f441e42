/** An answer of lines of JSON (`application/x-ndjson`), each as soon as it is there. */
export async function* linesOf<T>(stream: ReadableStream<Uint8Array> | null | undefined): AsyncGenerator<T> {
  if (!stream) return;
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      rest += decoder.decode(value, { stream: !done });
      const lines = rest.split("\n");
      // What stands behind the last line feed goes on with the next part.
      rest = done ? "" : (lines.pop() ?? "");
      for (const line of lines) if (line.trim() !== "") yield JSON.parse(line) as T;
      if (done) return;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
