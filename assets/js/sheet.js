// A panel that comes in from the right, over the page. The browser's own modal <dialog> traps the focus and closes with
// Esc; where it was opened from gets the focus back.
import { createElement as h, useEffect, useId, useRef } from "react";

export function Sheet({ title, subtitle, close, open, wide, onOpenChange, children }) {
  const dialog = useRef(null);
  const id = useId();

  useEffect(() => {
    if (open && !dialog.current.open) dialog.current.showModal();
    if (!open && dialog.current.open) dialog.current.close();
  }, [open]);

  return h("dialog", { ref: dialog, className: wide ? "sheet sheet-wide" : "sheet", "aria-labelledby": id,
    onMouseDown: (event) => event.target === dialog.current && dialog.current.close(),
    onClose: (event) => event.target === dialog.current && onOpenChange?.(false) },
    h("div", { className: "sheet-inner" },
      h("header", { className: "sheet-head" },
        h("div", null,
          h("h2", { id, className: "sheet-title" }, title),
          h("p", { className: "sheet-subtitle" }, subtitle)),
        h("button", { type: "button", className: "icon-button", "aria-label": close, title: close,
          onClick: () => dialog.current.close() },
          h("span", { className: "glyph glyph-x", "aria-hidden": true }))),
      open ? children : null));
}
