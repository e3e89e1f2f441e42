/** Where, when and how strongly a role counts. */
import { useTranslation } from "react-i18next";
import { SelectField, TextField } from "../../parts";
import { AreasField } from "./areas-field";
import { type Form, STRENGTHS, wrongOf } from "./data";
import { StationsField } from "./stations-field";
import { type Telling, useTelling } from "./telling";
import { WhenField } from "./when-field";

export interface FieldsProps {
  value: Form;
  set: (changes: Partial<Form>) => void;
}

export function Fields({ value, set }: FieldsProps) {
  const telling = useTelling();
  const wrong = wrongOf(value);
  return (
    <>
      <div className="a-places">
        <AreasField value={value.areas} wrong={wrong.areas} onChange={(areas) => set({ areas })} />
        <div className="stack">
          <StationsField
            value={value.stations}
            wrong={wrong.stations}
            onChange={(stations) => set({ stations })}
          />
          <Limits value={value} set={set} telling={telling} wrong={wrong.until} />
        </div>
      </div>
      <WhenField value={value.schedule} wrong={wrong.schedule} onChange={(schedule) => set({ schedule })} />
    </>
  );
}

function Limits({ value, set, telling, wrong }: FieldsProps & { telling: Telling; wrong: boolean }) {
  const { t } = useTranslation("assignments");
  return (
    <fieldset className="card stack a-set">
      <legend>{t("limits")}</legend>
      <div className="p-fields">
        <TextField
          label={t("from")}
          hint={t("fromHint")}
          type="datetime-local"
          max="9999-12-31T23:59"
          value={value.from}
          onText={(from) => set({ from })}
        />
        <TextField
          label={t("until")}
          hint={t("untilHint")}
          wrong={wrong ? t("untilWrong") : undefined}
          type="datetime-local"
          max="9999-12-31T23:59"
          value={value.until}
          onText={(until) => set({ until })}
        />
        <SelectField
          label={t("least")}
          hint={t("leastHint")}
          value={value.strength}
          options={[
            { value: "", label: t("anyStrength") },
            ...STRENGTHS.map((one) => ({ value: one, label: telling.strength(one) })),
          ]}
          onText={(strength) => set({ strength })}
        />
      </div>
    </fieldset>
  );
}
