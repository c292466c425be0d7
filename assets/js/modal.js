// A question in front of the page. The browser's own modal <dialog> traps the focus and closes with Esc.
// The first child is what opens it, unless `open` says when.
import { Children, createElement as h, useEffect, useId, useRef } from "react";

export function Modal({ title, text, open, onOpenChange, children }) {
  const dialog = useRef(null);
  const id = useId();
  const controlled = open !== undefined;
  const [trigger, ...content] = controlled ? [null, ...Children.toArray(children)] : Children.toArray(children);

  useEffect(() => {
    if (open && !dialog.current.open) dialog.current.showModal();
    if (open === false && dialog.current.open) dialog.current.close();
  }, [open]);

  const onClick = (event) =>
    (event.target === dialog.current || event.target.closest("[data-closes]")) && dialog.current.close();

  return [
    trigger && h("span", { key: "trigger", className: "contents", onClick: () => dialog.current.showModal() }, trigger),
    h("dialog", { key: "dialog", ref: dialog, className: "modal", role: "alertdialog", "aria-labelledby": `${id}-title`,
      "aria-describedby": `${id}-text`, onClick, onClose: () => onOpenChange?.(false) },
      h("h2", { id: `${id}-title`, className: "card-title" }, title),
      h("p", { id: `${id}-text`, className: "modal-text" }, text),
      h("div", { className: "dialog-actions" }, ...content)),
  ];
}
