// Charts: ECharts with only the kinds used, drawn as SVG from the data attributes of `.chart-box`. Colours come from
// the style sheet, so that light and dark both fit.
import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

echarts.use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, AriaComponent, SVGRenderer]);

/** A colour of the style sheet as the browser computes it now. */
function colour(name) {
  const probe = document.createElement("i");
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

const TONES = { accent: "accent", violet: "st-excepted", bad: "st-unjustified", warn: "st-unassessed", good: "st-on_cloud", muted: "st-retired" };

function options(box) {
  const labels = JSON.parse(box.dataset.labels);
  const series = JSON.parse(box.dataset.series);
  const unit = box.dataset.unit;
  const line = box.dataset.chart === "line";
  const ink = colour("ink-3");
  const font = getComputedStyle(document.body).fontFamily;
  const many = series.length > 1;
  const stacked = !line && many;
  const each = Math.floor((box.clientWidth - 44) / labels.length) - 4;
  const values = series.flatMap((one) => one.values.filter((value) => value !== null));
  const low = Math.min(...values);
  return {
    animation: false,
    aria: { enabled: true },
    textStyle: { fontFamily: font, fontSize: 12, color: ink },
    grid: { left: 4, right: 10, top: many ? 30 : 12, bottom: 2, containLabel: true },
    legend: many ? { top: 0, left: 0, itemWidth: 12, itemHeight: 8, icon: "roundRect", textStyle: { color: ink, fontSize: 12 } } : undefined,
    tooltip: {
      trigger: "axis", renderMode: "richText", confine: true, backgroundColor: colour("surface"), borderColor: colour("line-3"), borderWidth: 1,
      textStyle: { color: colour("ink"), fontSize: 12, fontFamily: font }, valueFormatter: (value) => (value === null || value === undefined ? "–" : `${value}${unit}`),
      axisPointer: { type: line ? "line" : "shadow", lineStyle: { color: colour("line-3") }, shadowStyle: { color: colour("line-2"), opacity: 0.5 } },
    },
    xAxis: { type: "category", data: labels, boundaryGap: !line, axisTick: { show: false }, axisLine: { lineStyle: { color: colour("line-3") } }, axisLabel: line ? { color: ink, fontSize: 11.5, hideOverlap: true } : { color: ink, fontSize: 11, lineHeight: 13, interval: 0, width: each, overflow: "break" } },
    yAxis: {
      type: "value", min: line && low > 20 ? Math.floor(low / 10) * 10 : 0, minInterval: unit === "%" ? 0 : 1, splitNumber: 3,
      splitLine: { lineStyle: { color: colour("line-2") } }, axisLabel: { color: ink, fontSize: 11.5, formatter: `{value}${unit}` },
    },
    series: series.map((one) => ({
      name: one.name, type: line ? "line" : "bar", data: one.values, color: colour(TONES[one.tone] ?? "accent"), stack: stacked ? "all" : undefined,
      barMaxWidth: 26, itemStyle: line ? undefined : { borderRadius: stacked ? 0 : [2, 2, 0, 0] }, symbol: "circle", symbolSize: 5, showSymbol: false, lineStyle: { width: 2 },
      cursor: one.hrefs?.length ? "pointer" : "default",
    })),
  };
}

const drawn = [];
for (const box of document.querySelectorAll(".chart-box[data-chart]")) {
  const series = JSON.parse(box.dataset.series);
  box.replaceChildren();
  box.classList.add("drawn");
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", box.closest("figure")?.querySelector("figcaption")?.textContent ?? "");
  const chart = echarts.init(box, null, { renderer: "svg" });
  chart.setOption(options(box));
  chart.on("click", (event) => {
    const href = series[event.seriesIndex]?.hrefs?.[event.dataIndex];
    if (href) location.href = href;
  });
  drawn.push([box, chart]);
}
new ResizeObserver(() => drawn.forEach(([, chart]) => chart.resize())).observe(document.body);
const again = () => drawn.forEach(([box, chart]) => chart.setOption(options(box), true));
document.addEventListener("theme", again);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
