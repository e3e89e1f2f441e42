/** Who signs as what, who has signed, and what is missing. */
import { iconCircle, iconCircleFilled, iconSuccess } from "@siemens/ix-icons/icons";
import { useTranslation } from "react-i18next";
import { type Asked, type Given, isOver } from "../../api/signing";
import { Icon } from "../../parts/Icon";
import { Time } from "../../parts/Time";
import { Seen } from "./seen";
import { useMeaning, useRoles } from "./words";

export function Steps({ asked }: { asked: Asked }) {
  const { t } = useTranslation("sign");
  const meaning = useMeaning();
  const roles = useRoles();
  const left = (place: number): number => asked.missing[place] ?? 0;
  const isDue = (place: number): boolean =>
    !asked.rules.ordered || asked.rules.steps.slice(0, place).every((_, before) => left(before) === 0);
  return (
    <section className="stack sign-part" aria-labelledby={`steps-${asked.id}`}>
      <h2 id={`steps-${asked.id}`}>{t("steps")}</h2>
      <ol className="sign-steps">
        {asked.rules.steps.map((step, place) => {
          const done = left(place) === 0;
          const due = !done && isDue(place) && !isOver(asked);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: the steps of a request never change
            <li key={place} className={done ? "done" : due ? "due" : "later"} data-step={place}>
              <Icon icon={done ? iconSuccess : due ? iconCircleFilled : iconCircle} size="24" />
              <div className="grow">
                <p>
                  <strong>{meaning(step.meaning)}</strong>
                  {` · ${roles(step.roles)}`}
                </p>
                {!done && (
                  <p className="small soft">
                    {t("missing", { count: left(place) })}
                    {!isOver(asked) && ` · ${due ? t("due") : t("later")}`}
                  </p>
                )}
                {asked.signatures
                  .filter((one) => one.step === place)
                  .map((one) => (
                    <Signature key={one.number} given={one} />
                  ))}
              </div>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

/** One signature: printed name, meaning, time, reason and comment (21 CFR Part 11, 11.50). */
function Signature({ given }: { given: Given }) {
  const { t } = useTranslation("sign");
  const meaning = useMeaning();
  return (
    <div className="sign-given" data-signature={given.number}>
      <p>
        <bdi>
          <strong>{given.person.name}</strong>
        </bdi>
        <span className="soft">{` (${given.user}, ${given.directory})`}</span>
      </p>
      <p className="small">
        {meaning(given.meaning)}
        {" · "}
        <Time at={given.at} />
        {given.station && ` · ${given.station.name}`}
        {given.through === "application" && ` · ${t("through")}`}
      </p>
      {given.reason && (
        <p>
          <span className="soft">{t("reason")}: </span>
          <Seen text={given.reason} />
        </p>
      )}
      {given.comment && (
        <p>
          <span className="soft">{t("comment")}: </span>
          <Seen text={given.comment} />
        </p>
      )}
    </div>
  );
}
