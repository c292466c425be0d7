// Which language the reader sees, and how numbers and dates are written in it.
// The head script has set <html lang> before the first paint; this module follows it.
import { useSyncExternalStore } from "react";

const LOCALES = { en: "en-US", es: "es-CL" };
const YEAR_SECONDS = 31536000;
const listeners = new Set();

const current = () => (document.documentElement.lang === "es" ? "es" : "en");

function subscribe(listener) {
  listeners.add(listener);
  requestAnimationFrame(() => document.documentElement.classList.remove("words-pending"));
  return () => listeners.delete(listener);
}

export function useLanguage() {
  return useSyncExternalStore(subscribe, current, () => "en");
}

export function setLanguage(language) {
  document.documentElement.lang = language;
  localStorage.setItem("language", language);
  document.cookie = `language=${language}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
  listeners.forEach((listener) => listener());
  greetServerAgain();
}

// The server knows the language by the cookie of the socket's handshake. Reflex hangs up when a page is hidden and calls
// again when it is seen: doing both now makes its texts follow, for the page's on_load handlers run anew.
function greetServerAgain() {
  window.dispatchEvent(new PageTransitionEvent("pagehide"));
  document.dispatchEvent(new Event("visibilitychange"));
}

export function translate(language, messages, values) {
  const message = messages[language] ?? messages.en;
  return message.replace(/\{(\w+)\}/g, (hole, name) => (name in values ? (values[name] ?? "") : hole));
}

const missing = (value) => value === null || value === undefined || value === "" || Number.isNaN(value);
const formatters = new Map();

function formatter(kind, language, options) {
  const key = `${kind.name}${language}${JSON.stringify(options)}`;
  if (!formatters.has(key)) formatters.set(key, new kind(LOCALES[language] ?? language, options));
  return formatters.get(key);
}

export function formatNumber(language, value, options = {}) {
  return missing(value) ? "–" : formatter(Intl.NumberFormat, language, options).format(value);
}

// A plain day such as 2026-01-31 is the same day everywhere; a moment is shown in the company's zone.
export function formatDate(language, value, options, zone) {
  if (missing(value)) return "–";
  const day = /^\d{4}-\d{2}-\d{2}$/.test(value);
  const moment = new Date(value);
  if (Number.isNaN(moment.getTime())) return String(value);
  return formatter(Intl.DateTimeFormat, language, { ...options, timeZone: day ? "UTC" : zone }).format(moment);
}

const STEPS = [
  ["year", 31536000],
  ["month", 2592000],
  ["week", 604800],
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

export function formatAgo(language, value) {
  if (missing(value)) return "–";
  const seconds = (new Date(value).getTime() - Date.now()) / 1000;
  const [unit, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? STEPS.at(-1);
  return formatter(Intl.RelativeTimeFormat, language, { numeric: "auto" }).format(Math.round(seconds / size), unit);
}
