/**
 * The release of a batch: where a policy asks for signatures the picture asks Pforte for them, opens its page,
 * and hears of the end. It never sees a password.
 */
import { iconPen } from "@siemens/ix-icons/icons";
import { useNavigate } from "@tanstack/react-router";
import i18next from "i18next";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { api, call, type Schema } from "../../api/client";
import { asProblem } from "../../api/problem";
import { type Asked, isOver, useRequest } from "../../api/signing";
import { Button } from "../../parts/Button";
import { ProblemTold } from "../../parts/ProblemTold";
import { Told } from "../../parts/Told";
import { Left } from "../sign/shown";
import { useMissing } from "../sign/words";
import type { Process } from "./process";
import { NEEDS } from "./rights";
import type { Release } from "./running";

/** What is signed: the batch as the picture knows it. */
function wanted(process: Process): Schema<"RequestSignatures"> {
  const batch = i18next.t("hmi:batchName", { number: process.number });
  const { right, area } = NEEDS.release;
  return {
    key: `release-${crypto.randomUUID()}`,
    action: right,
    area,
    object: batch,
    description: i18next.t("hmi:askWhat", { batch, bottles: process.bottles }),
    outcome: i18next.t("hmi:batches.released"),
    changes: [
      {
        what: i18next.t("hmi:askState"),
        old: i18next.t("hmi:batches.done"),
        new: i18next.t("hmi:batches.released"),
      },
    ],
    record: {
      json: {
        batch: process.number,
        line: "dairy/line2",
        bottles: process.bottles,
        pasteurised: { degrees: Math.round(process.temperature * 10) / 10, setpoint: process.setpoint },
        overridden: process.overridden,
        // The description of the API says an object without saying of what.
      } as unknown as Record<string, never>,
      keep: true,
    },
  };
}

/** Asks for the signatures; `null` where no policy asks for any, so that the right alone counts. */
export async function askRelease(process: Process): Promise<Release | null> {
  try {
    const body = wanted(process);
    const asked = await call(api.POST("/api/v1/signature-requests", { body }));
    const view = new URLSearchParams(asked.page?.split("?")[1]).get("view") ?? undefined;
    return { id: asked.id, view, batch: body.object };
  } catch (error) {
    if (asProblem(error).code === "signature-not-needed") return null;
    throw error;
  }
}

interface WaitsProps {
  release: Release;
  onEnd: (asked: Asked) => void;
}

/** That it waits, for whom, and the way to the page on which it is signed. */
export function ReleaseWaits({ release, onEnd }: WaitsProps) {
  const { t } = useTranslation("hmi");
  const navigate = useNavigate();
  const missing = useMissing();
  const { data: asked, error } = useRequest(release.id, release.view);
  useEffect(() => {
    if (asked !== undefined && isOver(asked)) onEnd(asked);
  }, [asked, onEnd]);
  const open = (): void =>
    void navigate({
      to: "/sign/$id",
      params: { id: release.id },
      search: { view: release.view, back: "/hmi" } as never,
    });
  return (
    <Told kind="warning">
      <div className="row" data-release="waits">
        <p className="grow wrap">
          {t("releaseWaits", { batch: release.batch, what: asked === undefined ? "…" : missing(asked) })}{" "}
          {asked !== undefined && <Left asked={asked} />}
        </p>
        <Button kind="primary" icon={iconPen} onClick={open}>
          {t("toSigning")}
        </Button>
      </div>
      <ProblemTold error={error} />
    </Told>
  );
}

const ENDS = ["refused", "cancelled", "expired"] as const;

/** How it ended. */
export function ReleaseEnded({ asked, batch }: { asked: Asked; batch: string }) {
  const { t } = useTranslation("hmi");
  const end = ENDS.find((one) => one === asked.state);
  const ending = asked.ending;
  return (
    <Told kind={end === undefined ? "success" : "warning"} loud>
      <p data-release={asked.state}>
        {end === undefined ? t("releaseDone", { batch }) : t(`releaseEnds.${end}`, { batch })}
        {ending?.by && ` ${ending.by.name}`}
        {ending?.reason && `: ${ending.reason}`}
      </p>
    </Told>
  );
}
