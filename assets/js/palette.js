// Ctrl-K or Cmd-K: go to a page by typing part of its name. The list itself is loaded when it is first opened.
import { createElement as h, lazy, Suspense, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useNavigate } from "react-router";

const List = lazy(() => import("$/public/js/palette_list.js"));
// What the reader may open arrives after the page, perhaps when the palette is open already.
const routes = () => document.documentElement.dataset.routes ?? "";
const onRoutes = (changed) => {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributeFilter: ["data-routes"] });
  return () => observer.disconnect();
};
const isMac = () => /Mac|iPhone|iPad/.test(navigator.platform);

export function Palette({ label, placeholder, nothing, entries }) {
  const dialog = useRef(null);
  const [open, setOpen] = useState(false);
  const [key, setKey] = useState("Ctrl K");
  const navigate = useNavigate();

  const show = () => {
    setOpen(true);
    dialog.current?.showModal();
  };

  useEffect(() => {
    if (isMac()) setKey("⌘K");
    const onKey = (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
      event.preventDefault();
      if (dialog.current?.open) dialog.current.close();
      else show();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);

  const choose = (route) => {
    dialog.current.close();
    navigate(route);
  };
  const allowed = useSyncExternalStore(onRoutes, routes, () => "").split(" ");
  const shown = open ? entries.filter((entry) => allowed.includes(entry.route)) : [];

  return [
    h("button", { key: "open", type: "button", className: "search-button", onClick: show, "aria-label": label,
      "aria-haspopup": "dialog", "aria-keyshortcuts": "Control+K Meta+K" },
      h("span", { className: "glyph glyph-search", "aria-hidden": true }),
      h("span", { className: "search-words" }, label),
      h("kbd", { "aria-hidden": true }, key)),
    h("dialog", { key: "dialog", ref: dialog, className: "palette", "aria-label": label, onClose: () => setOpen(false),
      onClick: (event) => event.target === dialog.current && dialog.current.close() },
      open && h(Suspense, { fallback: h("div", { className: "bone palette-bone" }) },
        h(List, { label, placeholder, nothing, entries: shown, choose }))),
  ];
}
