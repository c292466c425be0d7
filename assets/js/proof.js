// What stands behind a figure. The browser's own modal <dialog> traps the focus and closes with Esc; the button that
// opened it gets the focus back. Nothing of it is on the page before it is asked for. The first child is the icon.
import { Children, createElement as h, useEffect, useId, useRef, useState } from "react";

export function Proof({ name, title, close, children }) {
  const [open, setOpen] = useState(false);
  const trigger = useRef(null), dialog = useRef(null);
  const id = useId();
  const [icon, ...content] = Children.toArray(children);

  useEffect(() => {
    if (open && !dialog.current.open) dialog.current.showModal();
  }, [open]);

  const closed = () => {
    setOpen(false);
    trigger.current?.focus();
  };

  return [
    h("button", { key: "trigger", ref: trigger, type: "button", className: "icon-button proof-button", title: name,
      "aria-label": name, "aria-haspopup": "dialog", onClick: () => setOpen(true) }, icon),
    open && h("dialog", { key: "dialog", ref: dialog, className: "modal proof", "aria-labelledby": id, onClose: closed,
      onMouseDown: (event) => event.target === dialog.current && dialog.current.close() },
      h("header", { className: "proof-head" },
        h("h2", { id, className: "card-title" }, title),
        h("button", { type: "button", className: "icon-button", "aria-label": close, title: close,
          onClick: () => dialog.current.close() },
          h("span", { className: "glyph glyph-x", "aria-hidden": true }))),
      ...content),
  ];
}
