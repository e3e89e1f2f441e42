/** A page with every kind of field that the keyboard writes to, in and out of dialogs. Only its test shows it. */
import "@siemens/ix/dist/siemens-ix/siemens-ix-core.css";
import "@siemens/ix/dist/siemens-ix/theme/classic-light.css";
import "@siemens/ix/dist/siemens-ix/theme/classic-dark.css";
import { IxButton, IxInput, IxModal, IxModalContent, IxTextarea } from "@siemens/ix-react";
import i18next from "i18next";
import { type FormEvent, type ReactElement, useRef, useState } from "react";
import { createRoot } from "react-dom/client";
import { initReactI18next } from "react-i18next";
import "../../src/app/fonts.css";
import "@fontsource-variable/noto-sans-jp/wght.css";
import { type OpenOn, TouchKeyboard, useTouchKeyboard } from "../../src/keyboard";

const wanted = new URLSearchParams(location.search);
const language = wanted.get("lang") ?? "en";
const texts = import.meta.glob<Record<string, unknown>>("../../src/i18n/*/keyboard.json", {
  import: "default",
  eager: true,
});

function Controlled(): ReactElement {
  const [value, setValue] = useState("");
  return (
    <label>
      Controlled
      <input id="controlled" value={value} onChange={(event) => setValue(event.target.value)} />
      <output id="seen">{value}</output>
    </label>
  );
}

function LogOn(): ReactElement {
  const [sent, setSent] = useState("");
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setSent(Object.values(Object.fromEntries(new FormData(event.currentTarget))).join("/"));
  };
  return (
    <form onSubmit={submit}>
      <input id="name" name="name" aria-label="Name" autoComplete="username" />
      <input
        id="password"
        name="password"
        aria-label="Password"
        type="password"
        autoComplete="current-password"
      />
      <input id="pin" name="pin" aria-label="PIN" type="password" inputMode="numeric" maxLength={6} />
      <button id="send" type="submit">
        Log on
      </button>
      <output id="sent">{sent}</output>
    </form>
  );
}

function Components(): ReactElement {
  const [name, setName] = useState("");
  return (
    <form>
      <IxInput id="ix-name" label="iX name" value={name} onValueChange={(event) => setName(event.detail)} />
      <IxInput id="ix-password" label="iX password" type="password" />
      <IxTextarea id="ix-text" label="iX text" />
      <output id="ix-seen">{name}</output>
    </form>
  );
}

function Dialogs(): ReactElement {
  const own = useRef<HTMLDialogElement>(null);
  const modal = useRef<HTMLIxModalElement>(null);
  return (
    <>
      <button id="open-own" type="button" onClick={() => own.current?.showModal()}>
        Own dialog
      </button>
      <button id="open-ix" type="button" onClick={() => modal.current?.showModal()}>
        iX dialog
      </button>
      <dialog ref={own}>
        <input id="in-own" aria-label="In the dialog" />
        <button id="close-own" type="button" onClick={() => own.current?.close()}>
          Close
        </button>
      </dialog>
      <IxModal ref={modal} centered={wanted.has("centered")}>
        <IxModalContent>
          <IxInput id="in-ix" label="In iX" />
          <IxInput id="in-ix-2" label="In iX, second" />
          <IxButton id="close-ix" onClick={() => modal.current?.closeModal("done")}>
            Close
          </IxButton>
        </IxModalContent>
      </IxModal>
    </>
  );
}

/** A page that scrolls by itself makes its own room for the keyboard. */
const inner = {
  boxSizing: "border-box",
  height: "100vh",
  overflow: "auto",
  paddingBottom: "calc(var(--keyboard-height) + 8px)",
} as const;

function Page(): ReactElement {
  const keyboard = useTouchKeyboard();
  const [isThere, setIsThere] = useState(true);
  return (
    <main style={wanted.has("inner") ? inner : {}}>
      <LogOn />
      <Controlled />
      <button id="toggle" type="button" {...keyboard.buttonProps}>
        Keyboard
      </button>
      <button id="remove" type="button" onClick={() => setIsThere(false)}>
        Remove
      </button>
      {isThere && <input id="short" aria-label="Short" maxLength={3} />}
      <input id="number" aria-label="Number" type="number" />
      <input id="email" aria-label="Mail" type="email" />
      <input id="fixed" aria-label="Fixed" readOnly value="fixed" />
      <Dialogs />
      <Components />
      <textarea id="text" aria-label="Text" rows={3} style={{ display: "block", marginTop: "40vh" }} />
      <TouchKeyboard openOn={(wanted.get("open") ?? "touch") as OpenOn} />
    </main>
  );
}

await i18next.use(initReactI18next).init({
  lng: language,
  ns: ["keyboard"],
  interpolation: { escapeValue: false },
  resources: Object.fromEntries(
    Object.entries(texts).map(([path, keyboard]) => [path.split("/").at(-2) ?? "", { keyboard }]),
  ),
});
document.documentElement.dataset.ixColorSchema = wanted.get("scheme") ?? "light";
createRoot(document.getElementById("app") ?? document.body).render(<Page />);
