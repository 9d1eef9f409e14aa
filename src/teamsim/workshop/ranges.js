// What became of the class, as ranges.

function render({ model, el }) {
  const words = model.get("words");
  const title = make("h3"), said = make("p", { role: "status" }), body = make("tbody");
  const heads = ["", words.class_strip, words.class_range, words.class_half, words.class_middle, words.class_mine]
    .map((text) => make("th", { scope: "col" }, text));
  const table = make("table", {}, make("caption", { class: "unseen" }, words.class_caption), make("thead", {}, make("tr", {}, ...heads)), body);
  const scroller = make("div", { class: "scroller", tabindex: 0, role: "region", "aria-label": words.class_caption }, table);
  el.classList.add("teamsim");
  el.replaceChildren(make("section", { class: "ranges card", lang: model.get("language") }, title, said, scroller));

  function strip({ at, mine }) {
    const x = (share) => 4 + share * 192;
    return make("svg:svg", { viewBox: "0 0 200 20", width: 200, height: 20, "aria-hidden": "true" },
      make("svg:line", { x1: x(0), x2: x(1), y1: 10, y2: 10, class: "axis" }),
      make("svg:line", { x1: x(at[0]), x2: x(at[4]), y1: 10, y2: 10, class: "all" }),
      make("svg:rect", { x: x(at[1]), width: Math.max(1, x(at[3]) - x(at[1])), y: 5, height: 10, class: "half" }),
      make("svg:line", { x1: x(at[2]), x2: x(at[2]), y1: 3, y2: 17, class: "middle" }),
      mine != null && make("svg:circle", { cx: x(mine), cy: 10, r: 5, class: "mine" }));
  }

  function show() {
    write(title, model.get("title"));
    write(said, model.get("said"));
    const rows = model.get("rows");
    reveal(scroller, rows.length > 0);
    const own = rows.some((row) => row.mine_said); // a facilitator has no seat
    reveal(heads.at(-1), own);
    body.replaceChildren(...rows.map((row) => make("tr", {},
      make("th", { scope: "row" }, row.label, row.unit && make("span", { class: "soft" }, ` (${row.unit})`)),
      make("td", {}, strip(row)),
      make("td", {}, `${row.five[0]} – ${row.five[4]}`), make("td", {}, `${row.five[1]} – ${row.five[3]}`),
      make("td", {}, row.five[2]), own && make("td", {}, row.mine_said))));
  }
  for (const name of ["title", "said", "rows"]) model.on(`change:${name}`, show);
  show();
  return () => ["title", "said", "rows"].forEach((name) => model.off(`change:${name}`, show));
}

export default { render };
