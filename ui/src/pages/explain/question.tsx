/** The question: who, which right, where, from which station, when. All of it stands in the address. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAccess } from "../../app/access";
import { Button, Field, OpenField, Told, useAddress } from "../../parts";
import { type Picked, Picker } from "../people/picker";
import { ChooseArea, ChooseRight, ChooseStation } from "./choosers";
import { useRightName } from "./rights";

type Open = "user" | "right" | "area" | "station";

export interface QuestionProps {
  /** What the chosen person and station are called; nothing while none is chosen. */
  person: string | undefined;
  station: string | undefined;
}

export function Question({ person, station }: QuestionProps) {
  const { t } = useTranslation("explain");
  const [{ right = "", area = "", station: at = "" }, change] = useAddress();
  const { may } = useAccess();
  const [open, setOpen] = useState<Open | null>(null);
  const [stranger, setStranger] = useState<string>();
  const named = useRightName(right);
  const close = (): void => setOpen(null);
  const pick = (name: Open) => (value: string) => {
    close();
    change({ [name]: value }, true);
  };
  const pickPerson = (picked: Picked): void => {
    setStranger(picked.id === undefined ? picked.label : undefined);
    close();
    if (picked.id !== undefined) change({ user: picked.id }, true);
  };
  const shown = named.label === right ? right : `${named.label} (${right})`;
  return (
    <div className="card stack">
      <div className="asked-fields">
        <OpenField none={t("notChosen")} label={t("person")} value={person} onOpen={() => setOpen("user")} />
        <OpenField
          none={t("notChosen")}
          label={t("right")}
          value={right && shown}
          onOpen={() => setOpen("right")}
        />
        <OpenField none={t("notChosen")} label={t("area")} value={area} onOpen={() => setOpen("area")} />
        {may("stations.read") && (
          <OpenField
            none={t("notChosen")}
            label={t("station")}
            value={station ?? t("noStation")}
            onOpen={() => setOpen("station")}
          />
        )}
        <Moment />
      </div>
      {stranger !== undefined && (
        <Told loud>
          <p className="wrap">{t("stranger", { name: stranger })}</p>
        </Told>
      )}
      {open === "user" && (
        <Picker title={t("chooseUser")} kinds={["user"]} onPick={pickPerson} onClose={close} />
      )}
      {open === "right" && <ChooseRight value={right} onPick={pick("right")} onClose={close} />}
      {open === "area" && <ChooseArea value={area} onPick={pick("area")} onClose={close} />}
      {open === "station" && <ChooseStation value={at} onPick={pick("station")} onClose={close} />}
    </div>
  );
}

const two = (value: number): string => String(value).padStart(2, "0");

/** A moment as the browser's own field for it writes it, in the computer's time zone. */
function local(at: string): string {
  const date = new Date(at);
  if (at === "" || Number.isNaN(date.getTime())) return "";
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** When: now, or a moment that was chosen. Asked only when the field is left: half a year is a year too. */
function Moment() {
  const { t } = useTranslation("explain");
  const [{ at = "" }, change] = useAddress();
  const [asked, setAsked] = useState(at);
  const [typed, setTyped] = useState(local(at));
  // The back button and a link win over what stands in the field.
  if (asked !== at) {
    setAsked(at);
    setTyped(local(at));
  }
  const done = (): void => {
    if (typed === local(at)) return;
    change({ at: typed === "" ? "" : new Date(typed).toISOString() }, true);
  };
  return (
    <Field label={t("when")}>
      {(ids) => (
        <div className="asked-moment">
          <input
            {...ids}
            type="datetime-local"
            className="control"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            onBlur={done}
            onKeyDown={(event) => event.key === "Enter" && done()}
          />
          <Button aria-pressed={at === ""} onClick={() => change({ at: "" }, true)}>
            {t("now")}
          </Button>
        </div>
      )}
    </Field>
  );
}
