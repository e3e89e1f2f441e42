/**
 * What the person in charge may do in the picture: asked of Pforte as any process picture would, by the
 * public API alone.
 */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, call, type Schema } from "../../api/client";
import { SESSION, useSession } from "../../api/session";
import type { Act } from "./process";

/** The right that an act needs, and the area it happens in. */
export const NEEDS: Readonly<Record<Act, Schema<"Question">>> = {
  valve: { right: "hmi/valve.operate", area: "dairy/reception/tank1" },
  warmer: { right: "hmi/setpoint.write", area: "dairy/pasteuriser" },
  cooler: { right: "hmi/setpoint.write", area: "dairy/pasteuriser" },
  mixer: { right: "hmi/valve.operate", area: "dairy/line2/mixer" },
  acknowledge: { right: "hmi/alarm.acknowledge", area: "dairy/line2" },
  override: { right: "hmi/interlock.override", area: "dairy/line2/filler" },
  start: { right: "batch/start", area: "dairy/line2" },
  hold: { right: "batch/hold", area: "dairy/line2" },
  release: { right: "batch/release", area: "dairy/line2" },
};

const ACTS = Object.keys(NEEDS) as Act[];

/** Half of the second within which the picture has to follow a change. */
const ASK_MS = 500;

const decide = (questions: Schema<"Question">[], act: boolean, signal?: AbortSignal) =>
  call(api.POST("/api/v1/decisions", { body: { questions, act, explain: false }, signal: signal ?? null }));

/** The acts that are allowed now. Nobody in charge, or nothing heard: none. */
export function useAllowed(): ReadonlySet<Act> {
  const session = useSession();
  const asked = useQuery({
    queryKey: ["decisions", "hmi", session?.id],
    enabled: session !== null && session !== undefined,
    refetchInterval: ASK_MS,
    retry: false,
    gcTime: 0,
    queryFn: async ({ signal }) => {
      const { answers } = await decide(
        ACTS.map((act) => NEEDS[act]),
        false,
        signal,
      );
      const allowed = new Set(ACTS.filter((_, place) => answers[place]?.allowed === true));
      // Who runs the batches asks for their release; who sets them free the policy says.
      if (allowed.has("start")) allowed.add("release");
      return allowed;
    },
  });
  return session && !asked.isError ? (asked.data ?? NOTHING) : NOTHING;
}

const NOTHING: ReadonlySet<Act> = new Set();

/** Asks at the time of the act, which makes the decision an event; gives whether it is allowed. */
export async function mayNow(act: Act): Promise<boolean> {
  const { answers } = await decide([NEEDS[act]], true);
  return answers[0]?.allowed === true;
}

/** While nobody is in charge here, looks whether somebody logged on at another page of this browser. */
export function useSomebodyElse(): void {
  const client = useQueryClient();
  const nobody = useSession() === null;
  useEffect(() => {
    if (!nobody) return;
    const again = setInterval(() => void client.invalidateQueries({ queryKey: SESSION }), ASK_MS);
    return () => clearInterval(again);
  }, [nobody, client]);
}
