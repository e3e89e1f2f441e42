import { useFormat } from "../i18n/format";

/** A moment, as the reader wants times written; the exact one on hover. */
export function Time({ at, only }: { at: string; only?: "day" | "clock" }) {
  const format = useFormat();
  return (
    <time dateTime={format.exact(at)} title={format.exact(at)}>
      {only === undefined ? format.time(at) : format[only](at)}
    </time>
  );
}
