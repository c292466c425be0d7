// Draws a figure whose colours are names ("@history", "@band"): the theme, the language and the size are applied here,
// so that switching any of them needs no answer from the server. A time series is sketched at once; Plotly, which is
// large, takes over when the browser has nothing better to do, on a phone when the reader touches the chart.
import { createElement as h, useContext, useEffect, useLayoutEffect, useRef, useState } from "react";
import { ColorModeContext } from "$/utils/context-registry";
import { useCompany } from "$/public/js/language.js";
import "$/public/js/sketch.js";

const { PALETTES, LOCALES, plan, draw, legend, groupOf, numbered } = globalThis.Sketch;
const WORDS = {
  en: { download: "Download PNG", empty: "No data to draw", loading: "Loading…" },
  es: { download: "Descargar PNG", empty: "No hay datos que dibujar", loading: "Cargando…" },
};
const DATES = {
  en: { hover: "%a, %b %-d, %Y", day: "%b %-d\n%Y" },
  es: { hover: "%a %-d %b %Y", day: "%-d %b\n%Y" },
};
const PATIENCE = 2000, FORTNIGHT = 1209600000;
// What these elements hold is not React's: it is drawn before React has arrived, and by functions that the two share.
const FOREIGN = { dangerouslySetInnerHTML: { __html: "" }, suppressHydrationWarning: true };

let plotly = null;
const load = () => (plotly ??= import("plotly.js-basic-dist-min").then((m) => m.default ?? m));

function useNear(node) {
  const [near, setNear] = useState(false);
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => entry.isIntersecting && setNear(true), { rootMargin: "300px" });
    observer.observe(node.current);
    return () => observer.disconnect();
  }, []);
  return near;
}

// Resolves when the reader turns to `node`; on a wide screen, whose machine has the time, also when the browser is idle.
function calm(node) {
  return new Promise((done) => {
    for (const turn of ["pointerenter", "touchstart", "focusin"])
      node.addEventListener(turn, done, { once: true, passive: true });
    if (!window.matchMedia("(min-width: 900px)").matches) return;
    (window.requestIdleCallback ?? ((call) => setTimeout(call, PATIENCE)))(done, { timeout: PATIENCE });
  });
}

function coloured(value, palette) {
  if (typeof value === "string") return value[0] === "@" ? (palette[value.slice(1)] ?? palette.ink) : value;
  if (Array.isArray(value)) return typeof value[0] === "object" ? value.map((v) => coloured(v, palette)) : value;
  if (value && typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, coloured(v, palette)]));
  return value;
}

function merged(base, over) {
  const result = { ...base };
  for (const [key, value] of Object.entries(over ?? {}))
    result[key] =
      value && typeof value === "object" && !Array.isArray(value) ? merged(base?.[key] ?? {}, value) : value;
  return result;
}

function template(palette, language) {
  const axis = {
    gridcolor: palette.grid, linecolor: palette.axis, tickcolor: palette.axis, zeroline: false, automargin: true,
    tickfont: { color: palette.words, size: 12 }, title: { font: { color: palette.words, size: 12 } },
  };
  return {
    font: { family: "'Inter Variable', 'Inter fallback', system-ui, sans-serif", size: 12, color: palette.ink },
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", separators: language === "es" ? ",." : ".,",
    colorway: [palette.s1, palette.s2, palette.s3, palette.s4, palette.s5, palette.s6],
    margin: { l: 8, r: 8, t: 8, b: 8 }, autosize: true, dragmode: "pan", hovermode: "x unified", bargap: 0.35,
    hoverlabel: { bgcolor: palette.paper, bordercolor: palette.axis, font: { color: palette.ink, size: 12 } },
    legend: { orientation: "h", x: 0, y: 1.02, xanchor: "left", yanchor: "bottom", font: { color: palette.words } },
    xaxis: { ...axis, showgrid: false, ticks: "outside", ticklen: 4, spikecolor: palette.words, spikethickness: 1, hoverformat: DATES[language].hover },
    yaxis: { ...axis, showline: false, rangemode: "tozero", fixedrange: true },
  };
}

// What Plotly shall not choose for itself, where a sketch has been drawn already.
function settled(made, language) {
  if (!made) return {};
  const stops = [
    { dtickrange: [null, FORTNIGHT], value: DATES[language].day },
    { dtickrange: ["M1", "M12"], value: "%b\n%Y" },
    { dtickrange: ["M12", null], value: "%Y" },
  ];
  return {
    margin: made.margin,
    xaxis: { range: made.x.map((at) => new Date(at).toISOString().slice(0, 10)), automargin: false, tickangle: 0, tickformatstops: stops },
    yaxis: {
      range: made.y, tickmode: "array", tickvals: made.yTicks.map(({ at }) => at), ticktext: made.yTicks.map(({ lines }) => lines[0]),
      ticks: "", automargin: false,
    },
  };
}

// Month and weekday names come from the browser, so no locale bundle is sent. English is built in.
function registerLocale(Plotly, language) {
  if (language === "en") return;
  const names = (count, options, start) =>
    Array.from({ length: count }, (_, i) =>
      new Intl.DateTimeFormat(LOCALES[language], { ...options, timeZone: "UTC" }).format(start(i)).replace(".", ""),
    );
  const month = (i) => new Date(Date.UTC(2023, i, 1));
  const day = (i) => new Date(Date.UTC(2023, 0, 1 + i));
  Plotly.register({
    moduleType: "locale", name: language, dictionary: {},
    format: {
      days: names(7, { weekday: "long" }, day), shortDays: names(7, { weekday: "short" }, day),
      months: names(12, { month: "long" }, month), shortMonths: names(12, { month: "short" }, month),
      date: "%d-%m-%Y",
    },
  });
}

// Amounts and numbers in what is said of a point: "%{y:money}", "%{customdata[1]:number}".
const HOLE = /%\{(\w+)(?:\[(\d+)\])?:(money|number)\}/g;

function told(trace, language) {
  if (typeof trace.hovertemplate !== "string" || trace.hovertemplate.search(HOLE) < 0) return trace;
  const formats = globalThis.Formats.ours();
  const said = (value, kind) =>
    kind === "money" ? formats.money(language, value)
      : formats.number(language, value, { maximumFractionDigits: Math.abs(value) < 10 ? 1 : 0 });
  const at = (point) => (_, name, place, kind) => said(place === undefined ? trace[name][point] : trace[name][point][place], kind);
  return { ...trace, hovertemplate: trace.x.map((_, point) => trace.hovertemplate.replace(HOLE, at(point))) };
}

// Axes that say of what kind their numbers are get their ticks from us.
function ticked(layout, data, language, sizes) {
  const own = Object.entries(layout).filter(([, axis]) => axis?.format);
  const axes = own.map(([name, axis]) => {
    const across = name[0] === "x", { format, ...rest } = axis;
    const values = data.flatMap((trace) => trace[name[0]] ?? []);
    const ticks = numbered(axis, values, sizes[across ? 0 : 1], across ? 80 : 40, language);
    return [name, { ...rest, tickmode: "array", fixedrange: true, ...ticks }];
  });
  return { ...layout, ...Object.fromEntries(axes) };
}

// Texts of a figure may be {en, es} pairs, or {money: [from, to]}.
function spoken(value, language) {
  if (Array.isArray(value)) return typeof value[0] === "object" ? value.map((v) => spoken(v, language)) : value;
  if (value && typeof value === "object") {
    if (typeof value.en === "string") return value[language] ?? value.en;
    if (Array.isArray(value.money))
      return value.money.map((amount) => globalThis.Formats.ours().money(language, amount, { compact: true })).join(" – ");
    return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, spoken(v, language)]));
  }
  return value;
}

// What Plotly draws; it has no legend there, for ours is above it and works with the keyboard too.
function drawing(figure, made, mode, language, left, sizes) {
  const palette = PALETTES[mode];
  const own = ticked(coloured(spoken(figure.layout, language), palette), figure.data, language, sizes);
  const layout = { ...merged(merged(template(palette, language), own), settled(made, language)), showlegend: false };
  const data = figure.data.map((trace) => ({
    ...told(coloured(spoken(trace, language), palette), language), visible: left.has(groupOf(trace)) ? "legendonly" : true,
  }));
  return { data, layout };
}

// A picture leaves the page, so it takes legend and unit along.
function pictured({ data, layout }, figure, language) {
  const title = { text: spoken(figure.unit, language) };
  const room = { margin: { ...layout.margin, t: 48 }, yaxis: { title, automargin: true }, showlegend: figure.layout?.showlegend };
  return { data, layout: merged(layout, room) };
}

export function Chart({
  figure, label, summary, height = 360, language = "en", fileName = "chart", download = true, waiting = false, onPoint,
}) {
  const frame = useRef(null), key = useRef(null), sketch = useRef(null), canvas = useRef(null), pressed = useRef(null);
  pressed.current = onPoint;
  const [drawn, setDrawn] = useState(false);
  const [left, setLeft] = useState(() => new Set());
  const company = useCompany();
  const mode = useContext(ColorModeContext).resolvedColorMode === "dark" ? "dark" : "light";
  const near = useNear(frame);
  const empty = !figure?.data?.length;

  useLayoutEffect(() => {
    if (empty) return;
    legend(key.current, figure, mode, language, left);
    if (!drawn) draw(sketch.current, figure, mode, language, left);
  }, [figure, mode, language, company, empty, left]);

  const current = () => {
    const { clientWidth, clientHeight } = canvas.current;
    const sizes = [clientWidth, clientHeight];
    return drawing(figure, plan(figure, ...sizes, language), mode, language, left, sizes);
  };

  useEffect(() => {
    if (empty || !near) return undefined;
    let live = true;
    const sketched = !drawn && sketch.current.childElementCount > 0;
    (sketched ? calm(frame.current) : Promise.resolve()).then(load).then((Plotly) => {
      if (!live) return;
      registerLocale(Plotly, language);
      const { data, layout } = current();
      const config = { displayModeBar: false, responsive: true, locale: language, scrollZoom: false, doubleClick: "reset" };
      const fresh = !canvas.current.on;
      Plotly.react(canvas.current, data, layout, config).then(() => live && setDrawn(true));
      if (fresh) canvas.current.on("plotly_click", ({ points }) => pressed.current?.(String(points[0].x).slice(0, 10)));
    });
    return () => {
      live = false;
    };
  }, [figure, mode, language, company, empty, near, left]);

  useEffect(() => {
    const node = canvas.current;
    return () => void plotly?.then((Plotly) => Plotly.purge(node));
  }, []);

  const toggle = (event) => {
    const group = event.target.closest("button")?.dataset.group;
    if (group) setLeft(new Set(left.has(group) ? [...left].filter((other) => other !== group) : [...left, group]));
  };
  const save = () =>
    load().then((Plotly) =>
      Plotly.downloadImage(pictured(current(), figure, language), { format: "png", scale: 2, width: 1280, height: 640, filename: fileName }),
    );

  return h(
    "figure",
    { ref: frame, className: "chart", "data-drawn": drawn, style: { "--chart-height": `${height}px` } },
    h("div", { ref: key, className: "chart-key", onClick: toggle, ...FOREIGN }),
    h("div", { className: "chart-stage", role: "img", "aria-label": summary || label },
      h("div", { ref: sketch, className: "chart-sketch", ...FOREIGN }),
      h("div", { ref: canvas, className: "chart-canvas" })),
    !drawn && (waiting || !empty) && h("div", { className: "bone chart-bone" }),
    waiting && empty && h("div", { className: "sr-only", role: "status" }, WORDS[language].loading),
    empty && !waiting && h("div", { className: "chart-empty" }, WORDS[language].empty),
    download && !empty &&
      h("button", { type: "button", className: "chart-save", onClick: save, title: WORDS[language].download,
        "aria-label": `${WORDS[language].download}: ${label}` }, h("span", { "aria-hidden": true, className: "save-icon" })),
    summary && h("figcaption", { className: "sr-only" }, summary),
  );
}
