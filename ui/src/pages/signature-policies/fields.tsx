/** All rules of a policy. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { CheckField, LinesField, Loaded, SelectField, TextField } from "../../parts";
import { AreaChoice } from "../../parts/AreaChoice";
import { Chosen } from "../../parts/Chosen";
import { DurationField } from "../../parts/signature/DurationField";
import { DEMANDS, PROOFS, WHENS } from "../../parts/signature/rules";
import { useRulesTelling } from "../../parts/signature/telling";
import { areasQuery } from "../areas/data";
import { ActionsField } from "./actions-field";
import { type Form, inOrder, MOST, type Wrong, wrongOf } from "./form";
import { RolesField } from "./roles-field";
import { StepsField } from "./steps-field";

export interface FieldsProps {
  value: Form;
  set: (changes: Partial<Form>) => void;
}

interface PartProps extends FieldsProps {
  wrong: Wrong;
}

export function Fields({ value, set }: FieldsProps) {
  const wrong = wrongOf(value);
  return (
    <>
      <Heading value={value} set={set} wrong={wrong} />
      <div className="sp-two">
        <ActionsField value={value.actions} wrong={wrong.actions} onChange={(actions) => set({ actions })} />
        <Areas value={value} set={set} wrong={wrong} />
      </div>
      <StepsField
        value={value.steps}
        ordered={value.ordered}
        wrong={wrong}
        onChange={(steps) => set({ steps })}
      />
      <div className="sp-two">
        <How value={value} set={set} wrong={wrong} />
        <Words value={value} set={set} wrong={wrong} />
        <Times value={value} set={set} wrong={wrong} />
        <Cancelling value={value} set={set} wrong={wrong} />
      </div>
    </>
  );
}

function Heading({ value, set, wrong }: PartProps) {
  const { t } = useTranslation("signature-policies");
  return (
    <div className="card sp-heading">
      <TextField
        label={t("name")}
        wrong={wrong.name ? t("nameWrong") : undefined}
        maxLength={MOST.name}
        required
        value={value.name}
        onText={(name) => set({ name })}
      />
      <CheckField label={t("enabled")} checked={value.enabled} onCheck={(enabled) => set({ enabled })} />
    </div>
  );
}

function Areas({ value, set, wrong }: PartProps) {
  const { t } = useTranslation("signature-policies");
  const query = useQuery(areasQuery);
  return (
    <fieldset className="card stack sp-set">
      <legend>{t("areas")}</legend>
      <p className="small soft">{t("areasHint")}</p>
      {wrong.areas && <p className="sp-wrong">{t("areasWrong")}</p>}
      {query.data === undefined && <Chosen things={value.areas} />}
      <Loaded query={query}>
        {(areas) => (
          <AreaChoice
            label={t("areas")}
            areas={areas}
            chosen={value.areas}
            onChoose={(chosen) => set({ areas: inOrder(chosen) })}
          />
        )}
      </Loaded>
    </fieldset>
  );
}

function How({ value, set }: PartProps) {
  const { t } = useTranslation("signature-policies");
  return (
    <fieldset className="card stack sp-set">
      <legend>{t("how")}</legend>
      <SelectField
        label={t("when")}
        value={value.when}
        options={WHENS.map((one) => ({ value: one, label: t(`whens.${one}`) }))}
        onText={(when) => set({ when })}
      />
      <div>
        <CheckField label={t("ordered")} checked={value.ordered} onCheck={(ordered) => set({ ordered })} />
        <CheckField
          label={t("onePersonOnce")}
          checked={value.onePersonOnce}
          onCheck={(onePersonOnce) => set({ onePersonOnce })}
        />
        <CheckField
          label={t("performerDiffers")}
          checked={value.performerDiffers}
          onCheck={(performerDiffers) => set({ performerDiffers })}
        />
        <CheckField
          label={t("oneStation")}
          checked={value.oneStation}
          onCheck={(oneStation) => set({ oneStation })}
        />
      </div>
    </fieldset>
  );
}

function Words({ value, set, wrong }: PartProps) {
  const { t } = useTranslation("signature-policies");
  const { demand } = useRulesTelling();
  const demands = DEMANDS.map((one) => ({ value: one, label: demand(one) }));
  return (
    <fieldset className="card stack sp-set">
      <legend>{t("words")}</legend>
      <div className="p-fields">
        <SelectField
          label={t("reason")}
          value={value.reason}
          options={demands}
          onText={(reason) => set({ reason })}
        />
        <SelectField
          label={t("comment")}
          value={value.comment}
          options={demands}
          onText={(comment) => set({ comment })}
        />
      </div>
      {value.reason !== "none" && (
        <LinesField
          label={t("reasons")}
          hint={t("reasonsHint")}
          wrong={wrong.reasons ? t("reasonsWrong") : undefined}
          rows={3}
          value={value.reasons}
          onText={(reasons) => set({ reasons })}
        />
      )}
    </fieldset>
  );
}

function Times({ value, set, wrong }: PartProps) {
  const { t } = useTranslation("signature-policies");
  const { proof } = useRulesTelling();
  return (
    <fieldset className="card stack sp-set">
      <legend>{t("times")}</legend>
      <CheckField
        label={t("expires")}
        checked={value.valid !== null}
        onCheck={(on) => set({ valid: on ? { amount: "10", unit: "minute" } : null })}
      />
      {value.valid !== null && (
        <DurationField
          label={t("valid")}
          hint={t("validHint")}
          wrong={wrong.valid ? t("validWrong") : undefined}
          value={value.valid}
          onChange={(valid) => set({ valid })}
        />
      )}
      <CheckField
        label={t("continues")}
        checked={value.continuous !== null}
        onCheck={(on) => set({ continuous: on ? { amount: "15", unit: "minute" } : null })}
      />
      {value.continuous !== null && (
        <DurationField
          label={t("continuous")}
          hint={t("continuousHint")}
          wrong={wrong.continuous ? t("continuousWrong") : undefined}
          value={value.continuous}
          onChange={(continuous) => set({ continuous })}
        />
      )}
      <SelectField
        label={t("strength")}
        hint={t("strengthHint")}
        value={value.strength}
        options={PROOFS.map((one) => ({ value: one, label: proof(one) }))}
        onText={(strength) => set({ strength })}
      />
    </fieldset>
  );
}

function Cancelling({ value, set }: PartProps) {
  const { t } = useTranslation("signature-policies");
  return (
    <fieldset className="card stack sp-set">
      <legend>{t("cancelling")}</legend>
      <RolesField
        label={t("cancelRoles")}
        hint={t("cancelHint")}
        value={value.cancelRoles}
        onChange={(cancelRoles) => set({ cancelRoles })}
      />
    </fieldset>
  );
}
