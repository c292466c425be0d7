// Draws a figure whose colours are names ("@history", "@band"): the theme, the language and the size are applied here,
// so that switching any of them needs no answer from the server.
import { createElement as h, useContext, useEffect, useRef, useState } from "react";
import { ColorModeContext } from "$/utils/context-registry";

const LOCALES = { en: "en-US", es: "es-CL" };
const WORDS = {
  en: { download: "Download PNG", empty: "No data to draw" },
  es: { download: "Descargar PNG", empty: "No hay datos que dibujar" },
};

// Okabe–Ito hues, shifted to keep 3:1 against each background.
const PALETTES = {
  light: {
    history: "#475569", forecast: "#3E63DD", band: "rgba(62,99,221,0.20)", bandwide: "rgba(62,99,221,0.10)",
    anomaly: "#C2410C", up: "#0F7B5F", down: "#C2410C", muted: "#CBD5E1", ink: "#1C2024", words: "#60646C",
    grid: "#ECEEF1", axis: "#D5D8DE", paper: "#FFFFFF", s1: "#3E63DD", s2: "#C2410C", s3: "#0F7B5F", s4: "#A6427E",
    s5: "#946A00", s6: "#0072B2",
  },
  dark: {
    history: "#A8B3C4", forecast: "#8DA4FF", band: "rgba(141,164,255,0.26)", bandwide: "rgba(141,164,255,0.13)",
    anomaly: "#FF9B6A", up: "#4CC9A4", down: "#FF9B6A", muted: "#434A57", ink: "#EDEEF0", words: "#B0B4BA",
    grid: "#23262B", axis: "#363A3F", paper: "#18191B", s1: "#8DA4FF", s2: "#FF9B6A", s3: "#4CC9A4", s4: "#E59AC6",
    s5: "#E8C24A", s6: "#6CB8F0",
  },
};

let plotly = null;
const load = () => (plotly ??= import("plotly.js-basic-dist-min").then((m) => m.default ?? m));

// On a wide screen a chart is usually in sight, so its library is fetched at once: waiting for an idle moment would mean
// until the data is there. A phone fetches it when the reader scrolls to a chart.
if (typeof window !== "undefined" && window.matchMedia("(min-width: 900px)").matches) load();

function useNear(node) {
  const [near, setNear] = useState(false);
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => entry.isIntersecting && setNear(true), { rootMargin: "300px" });
    observer.observe(node.current);
    return () => observer.disconnect();
  }, []);
  return near;
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
    font: { family: "'Inter Variable', system-ui, sans-serif", size: 12, color: palette.ink },
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", separators: language === "es" ? ",." : ".,",
    colorway: [palette.s1, palette.s2, palette.s3, palette.s4, palette.s5, palette.s6],
    margin: { l: 8, r: 8, t: 8, b: 8 }, autosize: true, dragmode: "pan", hovermode: "x unified", bargap: 0.35,
    hoverlabel: { bgcolor: palette.paper, bordercolor: palette.axis, font: { color: palette.ink, size: 12 } },
    legend: { orientation: "h", x: 0, y: 1.02, xanchor: "left", yanchor: "bottom", font: { color: palette.words } },
    xaxis: { ...axis, showgrid: false, ticks: "outside", ticklen: 4, spikecolor: palette.words, spikethickness: 1, hoverformat: language === "es" ? "%a %-d %b %Y" : "%a, %b %-d, %Y" },
    yaxis: { ...axis, showline: false, rangemode: "tozero", fixedrange: true },
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

// Texts of a figure may be {en, es} pairs.
function spoken(value, language) {
  if (Array.isArray(value)) return typeof value[0] === "object" ? value.map((v) => spoken(v, language)) : value;
  if (value && typeof value === "object") {
    if (typeof value.en === "string") return value[language] ?? value.en;
    return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, spoken(v, language)]));
  }
  return value;
}

export function Chart({ figure, label, summary, height = 360, language = "en", fileName = "chart", download = true }) {
  const canvas = useRef(null);
  const [drawn, setDrawn] = useState(false);
  const mode = useContext(ColorModeContext).resolvedColorMode === "dark" ? "dark" : "light";
  const near = useNear(canvas);
  const empty = !figure?.data?.length;

  useEffect(() => {
    if (empty || !near) return undefined;
    let live = true;
    const node = canvas.current;
    load().then((Plotly) => {
      if (!live) return;
      registerLocale(Plotly, language);
      const palette = PALETTES[mode];
      const layout = merged(template(palette, language), coloured(spoken(figure.layout, language), palette));
      const data = coloured(spoken(figure.data, language), palette);
      const config = { displayModeBar: false, responsive: true, locale: language, scrollZoom: false, doubleClick: "reset" };
      Plotly.react(node, data, layout, config).then(() => live && setDrawn(true));
    });
    return () => {
      live = false;
    };
  }, [figure, mode, language, empty, near]);

  useEffect(() => {
    const node = canvas.current;
    return () => void plotly?.then((Plotly) => Plotly.purge(node));
  }, []);

  const save = () =>
    load().then((Plotly) =>
      Plotly.downloadImage(canvas.current, { format: "png", scale: 2, width: 1280, height: 640, filename: fileName }),
    );

  return h(
    "figure",
    { className: "chart", "data-drawn": drawn, style: { "--chart-height": `${height}px` } },
    download && drawn &&
      h("button", { type: "button", className: "chart-save", onClick: save, title: WORDS[language].download,
        "aria-label": `${WORDS[language].download}: ${label}` }, h("span", { "aria-hidden": true, className: "save-icon" })),
    !drawn && !empty && h("div", { className: "bone chart-bone", role: "status", "aria-label": label }),
    empty && h("div", { className: "chart-empty" }, WORDS[language].empty),
    h("div", { ref: canvas, className: "chart-canvas", role: "img", "aria-label": summary || label }),
    summary && h("figcaption", { className: "sr-only" }, summary),
  );
}
