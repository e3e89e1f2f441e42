import { useTranslation } from "react-i18next";
import { serverNow } from "../../api/clock";
import { useFormat } from "../../i18n/format";
import { useNow } from "../../parts";
import { PageLink } from "../people/go";
import type { Overview } from "./data";
import { type Figure, type Tile, tilesOf } from "./figures";

/** How everything stands, in numbers; each leads to what it counts. */
export function Tiles({ now }: { now: Overview }) {
  const { t } = useTranslation("overview");
  return (
    <section className="o-tiles" aria-label={t("figures")}>
      {tilesOf(now).map((tile) => (
        <One key={tile.name} tile={tile} writable={tile.name === "log" ? now.log.writable : undefined} />
      ))}
    </section>
  );
}

function One({ tile, writable }: { tile: Tile; writable: boolean | undefined }) {
  const { t } = useTranslation("overview");
  return (
    <div className="card o-tile">
      <h2>
        {t(`tiles.${tile.name}`)}
        {writable === true && <span className="soft">{t("writable")}</span>}
        {writable === false && <span className="o-bad">{t("unwritable")}</span>}
      </h2>
      <div className="o-figures">
        {tile.figures.map((figure) => (
          <FigureLink key={figure.name} figure={figure} tile={t(`tiles.${tile.name}`)} />
        ))}
      </div>
    </div>
  );
}

function FigureLink({ figure, tile }: { figure: Figure; tile: string }) {
  const { t } = useTranslation("overview");
  const { value, bad } = figure;
  return (
    <PageLink
      to={figure.to}
      id={figure.id}
      search={figure.search}
      className={bad ? "o-figure link bad" : "o-figure link"}
      plainClassName={bad ? "o-figure bad" : "o-figure"}
    >
      <span className="unseen">{`${tile}: `}</span>
      <span className={typeof value === "object" ? "o-value o-ago" : "o-value"}>
        {typeof value === "object" ? <Ago at={value.at} /> : <Count value={value} />}
      </span>{" "}
      <span className="small soft">{t(`figuresOf.${figure.name}`)}</span>
    </PageLink>
  );
}

const Count = ({ value }: { value: number | undefined }) => {
  const { number } = useFormat();
  return value === undefined ? "–" : number(value);
};

/** How long ago something was, by the server's clock. */
const Ago = ({ at }: { at: string }) => {
  const now = useNow(1_000, serverNow);
  // The server's clock is known to the second: what has just happened never lies ahead.
  return useFormat().relative(Math.min(Date.parse(at), now), now);
};
