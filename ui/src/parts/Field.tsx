import { iconEye, iconEyeCancelled } from "@siemens/ix-icons/icons";
import {
  type InputHTMLAttributes,
  type ReactNode,
  type Ref,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
  useState,
} from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./Button";

interface Labelled {
  label: string;
  /** What to enter, in a few words. */
  hint?: string | undefined;
  /** What is wrong with it, as a sentence. */
  wrong?: string | undefined;
  required?: boolean;
}

interface Ids {
  id: string;
  "aria-describedby"?: string;
  "aria-invalid"?: true;
}

/** Label above, hint and fault below, tied together for screen readers. */
export function Field({
  label,
  hint,
  wrong,
  required,
  children,
}: Labelled & { children: (ids: Ids) => ReactNode }) {
  const id = useId();
  const described = [hint && `${id}-hint`, wrong && `${id}-wrong`].filter(Boolean).join(" ");
  const ids: Ids = { id };
  if (described !== "") ids["aria-describedby"] = described;
  if (wrong) ids["aria-invalid"] = true;
  return (
    <div className="field">
      <label htmlFor={id}>
        {label}
        {required && (
          <span className="needed" aria-hidden="true">
            {" *"}
          </span>
        )}
      </label>
      {children(ids)}
      {hint && (
        <span className="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {wrong && (
        <span className="wrong" id={`${id}-wrong`}>
          {wrong}
        </span>
      )}
    </div>
  );
}

type Changed = { onText?: (text: string) => void };

export type TextFieldProps = Labelled &
  Changed &
  Omit<InputHTMLAttributes<HTMLInputElement>, "id"> & { ref?: Ref<HTMLInputElement> };

/** A line of text. What is typed is never corrected, completed or capitalised by the browser. */
export function TextField({ label, hint, wrong, onText, ref, ...input }: TextFieldProps) {
  return (
    <Field label={label} hint={hint} wrong={wrong} required={input.required ?? false}>
      {(ids) => (
        <input
          autoCapitalize="none"
          autoComplete="off"
          autoCorrect="off"
          spellCheck={false}
          {...input}
          {...ids}
          ref={ref}
          className="control"
          onChange={(event) => {
            input.onChange?.(event);
            onText?.(event.target.value);
          }}
        />
      )}
    </Field>
  );
}

/** A password: shown only while the eye is pressed on. */
export function PasswordField({ label, hint, wrong, onText, ref, ...input }: TextFieldProps) {
  const { t } = useTranslation("parts");
  const [shown, setShown] = useState(false);
  return (
    <Field label={label} hint={hint} wrong={wrong} required={input.required ?? false}>
      {(ids) => (
        <div className="with-button">
          <input
            autoCapitalize="none"
            autoCorrect="off"
            autoComplete="off"
            spellCheck={false}
            maxLength={1024}
            {...input}
            {...ids}
            ref={ref}
            type={shown ? "text" : "password"}
            className="control"
            onChange={(event) => onText?.(event.target.value)}
          />
          <Button
            kind="tertiary"
            icon={shown ? iconEyeCancelled : iconEye}
            aria-label={t("showPassword")}
            aria-pressed={shown}
            disabled={input.disabled ?? false}
            onClick={() => setShown(!shown)}
          />
        </div>
      )}
    </Field>
  );
}

export type SelectFieldProps = Labelled &
  Changed &
  Omit<SelectHTMLAttributes<HTMLSelectElement>, "id"> & {
    options: readonly { value: string; label: string }[];
  };

/** A choice of few; the browser's own list, which works by key, mouse, finger and screen reader. */
export function SelectField({ label, hint, wrong, onText, options, ...select }: SelectFieldProps) {
  return (
    <Field label={label} hint={hint} wrong={wrong} required={select.required ?? false}>
      {(ids) => (
        <select {...select} {...ids} className="control" onChange={(event) => onText?.(event.target.value)}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export type AreaFieldProps = Labelled & Changed & Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, "id">;

/** Several lines of text. */
export function LinesField({ label, hint, wrong, onText, ...area }: AreaFieldProps) {
  return (
    <Field label={label} hint={hint} wrong={wrong} required={area.required ?? false}>
      {(ids) => (
        <textarea {...area} {...ids} className="control" onChange={(event) => onText?.(event.target.value)} />
      )}
    </Field>
  );
}

export interface CheckFieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, "type"> {
  label: ReactNode;
  onCheck?: (checked: boolean) => void;
}

/** Yes or no, the whole line a target. */
export function CheckField({ label, onCheck, ...input }: CheckFieldProps) {
  return (
    <label className="check">
      <input {...input} type="checkbox" onChange={(event) => onCheck?.(event.target.checked)} />
      <span>{label}</span>
    </label>
  );
}
