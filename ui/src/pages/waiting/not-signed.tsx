import type { Schema } from "../../api/client";
import { Problem } from "../../api/problem";
import { useProblemTexts } from "../../parts/ProblemTold";
import { Seen } from "../sign/seen";

/** Why one of several was not signed. */
export function NotSigned({ hindered, name }: { hindered: Schema<"Hindered">; name: string }) {
  const { what, todo } = useProblemTexts(new Problem(hindered.code, 0, hindered.detail));
  return (
    <li data-code={hindered.code}>
      <Seen text={name} />
      {`: ${what} ${todo}`}
    </li>
  );
}
