// Chooses one of many by typing part of its name. Options: [{value, label, hint, group}]. With onSearch the server
// searches: it fills the options, total says how many match, and shown names the present choice.
import { createElement as h, lazy, Suspense, useRef, useState } from "react";

const List = lazy(() => import("$/public/js/picker_list.js"));

export function Picker({ label, value, options, onChange, placeholder, nothing, more, shown, total, onSearch }) {
  const [open, setOpen] = useState(false);
  const root = useRef(null);
  const button = useRef(null);
  const name = shown ?? options.find((option) => option.value === value)?.label;

  const shut = () => {
    setOpen(false);
    button.current.focus();
  };
  const choose = (chosen) => {
    shut();
    if (chosen !== value) onChange(chosen);
  };
  const leave = (event) => !root.current.contains(event.relatedTarget) && setOpen(false);
  const onKeyDown = (event) => event.key === "Escape" && open && shut();

  return h(
    "div",
    { className: "picker", ref: root, onBlur: leave, onKeyDown },
    h("button", { type: "button", ref: button, className: "input select picker-button", onClick: () => setOpen(!open),
      "aria-haspopup": "listbox", "aria-expanded": open, "aria-label": `${label}: ${name ?? ""}` },
      name || "…"),
    open && h("div", { className: "picker-list" },
      h(Suspense, { fallback: h("div", { className: "bone palette-bone" }) },
        h(List, { label, options, value, choose, placeholder, nothing, more, total, onSearch }))),
  );
}
