/** The log-on after a session ended in the middle of work that waits, unseen, for its person. */
import type { Session } from "../../api/session";
import { Door } from ".";
import { LogOnForm } from "./form";

export default function LogOnAgain({ of }: { of: Session }) {
  return <Door>{(options) => <LogOnForm options={options} inCharge={null} waiting={of} to={null} />}</Door>;
}
