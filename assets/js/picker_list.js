import { createElement as h, useEffect, useMemo, useState } from "react";
import { Command } from "cmdk";

const SHOWN = 60;
const PAUSE = 150;
const plain = (text) => text.normalize("NFD").replace(/\p{Diacritic}/gu, "").toLowerCase();

export default function PickerList({ label, options, value, choose, placeholder, nothing, more, total, onSearch }) {
  const [search, setSearch] = useState("");
  const [marked, setMarked] = useState("");
  const texts = useMemo(() => options.map((o) => plain(`${o.label} ${o.hint ?? ""} ${o.group ?? ""}`)), [options]);
  const words = plain(search).split(/\s+/);
  const found = onSearch ? options : options.filter((_, i) => words.every((word) => texts[i].includes(word)));
  const hidden = (onSearch ? (total ?? 0) : found.length) - Math.min(found.length, SHOWN);
  useEffect(() => {
    if (!onSearch) return undefined;
    const waiting = setTimeout(() => onSearch(search), search ? PAUSE : 0);
    return () => clearTimeout(waiting);
  }, [search]);
  // The list's own mark stays with an option that the server's answer may have taken away.
  useEffect(() => setMarked(found[0]?.value ?? ""), [options, search]);
  const groups = Map.groupBy(found.slice(0, SHOWN), (option) => option.group ?? "");

  return h(
    Command,
    { label, loop: true, shouldFilter: false, value: marked, onValueChange: setMarked },
    h(Command.Input, { autoFocus: true, placeholder, "aria-label": placeholder, value: search, onValueChange: setSearch }),
    h(
      Command.List,
      { label },
      h(Command.Empty, null, nothing),
      [...groups].map(([group, members]) =>
        h(
          Command.Group,
          { key: group, heading: group || undefined },
          members.map((option) =>
            h(
              Command.Item,
              { key: option.value, value: option.value, onSelect: () => choose(option.value),
                "data-chosen": option.value === value },
              h("span", { className: "picker-name" }, option.label),
              option.hint && h("span", { className: "picker-hint" }, option.hint),
            ),
          ),
        ),
      ),
      hidden > 0 && h("div", { className: "picker-more" }, `${hidden} ${more}`),
    ),
  );
}
