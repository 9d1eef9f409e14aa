/* What is compared, among which styles, and how many histories; the chart and the split follow below. */

function render({ model, el }) {
  const words = model.get("words");
  const choices = model.get("choices");
  const ask = (name, more) => model.send({ ask: name, ...more });

  const measure = make("select", { change: () => ask("compare", { measure: measure.value }) });
  for (const group of choices.measures) {
    const options = group.entries.map((one) => make("option", { value: one.name, title: one.meaning }, one.label));
    measure.append(make("optgroup", { label: group.label }, ...options));
  }

  const ways = make("select", { change: () => way(ways.value) });
  ways.append(...Object.entries(choices.ways).map(([value, said]) => make("option", { value }, said)));
  const boxes = choices.levers.flatMap((group) => group.entries).map((one) => {
    const box = make("input", { type: "checkbox", value: one.name });
    return { box, label: make("label", { class: "way", title: one.meaning }, box, make("span", {}, one.label)) };
  });
  const levers = make("fieldset", { class: "levers", hidden: true }, make("legend", { class: "unseen" }, words.levers));
  const draw = make("button", { type: "button", click: () => choose() }, words.draw);
  levers.append(make("div", {}, ...boxes.map((one) => one.label)), draw);
  const choose = () =>
    ask("among", { which: "levers", levers: boxes.filter((one) => one.box.checked).map((one) => one.box.value) });
  const open = (name) => {
    levers.hidden = name !== "levers";
  };
  const way = (name) => {
    open(name);
    if (name !== "levers") ask("among", { which: name });
    else if (boxes.some((one) => one.box.checked)) choose();
  };

  const button = (name, said) => make("button", { type: "button", click: () => ask(name) }, said);
  const one = button("one", words.one);
  const another = button("another", words.another);
  const many = button("many", fill(words.many, { n: choices.runs }));
  const progress = make("progress", { max: 1, hidden: true, "aria-label": words.progress });
  const told = make("p", { class: "told soft", "aria-live": "polite" });
  const problem = make("p", { class: "problem", role: "alert", hidden: true });

  const over = (said, control) => make("label", { class: "over" }, said, control);
  const root = make("section", { class: "teamsim luck card", lang: model.get("language"), "aria-label": words.title });
  root.append(
    make("h3", {}, words.title),
    make("p", { class: "soft" }, words.lead),
    make("div", { class: "ask" }, over(words.what, measure), over(words.which, ways)),
    levers,
    make("div", { class: "steps" }, another, many, one, progress, told),
    problem,
  );
  el.append(root);

  const show = {
    measure: (value) => (measure.value = value),
    which: (value) => {
      ways.value = value;
      open(value);
    },
    levers: (names) => boxes.forEach((one) => (one.box.checked = names.includes(one.box.value))),
    told: (text) => (told.textContent = text),
    problem: (text) => {
      problem.textContent = text;
      problem.hidden = !text;
      measure.value = model.get("measure");
    },
    done: (share) => {
      progress.value = share;
      progress.hidden = share >= 1;
    },
    shown: (count) => {
      one.disabled = count === 1;
      another.disabled = count >= choices.runs;
    },
    settled: (yes) => many.classList.toggle("main", !yes),
  };
  const stops = Object.entries(show).map(([name, put]) => {
    const listener = () => put(model.get(name));
    listener();
    model.on(`change:${name}`, listener);
    return () => model.off(`change:${name}`, listener);
  });
  return () => stops.forEach((stop) => stop());
}

export default { render };
