// Which language the reader sees, and how numbers and dates are written in it.
// The head script has set <html lang> before the first paint; this module follows it.
import { useSyncExternalStore } from "react";
import "$/public/js/formats.js";

const { Formats } = globalThis;
const YEAR_SECONDS = 31536000;
const listeners = new Set();

const current = () => (document.documentElement.lang === "es" ? "es" : "en");

function subscribe(listener) {
  listeners.add(listener);
  requestAnimationFrame(() => document.documentElement.classList.remove("words-pending"));
  return () => listeners.delete(listener);
}

// What the company is to the component that renders now: nothing while the page as it was built comes to life, for that
// was built without one.
let company = "";

export function useCompany() {
  company = useSyncExternalStore(subscribe, Formats.told, () => "");
  return company;
}

export function useLanguage() {
  useCompany();
  return useSyncExternalStore(subscribe, current, () => "en");
}

export function setLanguage(language) {
  document.documentElement.lang = language;
  localStorage.setItem("language", language);
  document.cookie = `language=${language}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
  listeners.forEach((listener) => listener());
  greetServerAgain();
}

export function setCompany(told) {
  if (!told || told === Formats.told()) return;
  document.documentElement.dataset.company = told;
  localStorage.setItem("company", told);
  listeners.forEach((listener) => listener());
}

// The server knows the language by the cookie of the socket's handshake. Reflex hangs up when a page is hidden and calls
// again when it is seen: doing both now makes its texts follow, for the page's on_load handlers run anew.
function greetServerAgain() {
  window.dispatchEvent(new PageTransitionEvent("pagehide"));
  document.dispatchEvent(new Event("visibilitychange"));
}

export const formatNumber = (...asked) => Formats.of(company).number(...asked);
export const formatMoney = (...asked) => Formats.of(company).money(...asked);
export const formatDate = (...asked) => Formats.of(company).date(...asked);
export const formatAgo = (...asked) => Formats.of(company).ago(...asked);

// "{days, plural, one {# day} other {# days}}", as ml_insights/core/i18n.py has it; # is the number, which may be written
// out already.
const PLURAL = /\{(\w+), plural, one \{([^{}]*)\} other \{([^{}]*)\}\}/g;

function counted(language, message, values) {
  return message.replace(PLURAL, (hole, name, one, other) => {
    const value = values[name] ?? "–", form = String(value) === "1" ? one : other;
    return form.replace("#", typeof value === "number" ? formatNumber(language, value) : value);
  });
}

export function translate(language, messages, values) {
  const message = counted(language, messages[language] ?? messages.en, values);
  return message.replace(/\{(\w+)\}/g, (hole, name) => (name in values ? (values[name] ?? "") : hole));
}
