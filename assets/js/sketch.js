// Draws a time series by itself, without a library, in a few milliseconds: what a reader sees until Plotly is there, and
// what a page's HTML can show before any other script has arrived. A classic script, for that HTML carries it inline.
// `plan` also tells Plotly its margins, ranges and ticks, so that nothing moves when it takes over.
// Texts of axes are those of `Formats`, a script of its own that comes before.
globalThis.Sketch = (() => {
  const DAY = 86400000, MONTH = 30.436875 * DAY, YEAR = 365.2425 * DAY, EPOCH_YEAR = 2000;
  const { LOCALES } = globalThis.Formats;
  const SVG = "http://www.w3.org/2000/svg";
  const TEXT = 12, CHARACTER = 7, AIR = 8, TICK = 4, FOOT = 42;

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
  const paint = (name, palette) => (name?.[0] === "@" ? (palette[name.slice(1)] ?? palette.ink) : (name ?? "none"));
  const spoken = (text, language) => text?.[language] ?? text?.en ?? text;

  // Where Plotly puts ticks: enough of them for an axis of `length` pixels, at round distances.
  const rough = (span, length, apart) => span / (Math.min(9, Math.max(4, length / apart)) + 1);
  const rounded = (value, steps) => steps.find((step) => step >= value) ?? steps.at(-1);
  function decimal(value) {
    const ten = 10 ** Math.floor(Math.log10(value));
    return ten * rounded(value / ten, [2, 5, 10]);
  }

  function dateTicks([from, to], length, language) {
    const step = rough(to - from, length, 80);
    if (2 * step > YEAR) return yearly(from, to, 12 * decimal(step / YEAR), language);
    if (2 * step > MONTH) return yearly(from, to, rounded(step / MONTH, [1, 2, 3, 6, 12]), language);
    const apart = DAY * rounded(step / DAY, [1, 2, 3, 7, 14]), sunday = Date.UTC(EPOCH_YEAR, 0, 2);
    const ticks = [];
    for (let at = sunday + Math.ceil((from - sunday) / apart) * apart; at <= to; at += apart) ticks.push(at);
    return headed(ticks, { day: "numeric", month: "short" }, language);
  }

  function yearly(from, to, months, language) {
    const first = (new Date(from).getUTCFullYear() - EPOCH_YEAR) * 12;
    const ticks = [];
    for (let month = Math.floor(first / months) * months, at; (at = Date.UTC(EPOCH_YEAR, month)) <= to; month += months)
      if (at >= from) ticks.push(at);
    if (months % 12) return headed(ticks, { month: "short" }, language);
    return ticks.map((at) => ({ at, lines: [String(new Date(at).getUTCFullYear())] }));
  }

  // The year stands below the first tick of each year.
  function headed(ticks, options, language) {
    const format = new Intl.DateTimeFormat(LOCALES[language], { ...options, timeZone: "UTC" });
    const years = ticks.map((at) => String(new Date(at).getUTCFullYear()));
    return ticks.map((at, i) => ({
      at, lines: [format.format(at).replace(".", ""), ...(years[i] === years[i - 1] ? [] : [years[i]])],
    }));
  }

  // Round values from `low` to `high`, on an axis of `length` pixels, and how far apart they are.
  function steps(low, high, length, apart) {
    const dtick = decimal(rough(high - low, length, apart)), values = [];
    for (let n = Math.ceil(low / dtick); n * dtick <= high; n++) values.push(+(n * dtick).toPrecision(12));
    return [values, dtick];
  }

  // Ticks of an axis with numbers ("money" or "number") that Plotly draws: its values and their texts.
  function numbered(axis, values, length, apart, language) {
    const formats = globalThis.Formats.ours();
    if (axis.type === "log") {
      const [low, high] = extent(values.filter((value) => value > 0)).map(Math.log10);
      const tens = Array.from({ length: Math.max(Math.ceil(high) - Math.floor(low) + 1, 0) || 0 }, (_, n) => 10 ** (Math.floor(low) + n));
      return { tickvals: tens, ticktext: tens.flatMap((ten) => formats.ticks(language, [ten], ten, axis.format)) };
    }
    const [low, high] = extent(values, 0), room = (high - low || 1) * 0.1;
    const [at, apartBy] = steps(low < 0 ? low - room : low, high + room, length, apart);
    return { tickvals: at, ticktext: formats.ticks(language, at, apartBy, axis.format) };
  }

  function extent(values, start) {
    let [low, high] = [start, start];
    for (const value of values)
      if (value !== null && value !== undefined) [low, high] = [Math.min(low ?? value, value), Math.max(high ?? value, value)];
    return [low, high];
  }

  // Where everything goes in a box of width × height pixels; null for a figure that only Plotly can draw.
  function plan(figure, width, height, language) {
    const shape = figure?.layout?.yaxis?.format;
    const series = figure?.data?.length && figure.data.every((t) => t.type === "scatter" && /^\d{4}-\d\d-\d\d/.test(t.x[0]));
    if (!series || !shape) return null;
    const x = extent(figure.data.flatMap((trace) => [Date.parse(trace.x[0]), Date.parse(trace.x.at(-1))]));
    const [low, high] = extent(figure.data.flatMap((trace) => trace.y), 0);
    const room = low < 0 && high > 0 ? 0.05 / 0.9 : 0.05 / 0.95, span = high - low || 1;
    const y = [low && low - span * room, high || !low ? high + span * room : 0];
    const margin = { t: AIR, r: AIR, b: FOOT };
    const [values, dtick] = steps(...y, height - margin.t - margin.b, 40);
    const texts = globalThis.Formats.ours().ticks(language, values, dtick, shape);
    const yTicks = values.map((at, n) => ({ at, lines: [texts[n]] }));
    margin.l = Math.ceil(Math.max(...yTicks.map((tick) => tick.lines[0].length)) * CHARACTER) + AIR;
    return { x, y, margin, yTicks, xTicks: dateTicks(x, width - margin.l - margin.r, language), width, height };
  }

  function add(parent, name, attributes, text) {
    const node = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    if (text !== undefined) node.textContent = text;
    return parent.appendChild(node);
  }

  const hidden = (trace, left) => left?.has(groupOf(trace));
  const groupOf = (trace) => trace.legendgroup ?? trace.name?.en ?? "";

  // Draws `figure` into `node` as it is now; whether it could. `left` names the groups that the reader has left out.
  function draw(node, figure, mode, language, left) {
    const made = plan(figure, node.clientWidth, node.clientHeight, language);
    if (!made || !made.width) return false;
    const palette = PALETTES[mode], { margin, width, height } = made;
    const right = width - margin.r, bottom = height - margin.b;
    const across = (at) => margin.l + ((at - made.x[0]) / (made.x[1] - made.x[0] || 1)) * (right - margin.l);
    const up = (value) => bottom - ((value - made.y[0]) / (made.y[1] - made.y[0])) * (bottom - margin.t);
    const svg = document.createElementNS(SVG, "svg");
    const text = (x, y, anchor, words, size = TEXT) =>
      add(svg, "text", { x, y, "text-anchor": anchor, fill: palette.words, "font-size": size }, words);
    for (const { at, lines } of made.yTicks) {
      add(svg, "path", { d: `M${margin.l},${up(at)}H${right}`, stroke: palette.grid, "shape-rendering": "crispEdges" });
      text(margin.l - 1, up(at) + 4.2, "end", lines[0]);
    }
    add(svg, "path", { d: `M${margin.l},${bottom + 0.5}H${right}`, stroke: palette.axis, "shape-rendering": "crispEdges" });
    for (const { at, lines } of made.xTicks) {
      add(svg, "path", { d: `M${across(at)},${bottom}v${TICK}`, stroke: palette.axis, "shape-rendering": "crispEdges" });
      lines.forEach((line, i) => text(across(at), bottom + TICK + 15.4 + i * TEXT * 1.3, "middle", line));
    }
    traces(svg, figure.data, palette, left, across, up);
    for (const line of figure.layout.shapes ?? []) {
      const at = Math.round(across(Date.parse(line.x0)));
      add(svg, "path", { d: `M${at},${bottom}V${margin.t}`, stroke: paint(line.line.color, palette), "stroke-dasharray": 3 });
    }
    for (const note of figure.layout.annotations ?? [])
      text(across(Date.parse(note.x)) + note.xshift + 2, margin.t + 13, "start", spoken(note.text, language), note.font.size);
    node.replaceChildren(svg);
    return true;
  }

  function traces(svg, data, palette, left, across, up) {
    let below = [];
    for (const trace of data) {
      const points = trace.x.map((day, i) => (trace.y[i] === null ? null : [across(Date.parse(day)), up(trace.y[i])]));
      const path = (some) => some.map((p, i) => p && `${some[i - 1] ? "L" : "M"}${p[0].toFixed(2)},${p[1].toFixed(2)}`).join("");
      const seen = !hidden(trace, left);
      if (seen && trace.fill)
        add(svg, "path", { d: `${path([...points, ...below.toReversed()])}Z`, fill: paint(trace.fillcolor, palette) });
      below = points;
      if (!seen) continue;
      const stroke = { fill: "none", stroke: paint((trace.line ?? trace.marker?.line)?.color ?? trace.marker?.color, palette) };
      if (trace.mode === "markers") {
        const marks = points.map((p) => p && `M${p[0] + 5.2},${p[1]}l-5.2,5.2l-5.2,-5.2l5.2,-5.2Z`).join("");
        add(svg, "path", { ...stroke, d: marks, "stroke-width": trace.marker.line.width });
      } else if (trace.line.width) {
        const dash = trace.line.dash ? { "stroke-dasharray": 9 } : {};
        add(svg, "path", { ...stroke, ...dash, d: path(points), "stroke-width": trace.line.width });
      }
    }
  }

  // What the lines mean, as buttons that leave a line out, in the order of their rank; the unit before them.
  function legend(node, figure, mode, language, left) {
    const palette = PALETTES[mode];
    const named = (figure?.data ?? []).filter((trace) => trace.name && trace.showlegend !== false);
    named.sort((one, other) => (one.legendrank ?? 1000) - (other.legendrank ?? 1000));
    const unit = document.createElement("span");
    unit.textContent = spoken(figure?.unit, language) ?? "";
    const entries = (figure?.layout?.showlegend ? named : []).map((trace) => {
      const button = document.createElement("button"), swatch = document.createElement("i");
      button.type = "button";
      button.dataset.group = groupOf(trace);
      button.setAttribute("aria-pressed", String(!hidden(trace, left)));
      const drawn = trace.fillcolor ?? trace.line?.color ?? trace.marker?.color;
      swatch.className = trace.fill ? "area" : trace.mode === "markers" ? "mark" : trace.line?.dash ? "dash" : "line";
      swatch.style.color = paint(drawn, palette);
      button.append(swatch, spoken(trace.name, language));
      return button;
    });
    const focused = node.contains(document.activeElement) ? document.activeElement.dataset.group : undefined;
    node.replaceChildren(...(figure?.unit ? [unit] : []), ...entries);
    entries.find((button) => button.dataset.group === focused)?.focus();
  }

  return { PALETTES, LOCALES, plan, draw, legend, groupOf, numbered };
})();
