/**
 * Choices that this browser keeps; a language also for a user by id. It may forbid that; then a choice holds until
 * the page is left.
 */
export type Choice = "language" | `language.${string}` | "theme" | "times" | "menu";

const here = new Map<Choice, string>();

export function kept(choice: Choice): string | undefined {
  try {
    return globalThis.localStorage?.getItem(`pforte.${choice}`) ?? here.get(choice);
  } catch {
    return here.get(choice);
  }
}

export function keep(choice: Choice, value: string): void {
  here.set(choice, value);
  try {
    globalThis.localStorage?.setItem(`pforte.${choice}`, value);
  } catch {
    // Kept for this page alone.
  }
}
