// A table of styles; each cell is a number and a bar on the scale of its column.

function cell({ text, said, places, zero }) {
  if (!places) return make("td", { class: "none" }, make("span", { class: "unseen" }, said));
  const strip = make("div", { class: "strip", "aria-hidden": "true" }, make("i"), make("b"));
  const [low, middle, high] = places;
  if (zero == null) strip.classList.add("afar");
  else strip.style.setProperty("--zero", `${zero * 100}%`);
  strip.firstChild.style.cssText = `left:${low * 100}%;width:${(high - low) * 100}%`;
  strip.lastChild.style.left = `${middle * 100}%`;
  return make("td", { title: said }, make("span", { "aria-hidden": "true" }, text), make("span", { class: "unseen" }, said), strip);
}

function render({ model, el }) {
  const words = model.get("words");
  const host = make("div", { class: "teamsim-trade-offs card", lang: model.get("language") });
  el.classList.add("teamsim");
  el.replaceChildren(host);

  function show() {
    const { read, columns, groups } = model.get("table");
    if (!columns) return;
    const head = make("tr", {}, make("th", { scope: "col" }, words.of_whom), make("th", { scope: "col" }, words.style),
      ...columns.map((column) => {
        const [, name, what] = column.match(/^(.*?)(?: \((.*)\))?$/);
        return make("th", { scope: "col" }, name, make("small", {}, what ?? ""));
      }));
    const bodies = groups.map(({ name, rows }) => make("tbody", {}, ...rows.map(({ style, place, cells }, number) =>
      make("tr", { class: `row-${place}` },
        ...(number ? [] : [make("th", { scope: "rowgroup", rowspan: rows.length }, name)]),
        make("th", { scope: "row" }, make("i", { class: place < 0 ? "swatch now" : `swatch pin-${place}`, "aria-hidden": "true" }), style),
        ...cells.map(cell)))));
    const table = make("table", {}, make("thead", {}, head), ...bodies);
    host.replaceChildren(make("p", { class: "soft" }, read), make("div", { class: "wide", tabindex: "0", role: "region", "aria-label": words.section_trade_offs }, table));
  }

  model.on("change:table", show);
  show();
  return () => model.off("change:table", show);
}

export default { render };
