import { useTranslation } from "react-i18next";
import { useFormat } from "../../i18n/format";
import { hotEnough, type Process, TANK_LITRES } from "./process";

/** The process as a picture: a tank, a valve, a pasteuriser, a mixer, a filler. */
export function Picture({ process }: { process: Process }) {
  const { t } = useTranslation("hmi");
  const format = useFormat();
  const height = (process.level / TANK_LITRES) * 150;
  const degrees = `${format.number(Math.round(process.temperature * 10) / 10)} °C`;
  const told = t("told", {
    level: format.number(Math.round(process.level)),
    degrees,
    bottles: format.number(process.bottles),
  });
  return (
    <svg className="hmi-picture" viewBox="5 28 750 210" role="img" aria-label={told}>
      <path className={`pipe${process.valveOpen ? " flows" : ""}`} d="M10 60 H90" />
      <path className={`valve${process.valveOpen ? " open" : ""}`} d="M38 46 L62 74 V46 L38 74 Z" />
      <rect className="vessel" x="90" y="40" width="110" height="160" rx="10" />
      <rect className="milk" x="95" y={195 - height} width="100" height={height} rx="6" />
      <text x="145" y="225">
        {t("tank")}
      </text>
      <text x="145" y="128" className="value">
        {`${format.number(Math.round(process.level))} l`}
      </text>
      <path className={`pipe${process.batch === "running" ? " flows" : ""}`} d="M200 120 H270" />
      <rect
        className={`vessel${hotEnough(process) ? " hot" : " cold"}`}
        x="270"
        y="80"
        width="120"
        height="80"
        rx="6"
      />
      <path className="coil" d="M285 140 q10 -40 20 0 t20 0 t20 0 t20 0" />
      <text x="330" y="185">
        {t("pasteuriser")}
      </text>
      <text x="330" y="70" className="value">
        {degrees}
      </text>
      <path className={`pipe${process.batch === "running" ? " flows" : ""}`} d="M390 120 H460" />
      <circle className="vessel" cx="505" cy="120" r="45" />
      <path className={`blade${process.mixing ? " turns" : ""}`} d="M505 85 V155 M470 120 H540" />
      <text x="505" y="190">
        {t("mixer")}
      </text>
      <path className={`pipe${process.batch === "running" ? " flows" : ""}`} d="M550 120 H620" />
      <rect className="vessel" x="620" y="70" width="120" height="100" rx="6" />
      <text x="680" y="125" className="value">
        {format.number(process.bottles)}
      </text>
      <text x="680" y="145">
        {t("bottles")}
      </text>
      <text x="680" y="195">
        {t("filler")}
      </text>
    </svg>
  );
}
