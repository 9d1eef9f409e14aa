// Paragraphs and a table, under a title where there is one.

function render({ model, el }) {
  const words = model.get("words");
  const body = make("section", { class: "sheet card", lang: model.get("language") });
  el.classList.add("teamsim");
  el.replaceChildren(body);
  function show() {
    const { head, rows } = model.get("table");
    const table = rows && make("div", { class: "scroller", tabindex: 0, role: "region", "aria-label": words.table },
      make("table", {}, make("thead", {}, make("tr", {}, ...head.map((text) => make("th", { scope: "col" }, text)))),
        make("tbody", {}, ...rows.map(([first, ...rest]) => make("tr", {}, make("th", { scope: "row" }, first), ...rest.map((text) => make("td", {}, text)))))));
    const title = model.get("title");
    body.replaceChildren(...(title ? [make("h2", {}, title)] : []), ...model.get("paragraphs").map((text) => make("p", {}, text)), ...(table ? [table] : []));
  }
  const watched = ["title", "paragraphs", "table"];
  for (const name of watched) model.on(`change:${name}`, show);
  show();
  return () => watched.forEach((name) => model.off(`change:${name}`, show));
}

export default { render };
