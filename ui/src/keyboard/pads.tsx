/** The rows of keys. */
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { Shown } from "./acts";
import { fullFaces, type KeyFace, pinFaces, type Texts } from "./face";
import { Key } from "./key";

export interface FullPadProps extends Shown {
  isSecret: boolean;
}

export function FullPad({ isSecret, ...shown }: FullPadProps): ReactElement {
  return <Rows rows={fullFaces(shown, isSecret, useTexts())} />;
}

export function PinPad(): ReactElement {
  return <Rows rows={pinFaces(useTexts())} />;
}

function useTexts(): Texts {
  const { t } = useTranslation("keyboard", { useSuspense: false });
  return (key, values) => t(key, { ...values });
}

function Rows({ rows }: { rows: readonly KeyFace[][] }): ReactElement {
  return (
    <>
      {rows.map((row) => (
        <div className="tk-row" key={row[0]?.id}>
          {row.map((face, column) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: Shift is on both sides of its row
            <Key key={`${face.id}${column}`} {...face} />
          ))}
        </div>
      ))}
    </>
  );
}
