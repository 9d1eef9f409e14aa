// One thing chosen of several: a native select that looks like a heading, or a row of buttons.

function select(model, choose) {
  const node = make("select", { "aria-label": model.get("name") });
  node.addEventListener("change", () => choose(node.value));
  return {
    place: make("div", { class: "teamsim-chooser" }, node),
    build: () => node.replaceChildren(...model.get("options").map(([heading, members]) =>
      make("optgroup", { label: heading }, ...members.map(([key, text]) => make("option", { value: key }, text))))),
    show: () => (node.value = model.get("chosen")),
  };
}

function sections(model, choose) {
  const place = make("div", { class: "teamsim-sections", role: "group", "aria-label": model.get("name") });
  const buttons = new Map();
  return {
    place,
    build() {
      buttons.clear();
      for (const [key, text] of model.get("options").flatMap(([, members]) => members)) {
        const button = make("button", { type: "button" }, text);
        button.addEventListener("click", () => choose(model.get("chosen") === key ? "" : key));
        buttons.set(key, button);
      }
      place.replaceChildren(make("h3", {}, model.get("name")), ...buttons.values());
    },
    show() {
      for (const [key, button] of buttons) button.setAttribute("aria-expanded", String(key === model.get("chosen")));
    },
  };
}

function render({ model, el }) {
  const choose = (key) => {
    model.set("chosen", key);
    model.save_changes();
  };
  const { place, build, show } = (model.get("kind") === "select" ? select : sections)(model, choose);
  place.lang = model.get("language");
  const problem = make("p", { class: "problem", role: "alert" });
  el.classList.add("teamsim");
  el.replaceChildren(place);
  const rebuild = () => { build(); show(); };
  const warn = () => {
    problem.textContent = model.get("problem");
    if (problem.textContent) place.append(problem);
    else problem.remove();
  };
  const watched = { "change:options": rebuild, "change:chosen": show, "change:problem": warn };
  for (const [event, act] of Object.entries(watched)) model.on(event, act);
  rebuild();
  warn();
  return () => { for (const [event, act] of Object.entries(watched)) model.off(event, act); };
}

export default { render };
