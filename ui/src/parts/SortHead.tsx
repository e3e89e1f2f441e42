import { iconArrowDown, iconArrowUp } from "@siemens/ix-icons/icons";
import { Icon } from "./Icon";

export interface SortHeadProps {
  label: string;
  order: "none" | "ascending" | "descending";
  onSort: () => void;
}

/** The head of a column by which a table is sorted. */
export const SortHead = ({ label, order, onSort }: SortHeadProps) => (
  <th scope="col" aria-sort={order}>
    <button type="button" className="sort" onClick={onSort}>
      {label}
      {order !== "none" && <Icon icon={order === "ascending" ? iconArrowUp : iconArrowDown} size="16" />}
    </button>
  </th>
);
