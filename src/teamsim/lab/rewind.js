// Two histories side by side. The controls write `choices`; the kernel lives them and answers with `picture`.

/** Put other choices into a select, unless they are the same. */
function offer(select, choices) {
  const key = JSON.stringify(choices);
  if (select.dataset.of === key) return;
  select.dataset.of = key;
  select.replaceChildren(...choices.map(([value, text]) => make("option", { value }, text)));
}

/** One measure in both histories; the lines are moved, never drawn anew. */
class Chart {
  constructor(words) {
    this.name = make("strong");
    this.ends = make("span", { class: "soft" });
    this.was = make("svg:path", { class: "was" });
    this.other = make("svg:path", { class: "other" });
    this.words = words;
    this.from = make("span");
    this.fork = make("span", { class: "fork" }, this.from);
    this.last = make("span");
    this.plot = make("div", { class: "plot", role: "img" },
      make("svg:svg", { viewBox: "0 0 100 100", preserveAspectRatio: "none", "aria-hidden": "true" }, this.was, this.other), this.fork);
    this.values = { other: make("span"), was: make("span") };
    this.node = make("figure", {},
      make("figcaption", {}, this.name, " ", this.ends), this.plot,
      make("div", { class: "values", "aria-hidden": "true" }, make("small", {}, words.average),
        make("span", {}, sample("other"), this.values.other), make("span", {}, sample("was"), this.values.was)),
      make("div", { class: "axis soft", "aria-hidden": "true" }, make("span", {}, `${words.week} 0`), this.last));
  }

  draw(series, week, weeks) {
    write(this.name, series.label);
    put(this.name, "title", series.meaning);
    write(this.ends, `${series.ends[0]} – ${series.ends[1]}`);
    put(this.plot, "aria-label", series.alt);
    const line = (values, from) => {
      const points = values.slice(from).map((value, i) =>
        `${((100 * (from + i + 0.5)) / weeks).toFixed(2)} ${(97 - (94 * (value - series.low)) / (series.high - series.low || 1)).toFixed(2)}`);
      return `M${points.join("L")}${points.length === 1 ? "h1" : ""}`; // one week has a width, though no line
    };
    put(this.was, "d", line(series.was, 0));
    put(this.other, "d", line(series.other, Math.max(0, week - 1)));
    write(this.from, fill(this.words.from_week, { week }));
    write(this.last, `${weeks - 1}`);
    this.fork.style.left = `${(100 * week) / weeks}%`;
    put(this.fork, "data-side", week > 0.6 * weeks ? "left" : "right");
    write(this.values.was, series.means[0]);
    write(this.values.other, series.means[1]);
  }
}

const sample = (kind) =>
  make("svg:svg", { class: "sample", viewBox: "0 0 34 10", "aria-hidden": "true" }, make("svg:path", { class: kind, d: "M1 5H33" }));

class Lever {
  constructor(lever, language, words, move) {
    Object.assign(this, { lever, words });
    this.digits = lever.step >= 1 ? 0 : 2;
    this.format = new Intl.NumberFormat(language, { maximumFractionDigits: this.digits });
    const { name, label, meaning, low, high, step, ends } = lever;
    this.range = make("input", { type: "range", min: low, max: high, step, "aria-label": label, title: meaning,
      input: () => move(name, +(+this.range.value).toFixed(6)) });
    this.value = make("output");
    this.node = make("div", { class: "lever" },
      make("div", { class: "above" }, make("span", { title: meaning }, label), this.value),
      this.range, make("div", { class: "ends soft" }, make("span", {}, ends[0]), make("span", {}, ends[1])));
  }

  /** `value` is null where leaders differ. */
  draw(value) {
    const { low, high, unit } = this.lever;
    const at = value ?? (low + high) / 2;
    if (+this.range.value !== at) this.range.value = at;
    const text = value == null ? this.words.differs : `${this.format.format(value)} ${unit}`.trim();
    write(this.value, text);
    put(this.range, "aria-valuetext", text);
  }
}

class Page {
  constructor(model, el) {
    this.model = model;
    const words = (this.words = model.get("words"));
    const language = model.get("language");
    const setting = model.get("setting");
    const labelled = (text, control) => make("label", { class: "choice" }, make("span", {}, text), control);
    this.problem = make("p", { class: "problem", role: "alert", hidden: true });
    this.week = make("input", { type: "range", min: 0, step: 1, "aria-label": words.back_to, input: () => this.goTo(+this.week.value) });
    this.clock = make("output");
    this.leader = make("select", { change: () => this.change({ leader: this.leader.value, levers: {} }) });
    this.ofLeader = labelled(words.whose, this.leader);
    this.preset = make("select", { change: () => this.change({ preset: this.preset.value, levers: {} }) });
    this.levers = setting.levers.map((lever) =>
      new Lever(lever, language, words, (name, value) => this.change({ levers: { ...this.choices.levers, [name]: value } })));
    this.deed = make("select", { change: () => this.deedChosen() });
    this.when = make("input", { type: "number", step: 1, change: () => this.deedChosen() });
    this.amount = make("input", { type: "range", step: 0.01, input: () => this.deedChosen() });
    this.amountSaid = make("output");
    this.who = make("select", { change: () => this.deedChosen() });
    this.more = make("div", { class: "more" },
      labelled(words.event_week, this.when),
      (this.ofAmount = labelled(words.event_amount, make("span", { class: "pair" }, this.amount, this.amountSaid))),
      labelled(words.event_who, this.who));
    this.same = make("button", { type: "button", click: () => this.change({ redraw: 0 }) }, words.same_luck);
    this.luck = make("p", { class: "soft" });
    this.told = make("p", { class: "told" });
    this.live = make("p", { class: "unseen", "aria-live": "polite" });
    this.charts = make("div", { class: "charts" });
    this.lists = { was: make("div"), other: make("div") };
    const heading = (kind) => make("h4", {}, sample(kind), ` ${words[kind]}`);
    this.root = make("div", { class: "teamsim teamsim-rewind", lang: language },
      this.problem,
      make("h3", {}, words.title),
      make("div", { class: "sides" },
        make("div", { class: "card controls" },
          make("div", { class: "lever" }, make("div", { class: "above" }, make("span", {}, words.back_to), this.clock), this.week),
          this.ofLeader,
          labelled(words.preset, this.preset),
          make("fieldset", {}, make("legend", {}, words.levers), ...this.levers.map(({ node }) => node)),
          labelled(words.event, this.deed), this.more,
          make("div", { role: "group", "aria-label": words.luck, class: "luck" },
            make("button", { type: "button", click: () => this.change({ redraw: this.choices.redraw + 1 }) }, words.another_luck), this.same),
          this.luck,
          make("button", { type: "button", click: () => this.change({ preset: "", levers: {}, event: {}, redraw: 0 }) }, words.reset)),
        make("div", { class: "histories" },
          this.told, this.live,
          make("p", { class: "legend soft" }, make("span", {}, sample("was"), ` ${words.was}`), make("span", {}, sample("other"), ` ${words.other}`)),
          this.charts,
          make("h4", {}, words.left_title),
          make("div", { class: "lists" },
            make("section", {}, heading("was"), this.lists.was), make("section", {}, heading("other"), this.lists.other)),
          make("p", { class: "soft" }, words.one_pair))));
    el.append(this.root);
  }

  get choices() {
    return this.model.get("choices");
  }

  change(choices) {
    this.model.set("choices", { ...this.choices, ...choices });
    this.model.save_changes();
  }

  /** An event before the week from which on something else is done goes along with it. */
  goTo(week) {
    const { event } = this.choices;
    this.change({ week, event: event.kind && event.week < week ? { ...event, week } : event });
  }

  deedChosen() {
    const { amount } = this.model.get("setting");
    const { week, event } = this.choices;
    if (!this.deed.value) return this.change({ event: {} });
    const when = event.kind ? Math.round(+this.when.value) : week;
    const size = event.kind ? +this.amount.value : amount.default;
    this.change({ event: { kind: this.deed.value, week: when, amount: size, who: this.who.value } });
  }

  /** The controls, as they are chosen. */
  stand() {
    const { choices, words } = this;
    const { weeks, leaders, presets, deeds, amount, people } = this.model.get("setting");
    const { stand } = this.model.get("picture");
    put(this.week, "max", weeks - 1);
    if (+this.week.value !== choices.week) this.week.value = choices.week;
    const clock = fill(words.week_of, { week: choices.week, last: weeks - 1 });
    write(this.clock, clock);
    put(this.week, "aria-valuetext", clock);
    offer(this.leader, [["", words.everybody_leads], ...leaders.map((name) => [name, name])]);
    this.leader.value = choices.leader;
    reveal(this.ofLeader, leaders.length > 1);
    offer(this.preset, [["", words.as_it_was], ...Object.entries(presets)]);
    this.preset.value = choices.preset;
    for (const lever of this.levers) lever.draw(choices.levers[lever.lever.name] ?? stand?.[lever.lever.name] ?? null);
    const { event } = choices;
    offer(this.deed, [["", words.no_event], ...deeds.map((deed) => [deed, words.deeds[deed] ?? deed])]);
    this.deed.value = event.kind ?? "";
    reveal(this.more, !!event.kind);
    reveal(this.ofAmount, event.kind === "raise");
    put(this.when, "min", choices.week);
    put(this.when, "max", weeks - 1);
    if (event.kind && +this.when.value !== event.week) this.when.value = event.week;
    put(this.amount, "min", amount.low);
    put(this.amount, "max", amount.high);
    if (event.kind) {
      if (+this.amount.value !== event.amount) this.amount.value = event.amount;
      const said = new Intl.NumberFormat(this.model.get("language"), { style: "percent" }).format(event.amount);
      write(this.amountSaid, said);
      put(this.amount, "aria-valuetext", said);
    }
    const theirs = people.filter(({ leader }) => !choices.leader || leader === choices.leader);
    offer(this.who, [["", words.everybody], ...theirs.map(({ key, name }) => [key, name])]);
    this.who.value = event.who ?? "";
    this.same.disabled = choices.redraw === 0;
    write(this.luck, choices.redraw ? fill(words.luck_other, { week: choices.week, n: choices.redraw }) : words.luck_same);
  }

  draw() {
    const { weeks } = this.model.get("setting");
    const { week, series, left, told, changed, redraw } = this.model.get("picture");
    this.drawn ??= [];
    while (this.drawn.length < series.length) {
      this.drawn.push(new Chart(this.words));
      this.charts.append(this.drawn.at(-1).node);
    }
    series.forEach((one, i) => this.drawn[i].draw(one, week, weeks));
    this.list("was", left.was, week);
    this.list("other", left.other, week);
    write(this.told, told);
    put(this.root, "data-changed", changed);
    clearTimeout(this.later); // said when the sliders rest
    this.later = setTimeout(() => write(this.live, told), 700);
    this.stand();
    put(this.root, "data-fork", `${week} ${redraw}`); // tests wait for it
  }

  list(name, departures, week) {
    const key = JSON.stringify([departures, week]);
    const place = this.lists[name];
    if (place.dataset.of === key) return;
    place.dataset.of = key;
    const items = (some) => make("ul", {}, ...some.map(({ text, beside }) =>
      make("li", { class: beside ? "differs" : "" }, text, ...(beside ? [make("span", { class: "beside" }, beside)] : []))));
    const [before, after] = [departures.filter((one) => one.week < week), departures.filter((one) => one.week >= week)];
    place.replaceChildren(
      ...(before.length ? [make("p", { class: "soft" }, fill(this.words.before, { week })), items(before)] : []),
      ...(before.length && after.length ? [make("hr")] : []),
      after.length || before.length ? items(after) : make("p", {}, this.words.nobody));
  }

  tell() {
    write(this.problem, this.model.get("problem"));
    reveal(this.problem, !!this.model.get("problem"));
    if (this.model.get("problem")) this.stand();
  }
}

function render({ model, el }) {
  const page = new Page(model, el);
  const listeners = {
    "change:choices": () => page.stand(),
    "change:setting": () => page.stand(),
    "change:picture": () => page.draw(),
    "change:problem": () => page.tell(),
  };
  for (const [name, listener] of Object.entries(listeners)) model.on(name, listener);
  page.draw();
  page.tell();
  return () => {
    for (const [name, listener] of Object.entries(listeners)) model.off(name, listener);
    clearTimeout(page.later);
    page.root.remove();
  };
}

export default { render };
