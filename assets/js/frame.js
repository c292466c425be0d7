// The parts of the frame that live in the browser alone: language, theme, drawer, what the reader may open.
import { createElement as h, useContext, useEffect, useRef } from "react";
import { ColorModeContext } from "$/utils/context-registry";
import { setCompany, setLanguage, useLanguage } from "$/public/js/language.js";

const LANGUAGES = [
  ["en", "English"],
  ["es", "Español"],
];

function Segments({ label, options, current, choose }) {
  return h(
    "div",
    { className: "segments", role: "group", "aria-label": label },
    options.map(([value, name, content, lang]) =>
      h("button", { key: value, type: "button", className: "segment", "aria-pressed": value === current, title: name,
        "aria-label": name, lang, onClick: () => choose(value) }, content),
    ),
  );
}

export function LanguageSwitch({ label }) {
  const options = LANGUAGES.map(([tag, name]) => [tag, `${tag.toUpperCase()}, ${name}`, tag.toUpperCase(), tag]);
  return h(Segments, { label, options, current: useLanguage(), choose: setLanguage });
}

export function ThemeSwitch({ label, light, dark, system }) {
  const { rawColorMode, setColorMode } = useContext(ColorModeContext);
  const glyph = (name) => h("span", { className: `glyph glyph-${name}`, "aria-hidden": true });
  const options = [
    ["light", light, glyph("sun")],
    ["dark", dark, glyph("moon")],
    ["system", system, glyph("monitor")],
  ];
  return h(Segments, { label, options, current: rawColorMode, choose: setColorMode });
}

// The phone's menu: a modal <dialog> traps the focus and closes with Esc by itself.
export function Drawer({ open, close, label, children }) {
  const dialog = useRef(null);
  const shut = () => dialog.current?.close();
  const onClick = (event) => (event.target === dialog.current || event.target.closest("a")) && shut();
  return [
    h("button", { key: "open", type: "button", className: "icon-button only-phone", "aria-label": open,
      "aria-haspopup": "dialog", onClick: () => dialog.current.showModal() },
      h("span", { className: "glyph glyph-menu", "aria-hidden": true })),
    h("dialog", { key: "drawer", ref: dialog, className: "drawer", "aria-label": label, onClick },
      h("button", { type: "button", className: "icon-button drawer-close", "aria-label": close, onClick: shut },
        h("span", { className: "glyph glyph-x", "aria-hidden": true })),
      children),
  ];
}

// The stylesheet shows the links named in <html data-routes>, and keeps room for notices unless <html data-notices> says
// that there are none; amounts and times are written as <html data-company> says. All are kept for the next visit, so
// that nothing flashes or jumps.
export function Known({ routes, notices, company }) {
  useEffect(() => setCompany(company), [company]);
  useEffect(() => {
    if (!routes.length) return;
    for (const [name, value] of Object.entries({ routes: routes.join(" "), notices: String(notices) })) {
      document.documentElement.dataset[name] = value;
      localStorage.setItem(name, value);
    }
  }, [routes, notices]);
  return null;
}
