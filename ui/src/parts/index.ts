/** The shared parts of the pages. */
export { useAddress, useParamsOfAddress, withoutEmpty } from "./address";
export { Button, type ButtonProps } from "./Button";
export { Conflict, EditConflict, type Shown } from "./Conflict";
export { Confirm, Dialog } from "./Dialog";
export { EditBar } from "./EditBar";
export { type Edit, useEdit } from "./edit";
export { CheckField, Field, LinesField, PasswordField, SelectField, TextField } from "./Field";
export { MakeDialog } from "./MakeDialog";
export { OpenField } from "./OpenField";
export { Page } from "./Page";
export { ProblemTold, useProblemTexts } from "./ProblemTold";
export { Search } from "./Search";
export { SortHead } from "./SortHead";
export { useNow, useSeconds } from "./seconds";
export { Empty, Failed, Loaded, Progress } from "./states";
export { Time } from "./Time";
export { Told } from "./Told";
