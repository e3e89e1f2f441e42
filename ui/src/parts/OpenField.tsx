import { iconChevronDownSmall } from "@siemens/ix-icons/icons";
import { Field } from "./Field";
import { Icon } from "./Icon";

export interface OpenFieldProps {
  label: string;
  /** What is chosen; nothing while none is. */
  value: string | undefined;
  /** What stands there instead of it. */
  none: string;
  onOpen: () => void;
}

/** A field that opens a dialog to choose from. */
export function OpenField({ label, value, none, onOpen }: OpenFieldProps) {
  return (
    <Field label={label}>
      {(ids) => (
        <button
          {...ids}
          type="button"
          className="control open-field"
          aria-haspopup="dialog"
          aria-label={`${label}: ${value || none}`}
          onClick={onOpen}
        >
          {value ? <bdi title={value}>{value}</bdi> : <span className="soft">{none}</span>}
          <Icon icon={iconChevronDownSmall} />
        </button>
      )}
    </Field>
  );
}
