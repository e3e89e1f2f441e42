/** Who signs, and as what: step by step, put in order by hand, finger, button or key. */
import { iconAdd, iconArrowDown, iconArrowUp, iconDragGripper, iconTrashcan } from "@siemens/ix-icons/icons";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, SelectField } from "../../parts";
import { Icon } from "../../parts/Icon";
import { MEANINGS } from "../../parts/signature/rules";
import { useRulesTelling } from "../../parts/signature/telling";
import { useDrag } from "../areas/drag";
import { MOST, newStep, type StepForm, type Wrong } from "./form";
import { RolesField } from "./roles-field";

export interface StepsFieldProps {
  value: readonly StepForm[];
  ordered: boolean;
  wrong: Wrong;
  onChange: (steps: StepForm[]) => void;
}

/** The same steps with one at another place. */
export function stepTo(steps: readonly StepForm[], key: string, to: number): StepForm[] {
  const moved = steps.find((one) => one.key === key);
  if (moved === undefined || to < 0 || to >= steps.length) return [...steps];
  const rest = steps.filter((one) => one.key !== key);
  return [...rest.slice(0, to), moved, ...rest.slice(to)];
}

export function StepsField({ value, ordered, wrong, onChange }: StepsFieldProps) {
  const { t } = useTranslation("signature-policies");
  const [said, setSaid] = useState("");
  const list = useRef<HTMLOListElement>(null);
  const wanted = useRef<{ key: string; by: string } | null>(null);
  const place = (key: string): number => value.findIndex((one) => one.key === key);
  const move = (key: string, to: number): void => {
    const from = place(key);
    if (from === to || to < 0 || to >= value.length) return;
    onChange(stepTo(value, key, to));
    setSaid(t("stepMoved", { from: from + 1, to: to + 1, of: value.length }));
  };
  const { carried, start } = useDrag({
    attribute: "data-step",
    canDrop: (key, over) => key !== over,
    onDrop: (key, over) => move(key, place(over)),
  });
  // A step that is put elsewhere loses the focus; it gets it back there.
  useEffect(() => {
    if (wanted.current === null) return;
    const { key, by } = wanted.current;
    const line = list.current?.querySelector(`[data-step="${CSS.escape(key)}"]`);
    const button = line?.querySelector<HTMLButtonElement>(`[data-by="${by}"]`);
    if (button) (button.disabled ? line?.querySelector<HTMLElement>('[data-by="grip"]') : button)?.focus();
    wanted.current = null;
  });
  const shift = (key: string, by: number, from: string): void => {
    wanted.current = { key, by: from };
    move(key, place(key) + by);
  };
  const change = (key: string, changes: Partial<StepForm>): void =>
    onChange(value.map((one) => (one.key === key ? { ...one, ...changes } : one)));
  const lineClass = (key: string): string => {
    if (key === carried?.id) return "sp-step carried";
    return carried !== null && key === carried.over ? "sp-step over" : "sp-step";
  };
  return (
    <fieldset className="card stack sp-set">
      <legend>{t("steps")}</legend>
      <p className="small soft">{t(ordered ? "stepsHintOrdered" : "stepsHint")}</p>
      {wrong.noStep && <p className="sp-wrong">{t("noStep")}</p>}
      <ol className="sp-steps" ref={list}>
        {value.map((one, at) => (
          <li
            key={one.key}
            data-step={one.key}
            className={lineClass(one.key)}
            aria-label={t("stepOf", { n: at + 1 })}
          >
            <div className="sp-order">
              <button
                type="button"
                className="sp-grip"
                data-by="grip"
                aria-label={t("carry", { n: at + 1 })}
                onPointerDown={(event) => start(one.key, event)}
                onKeyDown={(event) => arrow(event, (by) => shift(one.key, by, "grip"))}
              >
                <Icon icon={iconDragGripper} />
                <span aria-hidden="true">{at + 1}</span>
              </button>
              <Button
                kind="tertiary"
                icon={iconArrowUp}
                data-by="up"
                aria-label={t("moveUp", { n: at + 1 })}
                disabled={at === 0}
                onClick={() => shift(one.key, -1, "up")}
              />
              <Button
                kind="tertiary"
                icon={iconArrowDown}
                data-by="down"
                aria-label={t("moveDown", { n: at + 1 })}
                disabled={at === value.length - 1}
                onClick={() => shift(one.key, 1, "down")}
              />
            </div>
            <StepFields
              step={one}
              wrong={wrong.steps.has(one.key)}
              change={(changes) => change(one.key, changes)}
            />
            <Button
              kind="tertiary"
              icon={iconTrashcan}
              aria-label={t("removeStep", { n: at + 1 })}
              disabled={value.length === 1}
              onClick={() => onChange(value.filter((other) => other.key !== one.key))}
            />
          </li>
        ))}
      </ol>
      <div className="row">
        <Button
          icon={iconAdd}
          disabled={value.length >= MOST.steps}
          onClick={() => onChange([...value, newStep()])}
        >
          {t("addStep")}
        </Button>
      </div>
      <p className="unseen" aria-live="polite">
        {said}
      </p>
    </fieldset>
  );
}

interface StepFieldsProps {
  step: StepForm;
  wrong: boolean;
  change: (changes: Partial<StepForm>) => void;
}

function StepFields({ step, wrong, change }: StepFieldsProps) {
  const { t } = useTranslation("signature-policies");
  const { meaning } = useRulesTelling();
  const counts = Array.from({ length: MOST.count }, (_, at) => String(at + 1));
  return (
    <div className="sp-step-fields">
      <RolesField
        label={t("stepRoles")}
        wrong={wrong ? t("stepRolesWrong") : undefined}
        value={step.roles}
        onChange={(roles) => change({ roles })}
      />
      <SelectField
        label={t("stepCount")}
        value={String(step.count)}
        options={counts.map((value) => ({ value, label: value }))}
        onText={(count) => change({ count: Number(count) })}
      />
      <SelectField
        label={t("stepMeaning")}
        value={step.meaning}
        options={MEANINGS.map((value) => ({ value, label: meaning(value) }))}
        onText={(next) => change({ meaning: next })}
      />
    </div>
  );
}

function arrow(event: KeyboardEvent, move: (by: number) => void): void {
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (by === undefined) return;
  event.preventDefault();
  move(by);
}
