import { isOpen } from "./rules";
import { useRulesTelling } from "./telling";
import "./signature.css";

/** How a request stands, in a word. */
export function State({ state }: { state: string }) {
  const { state: told } = useRulesTelling();
  const kind = isOpen(state) ? "open" : state === "complete" ? "complete" : "ended";
  return <span className={`sg-state ${kind}`}>{told(state)}</span>;
}
