/** Bars on top of each other, drawn by ECharts in iX's theme. */
import { classicDark, classicLight, getComputedCSSProperty } from "@siemens/ix-echarts";
import { BarChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { type EChartsType, init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";

use([BarChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

export interface Series {
  name: string;
  values: readonly number[];
  /** A colour of iX, without `--theme-`. */
  color: string;
}

export interface ChartProps {
  /** The chart in a sentence, for who cannot see it. */
  told: string;
  dark: boolean;
  labels: readonly string[];
  series: readonly Series[];
  onPick: (at: number) => void;
}

const optionOf = (labels: readonly string[], series: readonly Series[]) => ({
  animation: false,
  // Patterns beside colours, for who cannot tell those apart; the sentence is the page's own.
  aria: { enabled: true, label: { enabled: false }, decal: { show: true } },
  grid: { left: 8, right: 8, top: 36, bottom: 4, containLabel: true },
  legend: { top: 0, left: 0, selectedMode: false, textStyle: { fontSize: 14 } },
  // Text drawn on the canvas: an element of its own would need styles that the policy refuses.
  tooltip: {
    trigger: "axis",
    renderMode: "richText",
    confine: true,
    axisPointer: { type: "shadow" },
    textStyle: { fontFamily: "Siemens Sans, sans-serif" },
  },
  xAxis: { type: "category", data: labels, axisLabel: { fontSize: 12, hideOverlap: true } },
  yAxis: { type: "value", minInterval: 1, axisLabel: { fontSize: 12 } },
  series: series.map(({ name, values, color }) => ({
    type: "bar",
    stack: "all",
    name,
    data: values,
    cursor: "pointer",
    itemStyle: { color: getComputedCSSProperty(color).trim() },
  })),
});

export default function Chart({ told, dark, labels, series, onPick }: ChartProps) {
  const frame = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(null);
  const pick = useRef(onPick);
  pick.current = onPick;
  const drawn = JSON.stringify({ labels, series });

  useEffect(() => {
    if (frame.current === null) return;
    const made = init(frame.current, dark ? classicDark.theme : classicLight.theme);
    made.on("click", ({ dataIndex }) => pick.current(dataIndex));
    chart.current = made;
    const size = new ResizeObserver(() => made.resize());
    size.observe(frame.current);
    return () => {
      size.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, [dark]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme is another chart, drawn anew
  useEffect(() => {
    const next: Pick<ChartProps, "labels" | "series"> = JSON.parse(drawn);
    chart.current?.setOption(optionOf(next.labels, next.series));
  }, [drawn, dark]);

  return <div ref={frame} className="o-chart" role="img" aria-label={told} />;
}
