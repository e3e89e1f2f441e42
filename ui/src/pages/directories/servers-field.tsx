import { iconAdd, iconArrowDown, iconArrowUp, iconTrashcan } from "@siemens/ix-icons/icons";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../parts";
import { isServer } from "./valid";

/** As many as the server takes. */
const MOST = 16;

export interface ServersProps {
  value: readonly string[];
  /** Whether they are domain controllers. */
  domain: boolean;
  readOnly: boolean;
  onChange: (servers: string[]) => void;
}

/** The servers, a row each; the first that answers is used. */
export function ServersField({ value, domain, readOnly, onChange }: ServersProps) {
  const { t } = useTranslation("directories");
  const list = useRef<HTMLOListElement>(null);
  const wanted = useRef<number | null>(null);
  useEffect(() => {
    if (wanted.current === null) return;
    list.current?.querySelectorAll<HTMLInputElement>("input").item(wanted.current)?.focus();
    wanted.current = null;
  });
  const put = (servers: string[], focus?: number): void => {
    if (focus !== undefined) wanted.current = focus;
    onChange(servers);
  };
  const swap = (at: number, by: number): void => {
    const servers = [...value];
    const [one] = servers.splice(at, 1);
    servers.splice(at + by, 0, one ?? "");
    put(servers, at + by);
  };
  return (
    <>
      <ol ref={list} className="d-rows">
        {value.map((server, at) => {
          const wrong = server.trim() !== "" && !isServer(server);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place
            <li key={at}>
              <input
                className="control"
                aria-label={t(domain ? "controller" : "ldapServer", { number: at + 1 })}
                aria-describedby={wrong ? `d-wrong-${at}` : "d-servers-hint"}
                aria-invalid={wrong || undefined}
                autoCapitalize="none"
                autoComplete="off"
                autoCorrect="off"
                spellCheck={false}
                maxLength={300}
                readOnly={readOnly}
                value={server}
                onChange={(event) => put(value.map((one, i) => (i === at ? event.target.value : one)))}
              />
              {!readOnly && value.length > 1 && (
                <>
                  <Button
                    kind="tertiary"
                    icon={iconArrowUp}
                    disabled={at === 0}
                    aria-label={t("serverUp", { number: at + 1 })}
                    onClick={() => swap(at, -1)}
                  />
                  <Button
                    kind="tertiary"
                    icon={iconArrowDown}
                    disabled={at === value.length - 1}
                    aria-label={t("serverDown", { number: at + 1 })}
                    onClick={() => swap(at, 1)}
                  />
                  <Button
                    kind="tertiary"
                    icon={iconTrashcan}
                    aria-label={t("serverRemove", { number: at + 1 })}
                    onClick={() =>
                      put(
                        value.filter((_, i) => i !== at),
                        Math.max(0, at - 1),
                      )
                    }
                  />
                </>
              )}
              {wrong && (
                <span className="wrong" id={`d-wrong-${at}`}>
                  {t("serverWrong")}
                </span>
              )}
            </li>
          );
        })}
      </ol>
      <span className="hint" id="d-servers-hint">
        {t("serversHint")}
      </span>
      {!readOnly && value.length < MOST && (
        <Button icon={iconAdd} onClick={() => put([...value, ""], value.length)}>
          {t("serverAdd")}
        </Button>
      )}
    </>
  );
}
