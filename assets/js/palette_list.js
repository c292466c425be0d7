import { createElement as h } from "react";
import { Command } from "cmdk";

const plain = (text) => text.normalize("NFD").replace(/\p{Diacritic}/gu, "").toLowerCase();
const matches = (value, search, keywords = []) => {
  const wanted = plain(search).split(/\s+/);
  const text = plain([value, ...keywords].join(" "));
  return wanted.every((word) => text.includes(word)) ? 1 : 0;
};

export default function PaletteList({ label, placeholder, nothing, entries, choose }) {
  const groups = Map.groupBy(entries, (entry) => entry.group);
  return h(
    Command,
    { label, loop: true, filter: matches },
    h(Command.Input, { autoFocus: true, placeholder, "aria-label": placeholder }),
    h(
      Command.List,
      { label },
      h(Command.Empty, null, nothing),
      [...groups].map(([group, members]) =>
        h(
          Command.Group,
          { key: group, heading: group },
          members.map(({ route, title }) =>
            h(Command.Item, { key: route, value: title, keywords: [group, route], onSelect: () => choose(route) }, title),
          ),
        ),
      ),
    ),
  );
}
