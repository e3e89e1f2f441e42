export type { OpenOn } from "./follow";
export { TouchKeyboard, type TouchKeyboardProps } from "./keyboard";
export { type TouchKeyboardControl, useTouchKeyboard } from "./use-touch-keyboard";
