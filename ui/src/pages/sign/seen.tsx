import { Fragment } from "react";
import { pieces } from "./text";

/** A text of others: by itself whatever its direction, and with what could not be seen in it. */
export function Seen({ text }: { text: string }) {
  return (
    <bdi className="seen">
      {pieces(text).map((piece, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a text have nothing but their place
        <Fragment key={place}>
          {piece.hidden ? <mark className="seen-hidden">{piece.text}</mark> : piece.text}
        </Fragment>
      ))}
    </bdi>
  );
}
