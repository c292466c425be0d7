// What a price would bring: a slider over the prices that were tried, the figures that follow it at once, and the curve
// it moves along. The sums are those of ml/pricing/suggest.py, done here so that nothing waits for the server.
import { createElement as h, useEffect, useId, useRef, useState } from "react";
import { useCompany } from "$/public/js/language.js";

const POINTS = 80, HIGH = 220, LEFT = 8, RIGHT = 8, TOP = 26, BOTTOM = 30;
const MEASURES = ["profit", "revenue", "quantity"];

function outcome(one, price) {
  const log = Math.log(price / one.price), factor = Math.exp(one.elasticity * log);
  const edges = [one.elasticity_low, one.elasticity_high].map((e) => Math.exp(e * log)).sort((a, b) => a - b);
  const down = Math.log(one.quantity / Math.max(one.quantity_low, one.quantity * 1e-9));
  const up = Math.log(one.quantity_high / one.quantity);
  const units = one.quantity * factor;
  const low = units * Math.exp(-Math.hypot(Math.log(factor / edges[0]), down));
  const high = units * Math.exp(Math.hypot(Math.log(edges[1] / factor), up));
  const told = { quantity: [units, low, high], revenue: [units * price, low * price, high * price] };
  if (one.cost === null || one.cost === undefined) return told;
  const unit = price - one.cost, before = (one.price - one.cost) * one.quantity;
  const change = edges.map((edge) => unit * one.quantity * edge - before).sort((a, b) => a - b);
  told.profit = [unit * units, ...[unit * low, unit * high].sort((a, b) => a - b)];
  told.change = [unit * units - before, ...change];
  return told;
}

function useWidth(node) {
  const [width, setWidth] = useState(640);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.max(Math.round(entry.contentRect.width), 200)));
    observer.observe(node.current);
    return () => observer.disconnect();
  }, []);
  return width;
}

function Curve({ one, price, measure, words, write }) {
  const frame = useRef(null), WIDE = useWidth(frame);
  const [from, to] = [one.lowest, one.highest];
  const prices = Array.from({ length: POINTS + 1 }, (_, i) => from + ((to - from) * i) / POINTS);
  const found = prices.map((at) => outcome(one, at)[measure]);
  const now = outcome(one, price)[measure];
  const all = found.flat(), most = Math.max(...all, 0), least = Math.min(...all, 0);
  const across = (at) => LEFT + ((at - from) / (to - from || 1)) * (WIDE - LEFT - RIGHT);
  const upon = (value) => HIGH - BOTTOM - ((value - least) / (most - least || 1)) * (HIGH - TOP - BOTTOM);
  const line = (place) => found.map((value, i) => `${i ? "L" : "M"}${across(prices[i]).toFixed(1)},${upon(value[place]).toFixed(1)}`).join("");
  const back = [...found].reverse().map((value, i) => `L${across(prices[POINTS - i]).toFixed(1)},${upon(value[1]).toFixed(1)}`).join("");
  const marks = [
    ...marksOf(one),
  ].filter(([, at]) => at !== null && at !== undefined && at >= from * 0.999 && at <= to * 1.001);
  return h("div", { ref: frame }, h("svg", { className: "what-if-curve", viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img",
    "aria-label": `${words[measure]}: ${write(measure, now[0])}` },
    h("path", { className: "what-if-band", d: `${line(2)}${back}Z` }),
    least < 0 && h("path", { className: "what-if-axis", d: `M${LEFT},${upon(0)}H${WIDE - RIGHT}` }),
    h("path", { className: "what-if-axis", d: `M${LEFT},${HIGH - BOTTOM}H${WIDE - RIGHT}` }),
    ...marks.map(([name, at]) => h("g", { key: name, className: `what-if-mark what-if-${name}` },
      h("path", { d: `M${across(at)},${HIGH - BOTTOM}V${TOP}` }))),
    h("path", { className: "what-if-line", d: line(0) }),
    h("circle", { className: "what-if-dot", cx: across(price), cy: upon(now[0]), r: 6 }),
    h("text", { x: LEFT, y: HIGH - 10, className: "what-if-text" }, write("price", from)),
    h("text", { x: WIDE - RIGHT, y: HIGH - 10, textAnchor: "end", className: "what-if-text" }, write("price", to)),
    h("text", { x: LEFT, y: 14, className: "what-if-text" }, `${words[measure]} ${words.week}`),
    h("text", { x: WIDE - RIGHT, y: 14, textAnchor: "end", className: "what-if-text" }, write(measure, most))));
}

// The floor is told where it is another one than the least margin's.
function marksOf(one) {
  const floor = one.least && Math.abs(one.floor / one.least - 1) < 0.001 ? null : one.floor;
  return [["present", one.price], ["suggested", one.suggested], ["floor", floor], ["ceiling", one.ceiling], ["least", one.least]];
}

function Figure({ label, value, range, change, better }) {
  return h("div", { className: "what-if-figure" },
    h("div", { className: "kpi-label" }, label),
    h("div", { className: "what-if-value" }, value),
    h("div", { className: "what-if-range" }, range),
    change && h("div", { className: `what-if-change ${better ? "delta-up" : "delta-down"}` }, change));
}

export function WhatIf({ product, words, language = "en", onChoose }) {
  useCompany();
  const one = product ?? {};
  const [price, setPrice] = useState(one.chosen ?? one.price);
  const [measure, setMeasure] = useState(one.cost === null || one.cost === undefined ? "revenue" : "profit");
  const id = useId(), told = useRef(null);

  useEffect(() => {
    setPrice(one.chosen ?? one.price);
    setMeasure((now) => (now === "profit" && (one.cost === null || one.cost === undefined) ? "revenue" : now));
  }, [one.product_id, one.chosen]);

  if (!one.product_id || !(price > 0)) return null;
  const formats = globalThis.Formats.ours();
  const plain = (value) => formats.number(language, value, { maximumFractionDigits: value < 10 ? 1 : 0 });
  const write = (kind, value) => kind === "quantity" ? plain(value) : formats.money(language, value);
  const share = (value) => formats.number(language, value, { style: "percent", maximumFractionDigits: 1, signDisplay: "exceptZero" });
  const found = outcome(one, price), before = outcome(one, one.price);
  const range = (kind) => `${write(kind, found[kind][1])} – ${write(kind, found[kind][2])}`;

  const move = (value) => {
    const wanted = Math.min(Math.max(Number(value), one.lowest), one.highest);
    if (!Number.isFinite(wanted)) return;
    setPrice(wanted);
    clearTimeout(told.current);
    told.current = setTimeout(() => onChoose?.(Math.round(wanted * 100) / 100), 250);
  };
  const slides = Math.ceil((one.highest - one.lowest) / one.step);
  const place = Math.round((price - one.lowest) / one.step);
  const outside = price < one.floor * 0.9999 || price > one.ceiling * 1.0001;
  const options = MEASURES.filter((name) => found[name]);

  return h("div", { className: "what-if" },
    h("div", { className: "what-if-top" },
      h("label", { className: "what-if-price", htmlFor: id },
        h("span", { className: "kpi-label" }, words.price),
        h("output", { className: "what-if-chosen", htmlFor: id }, write("price", price)),
        h("span", { className: "quiet small" }, `${share(price / one.price - 1)} ${words.present}`)),
      h("div", { className: "segments", role: "group", "aria-label": words.measure },
        options.map((name) => h("button", { key: name, type: "button", className: "segment", "aria-pressed": measure === name,
          onClick: () => setMeasure(name) }, words[name])))),
    h("input", { id, type: "range", className: "what-if-slider", min: 0, max: slides, step: 1, value: place,
      "aria-valuetext": write("price", price),
      onChange: (event) => move(Math.round((one.lowest + Number(event.target.value) * one.step) / one.step) * one.step) }),
    h(Curve, { one, price, measure, words, write }),
    h("ul", { className: "what-if-key" },
      marksOf(one)
        .filter(([, at]) => at !== null && at !== undefined)
        .map(([name, at]) => h("li", { key: name, className: `what-if-${name}` },
          h("button", { type: "button", className: "what-if-jump", onClick: () => move(at) },
            h("span", { className: "what-if-swatch", "aria-hidden": true }), `${words[`${name}_price`]} ${write("price", at)}`)))),
    h("div", { className: "what-if-figures", "aria-live": "polite" },
      h(Figure, { label: words.quantity, value: write("quantity", found.quantity[0]), range: range("quantity"),
        change: share(found.quantity[0] / before.quantity[0] - 1), better: found.quantity[0] >= before.quantity[0] }),
      h(Figure, { label: words.revenue, value: write("revenue", found.revenue[0]), range: range("revenue"),
        change: share(found.revenue[0] / before.revenue[0] - 1), better: found.revenue[0] >= before.revenue[0] }),
      found.profit && h(Figure, { label: words.profit, value: write("profit", found.profit[0]), range: range("profit"),
        change: `${found.change[0] > 0 ? "+" : ""}${write("profit", found.change[0])} (${write("profit", found.change[1])} – ${write("profit", found.change[2])})`,
        better: found.change[0] >= 0 })),
    outside && h("p", { className: "field-error", role: "status" }, words.outside));
}
