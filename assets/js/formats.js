// How numbers, amounts and dates are written: in the reader's language, the company's currency and zone. A classic
// script, for a page's HTML carries it inline before any other has arrived. The server writes amounts by the same rules
// (ml_insights/core/formats.py), and says in <html data-company> what the company's currency and zone are.
globalThis.Formats = (() => {
  const LOCALES = { en: "en-US", es: "es-CL" };
  const WHOLE_FROM = 1000, TINY = 0.1, FINER = 2, COMPACT_FROM = 10000, FIGURES = 3, NO_BREAK = "\u00a0";
  const SCALES = [
    [1e12, { en: "T", es: `${NO_BREAK}bill.` }], [1e9, { en: "B", es: `${NO_BREAK}mil mill.` }],
    [1e6, { en: "M", es: `${NO_BREAK}mill.` }], [1e3, { en: "K", es: `${NO_BREAK}mil` }],
  ];
  const DAY = 86400000, HOUR = 3600000, MINUTE = 60000, SECOND = 1000;
  const missing = (value) => value === null || value === undefined || value === "" || Number.isNaN(value);
  const isDay = (value) => /^\d{4}-\d{2}-\d{2}$/.test(value);

  const formatters = new Map();
  function formatter(kind, language, options) {
    const key = `${kind.name}${language}${JSON.stringify(options)}`;
    if (!formatters.has(key)) formatters.set(key, new kind(LOCALES[language] ?? language, options));
    return formatters.get(key);
  }

  const figure = (language, value, least, most) =>
    formatter(Intl.NumberFormat, language, { minimumFractionDigits: least, maximumFractionDigits: most }).format(value);
  const rounded = (value, digits) => Number(figure("en", Math.abs(value), digits, digits).replaceAll(",", ""));
  const decimalsOf = (step) => Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));

  function scaleOf(size, language) {
    const [scale, words] = SCALES.find(([least]) => size >= least) ?? [1, {}];
    return [scale, words[language] ?? words.en ?? ""];
  }

  function short(language, value) {
    const size = Number(Math.abs(value).toPrecision(FIGURES)), [scale, word] = scaleOf(size, language);
    return formatter(Intl.NumberFormat, language, { maximumSignificantDigits: FIGURES }).format(size / scale) + word;
  }

  function number(language, value, { compact = false, ...options } = {}) {
    if (missing(value)) return "–";
    if (!compact || Math.abs(value) < COMPACT_FROM) return formatter(Intl.NumberFormat, language, options).format(value);
    return (value < 0 ? "-" : options.signDisplay ? "+" : "") + short(language, value);
  }

  function share(language, value, digits) {
    const options = { style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits };
    return formatter(Intl.NumberFormat, language, options).format(value);
  }

  function inDays(language, days) {
    const size = Math.abs(days);
    const [unit, length] = size < 14 ? ["day", 1] : size < 60 ? ["week", 7] : size < 730 ? ["month", 30.436875] : ["year", 365.2425];
    return formatter(Intl.RelativeTimeFormat, language, { numeric: "auto" }).format(Math.trunc(days / length), unit);
  }

  function inTime(language, passed) {
    const size = Math.abs(passed);
    const [unit, length] = size < MINUTE ? ["second", SECOND] : size < HOUR ? ["minute", MINUTE] : ["hour", HOUR];
    return formatter(Intl.RelativeTimeFormat, language, { numeric: "auto" }).format(Math.trunc(passed / length), unit);
  }

  // The formats of a company: {currency, sign, decimals, zone}.
  function formatsOf({ sign = "", decimals = 0, zone }) {
    const before = sign + (sign && !/\p{S}$/u.test(sign) ? NO_BREAK : "");

    // -£5, and $-5 in Spanish, as the locales have it.
    function signed(language, value, written, plus) {
      const mark = !/[1-9]/.test(written) ? "" : value < 0 ? "-" : plus ? "+" : "";
      return language === "es" ? before + mark + written : mark + before + written;
    }

    // Small amounts have the currency's decimals, tiny ones more, large ones none.
    function digitsOf(value) {
      const size = rounded(value, decimals + FINER);
      if (!size || rounded(value, decimals) >= WHOLE_FROM) return [0, 0];
      return [decimals, decimals && size < TINY ? decimals + FINER : decimals];
    }

    // `digits` is for rates, such as an amount a kilogram, which may be finer than the currency is.
    function money(language, value, { compact = false, sign: plus = false, digits = 0 } = {}) {
      if (missing(value)) return "–";
      if (compact && Math.abs(value) >= COMPACT_FROM) return signed(language, value, short(language, value), plus);
      const [least, most] = digitsOf(value), finest = rounded(value, decimals) >= WHOLE_FROM ? 0 : Math.max(most, digits);
      return signed(language, value, figure(language, Math.abs(value), least, finest), plus);
    }

    // The texts of an axis whose ticks are `step` apart: one scale for all, and the decimals that tell them apart.
    // `kind` is "money", "percent" or "number".
    function ticks(language, values, step, kind) {
      if (kind === "percent") return values.map((value) => share(language, value, decimalsOf(step * 100)));
      const most = Math.max(...values.map(Math.abs), 0);
      const [scale, word] = most >= COMPACT_FROM ? scaleOf(most, language) : [1, ""];
      const needed = decimalsOf(step / scale);
      const digits = kind === "money" && needed && scale === 1 ? Math.max(needed, decimals) : needed;
      return values.map((value) => {
        const written = value ? figure(language, Math.abs(value) / scale, digits, digits) + word : "0";
        return kind === "money" ? signed(language, value, written) : (value < 0 ? "-" : "") + written;
      });
    }

    // A plain day such as 2026-01-31 is the same day everywhere; a moment is shown in the company's zone, which it
    // names to a reader whose clock shows another time.
    function date(language, value, options) {
      if (missing(value)) return "–";
      const moment = new Date(value);
      if (Number.isNaN(moment.getTime())) return String(value);
      if (isDay(value)) return formatter(Intl.DateTimeFormat, language, { ...options, timeZone: "UTC" }).format(moment);
      const named = options.hour && clock(moment) !== clock(moment, zone) ? { timeZoneName: "short" } : {};
      return formatter(Intl.DateTimeFormat, language, { ...options, ...named, timeZone: zone }).format(moment);
    }

    const clock = (moment, timeZone) =>
      formatter(Intl.DateTimeFormat, "en", { dateStyle: "short", timeStyle: "short", timeZone }).format(moment);

    // Which day of the calendar it is where the company is, counted from 1970.
    function dayNumber(moment) {
      const options = { year: "numeric", month: "numeric", day: "numeric", timeZone: zone };
      const parts = formatter(Intl.DateTimeFormat, "en", options).formatToParts(moment);
      const { year, month, day } = Object.fromEntries(parts.map(({ type, value }) => [type, Number(value)]));
      return Date.UTC(year, month - 1, day) / DAY;
    }

    // "today", "yesterday", "3 days ago" by the days of the calendar; within today by the clock.
    function ago(language, value, now = Date.now()) {
      if (missing(value)) return "–";
      const moment = new Date(value).getTime();
      if (Number.isNaN(moment)) return String(value);
      const days = (isDay(value) ? moment / DAY : dayNumber(moment)) - dayNumber(now);
      return days || isDay(value) ? inDays(language, days) : inTime(language, moment - now);
    }

    return { money, number, ticks, date, ago };
  }

  const known = new Map();
  function of(told) {
    if (!known.has(told)) known.set(told, formatsOf(told ? JSON.parse(told) : {}));
    return known.get(told);
  }

  const told = () => document.documentElement.dataset.company ?? "";
  return { LOCALES, of, told, ours: () => of(told()) };
})();
