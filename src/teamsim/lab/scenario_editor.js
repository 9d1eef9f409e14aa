/* A scenario made by hand. Every field says at once what it holds to Python, which answers with all that is to be seen;
   rows are built anew only when people or teams come or go, and the cursor stays where it is. */

const short = (value) => (typeof value === "number" ? String(Number(value.toPrecision(6))) : (value ?? ""));
const at = (data, place) => place.reduce((node, step) => node?.[step], data);

class Editor {
  constructor(model, el) {
    Object.assign(this, { model, el, words: model.get("words"), kinds: model.get("fields"), id: unique("scenario") });
    this.open = new Set(); // places whose "more" is open
    this.wanted = null; // where the cursor goes once new rows are there
    this.shape = "";
    this.build();
    this.show();
  }

  ask(name, more) {
    this.model.send({ ask: name, ...more });
  }

  build() {
    const { words } = this;
    const button = (said, does, more = {}) => make("button", { type: "button", click: does, ...more }, said);
    this.undo = button(words.undo, () => this.ask("undo"));
    this.redo = button(words.redo, () => this.ask("redo"));
    this.summary = make("p", { class: "summary", "aria-live": "polite" });
    this.problem = make("p", { class: "problem", hidden: true, role: "alert" });
    const list = make("datalist", { id: `${this.id}-sources` });
    this.sources = list;
    const source = make("input", { type: "text", list: list.id, placeholder: words.from_hint, autocomplete: "off", spellcheck: "false" });
    const load = () => source.value.trim() && this.ask("load", { name: source.value.trim() });
    source.onkeydown = (event) => this.enter(event, load);
    this.head = make(
      "div",
      { class: "head" },
      make("h3", {}, words.title),
      this.summary,
      make("div", { class: "steps", role: "group", "aria-label": words.undo }, this.undo, this.redo),
    );
    this.from = make("div", { class: "line" }, make("label", { class: "over" }, words.from, source, list), button(words.open, load));
    this.body = make("div", { class: "body" });
    this.file = make("input", { type: "text", autocomplete: "off", spellcheck: "false" });
    const save = () => this.ask("save", { name: this.file.value });
    this.file.onkeydown = (event) => this.enter(event, save);
    this.save = button(words.save, save, { class: "main" });
    this.note = make("p", { class: "note", "aria-live": "polite" });
    const foot = make("div", { class: "line foot" }, make("label", { class: "over" }, words.file, this.file), this.save, this.note);
    this.root = make("section", { class: "teamsim editor card", lang: this.model.get("language"), "aria-label": words.title });
    this.root.append(this.head, make("p", { class: "soft" }, words.lead), this.from, this.problem, this.body, foot);
    this.root.onkeydown = (event) => {
      const key = event.key.toLowerCase();
      if (!(event.ctrlKey || event.metaKey) || event.altKey || key !== "z") return;
      if (event.target.matches?.("input[type=text], textarea") && event.target.value !== event.target.dataset.was) return; // its own typing first
      event.preventDefault();
      event.stopPropagation();
      this.ask(event.shiftKey ? "redo" : "undo");
    };
    this.el.append(this.root);
  }

  enter(event, does) {
    if (event.key !== "Enter") return;
    event.preventDefault();
    does();
  }

  /* --- one field -------------------------------------------------------------------------------------- */

  /** A text of its own: a name, a title, a story. */
  text(place, said, tag = "input") {
    const key = place.join("/");
    const input = make(tag, { autocomplete: "off", "data-key": key });
    if (tag === "input") input.type = "text";
    else input.rows = 4;
    input.onchange = () => this.ask("write", { place, value: input.value });
    const wrong = make("small", { class: "wrong", id: `${this.id}-${key}` });
    this.fields.push(() => {
      this.put(input, at(this.model.get("draft"), place) ?? "");
      this.mark(input, wrong, key);
    });
    return make("div", { class: "field" }, make("label", { class: "over" }, make("span", { class: "name" }, said), input), wrong);
  }

  /** A quantity: a number, with a slider where its range is one that can be slid along. */
  number(path, kind, whose = () => "") {
    const place = [...path, kind.name];
    const key = place.join("/");
    const write = (value) => this.ask("write", { place, value: String(value) });
    const input = make("input", { type: "text", inputmode: "decimal", autocomplete: "off", "data-key": key });
    input.onchange = () => write(input.value);
    const wrong = make("small", { class: "wrong", id: `${this.id}-${key}` });
    const field = make("div", { class: "field quantity", title: kind.meaning });
    const name = make("span", { class: "name" }, kind.label);
    let slide = null;
    if (kind.slider) {
      const step = kind.whole ? 1 : (kind.high - kind.low) / 100;
      slide = make("input", { type: "range", min: kind.low, max: kind.high, step });
      slide.oninput = () => (input.value = short(Number(slide.value)));
      slide.onchange = () => write(short(Number(slide.value)));
    }
    const range = fill(this.words.range, { low: short(kind.low), high: short(kind.high) });
    const hint = kind.ends[0] ? make("small", { class: "ends soft" }, make("span", {}, kind.ends[0]), make("span", {}, kind.ends[1])) : null;
    const unit = make("small", { class: "unit soft" }, kind.unit || range);
    const pair = make("span", { class: "pair" }, ...(slide ? [slide] : []), input);
    field.append(make("span", { class: "top" }, name, unit), pair, ...(hint ? [hint] : []), wrong);
    if (!kind.slider) input.title = range;
    this.fields.push(() => {
      const label = [kind.label, whose()].filter(Boolean).join(", ");
      for (const control of slide ? [slide, input] : [input]) control.setAttribute("aria-label", label);
      const said = at(this.model.get("draft"), place);
      const follows = this.model.get("following")[key];
      input.placeholder = short(follows);
      this.put(input, said === undefined ? "" : short(said));
      field.classList.toggle("follows", said === undefined);
      if (slide) {
        slide.value = typeof said === "number" ? said : follows;
        slide.setAttribute("aria-valuetext", `${short(typeof said === "number" ? said : follows)} ${kind.unit}`.trim());
      }
      this.mark(input, wrong, key);
    });
    return field;
  }

  /** Show a value unless somebody is typing another one there just now. */
  put(input, value) {
    const text = String(value);
    const typing = document.activeElement === input && input.value !== input.dataset.was && text === input.dataset.was;
    if (!typing) input.value = text;
    input.dataset.was = text;
  }

  mark(input, wrong, key) {
    const sentence = this.model.get("problems")[key] ?? "";
    wrong.textContent = sentence;
    input.toggleAttribute("aria-invalid", false);
    if (sentence) {
      input.setAttribute("aria-invalid", "true");
      input.setAttribute("aria-describedby", wrong.id);
    } else input.removeAttribute("aria-describedby");
  }

  /* --- rows ------------------------------------------------------------------------------------------- */

  /** The quantities of somebody: a few, and the rest behind "more". */
  some(path, noun, who) {
    const few = this.kinds[noun].filter((kind) => kind.first);
    const rest = this.kinds[noun].filter((kind) => !kind.first);
    const key = path.join("/");
    const box = make("div", { class: "grid rest", hidden: true });
    const toggle = make("button", { type: "button", class: "quiet", "data-key": `${key}/more` });
    const show = () => {
      const open = this.open.has(key);
      if (open && !box.childElementCount) {
        const before = this.fields.length;
        box.append(...rest.map((kind) => this.number(path, kind, who)));
        this.fields.slice(before).forEach((put) => put());
      }
      box.hidden = !open;
      toggle.setAttribute("aria-expanded", open);
      toggle.textContent = open ? this.words.less : this.words.more;
      toggle.setAttribute("aria-label", fill(open ? this.words.less_about : this.words.more_about, { name: who() }));
    };
    toggle.onclick = () => {
      if (!this.open.delete(key)) this.open.add(key);
      show();
    };
    this.fields.push(show);
    return { few: few.map((kind) => this.number(path, kind, who)), rest: rest.length ? box : null, toggle: rest.length ? toggle : null };
  }

  person(team, seat) {
    const path = ["teams", team, "people", seat];
    const who = () => at(this.model.get("draft"), [...path, "name"]) || this.words.person;
    const { few, rest, toggle } = this.some(path, "person", who);
    const remove = make("button", { type: "button", class: "quiet", "data-key": `${path.join("/")}/remove` }, this.words.remove);
    remove.onclick = () => {
      const last = at(this.model.get("draft"), ["teams", team, "people"]).length === seat + 1;
      this.shift(team, seat);
      this.wanted = last ? `teams/${team}/add` : `${path.join("/")}/remove`;
      this.ask("remove_person", { team, person: seat });
    };
    this.fields.push(() => remove.setAttribute("aria-label", fill(this.words.remove_name, { name: who() })));
    const line = make("div", { class: "grid few" }, this.text([...path, "name"], this.words.name), ...few, make("div", { class: "doing" }, toggle, remove));
    return make("li", { class: "person" }, line, ...(rest ? [rest] : []));
  }

  /** Who comes after somebody removed moves up, and so does what is open about them. */
  shift(team, seat) {
    const moved = [...this.open].map((key) => {
      const found = /^teams\/(\d+)\/people\/(\d+)$/.exec(key);
      if (!found || Number(found[1]) !== team || Number(found[2]) < seat) return key;
      return Number(found[2]) === seat ? null : `teams/${team}/people/${found[2] - 1}`;
    });
    this.open = new Set(moved.filter(Boolean));
  }

  team(number, team, several) {
    const path = ["teams", number];
    const { words } = this;
    const name = () => at(this.model.get("draft"), [...path, "name"]) || words.team;
    const title = make("h4", {});
    this.fields.push(() => (title.textContent = fill(words.team_of, { name: name() })));
    const leader = !team.led_by && this.some([...path, "leader"], "leader", () => at(this.model.get("draft"), [...path, "leader", "name"]) || words.leader);
    const add = make("button", { type: "button", "data-key": `teams/${number}/add` }, words.add_person);
    add.onclick = () => {
      this.wanted = `teams/${number}/people/${at(this.model.get("draft"), ["teams", number, "people"]).length}/name`;
      this.ask("add_person", { team: number });
    };
    this.fields.push(() => add.setAttribute("aria-label", fill(words.add_person_to, { name: name() })));
    const remove = make("button", { type: "button", class: "quiet", hidden: !several }, words.remove);
    remove.onclick = () => {
      this.open.clear();
      this.wanted = "add_team";
      this.ask("remove_team", { team: number });
    };
    this.fields.push(() => remove.setAttribute("aria-label", fill(words.remove_team, { name: name() })));
    const above = (several || team.led_by) && this.text([...path, "led_by"], words.led_by);
    const basics = make("div", { class: "grid" }, this.text([...path, "name"], words.team), above, ...this.kinds.team.map((kind) => this.number(path, kind, name)));
    const led = leader && make(
      "div",
      { class: "leader" },
      make("div", { class: "grid few" }, this.text([...path, "leader", "name"], words.leader), ...leader.few, make("div", { class: "doing" }, ...(leader.toggle ? [leader.toggle] : []))),
      ...(leader.rest ? [leader.rest] : []),
    );
    const people = make("ul", { class: "people" }, ...team.people.map((_, seat) => this.person(number, seat)));
    return make("section", { class: "team", "aria-label": team.name }, make("div", { class: "top" }, title, remove), basics, led, people, add);
  }

  /** A part that opens on demand: the market, policies, the style. */
  part(name, said) {
    const groups = new Map();
    for (const kind of this.kinds[name]) groups.set(kind.group, [...(groups.get(kind.group) ?? []), kind]);
    const details = make("details", { open: this.open.has(name) }, make("summary", {}, said));
    details.ontoggle = () => (details.open ? this.open.add(name) : this.open.delete(name));
    for (const [group, kinds] of groups) {
      if (groups.size > 1) details.append(make("h5", {}, group));
      details.append(make("div", { class: "grid wide" }, ...kinds.map((kind) => this.number([name], kind))));
    }
    return details;
  }

  /** Build all rows. */
  rows() {
    const { words } = this;
    const draft = this.model.get("draft");
    this.fields = [];
    const basics = make(
      "div",
      { class: "grid" },
      this.text(["name"], words.name),
      this.text(["title"], words.full_title),
      ...this.kinds.scenario.map((kind) => this.number([], kind)),
    );
    const story = make("section", { class: "story" }, make("h4", {}, words.basics), basics, this.text(["story"], words.story, "textarea"));
    const teams = draft.teams.map((team, number) => this.team(number, team, draft.teams.length > 1));
    const add = make("button", { type: "button", "data-key": "add_team" }, words.add_team);
    add.onclick = () => {
      this.wanted = `teams/${this.model.get("draft").teams.length}/name`;
      this.ask("add_team");
    };
    const parts = ["market", "policies", "style"].map((name) => this.part(name, words[name]));
    this.body.replaceChildren(story, ...teams, make("div", { class: "line" }, add, make("small", { class: "soft" }, words.luck)), ...parts);
  }

  /** Show the newest state. */
  show() {
    const draft = this.model.get("draft");
    const shape = JSON.stringify(draft.teams.map((team) => [team.people.length, !!team.led_by]));
    if (shape !== this.shape) {
      const before = this.body.contains(document.activeElement) ? document.activeElement.dataset.key : null;
      this.shape = shape;
      this.rows();
      this.fields.forEach((put) => put());
      const target = this.wanted ?? before;
      if (target) {
        const node = this.body.querySelector(`[data-key="${CSS.escape(target)}"]`);
        node?.focus();
        if (this.wanted) node?.select?.();
      }
      this.wanted = null;
    } else for (const put of [...this.fields]) put();
    const problems = Object.keys(this.model.get("problems"));
    const count = problems.length;
    const wrong = this.words.wrong[count === 1 ? "one" : "other"];
    this.summary.textContent = `${this.model.get("summary")}. ${count ? fill(wrong, { n: count }) : this.words.all_well}`;
    this.summary.classList.toggle("attention", count > 0);
    const steps = this.model.get("steps");
    [this.undo.disabled, this.redo.disabled] = [!steps.undo, !steps.redo];
    this.sources.replaceChildren(...this.model.get("sources").map((value) => make("option", { value })));
    const file = this.model.get("file");
    if (file !== this.shownFile) this.file.value = this.shownFile = file;
    this.note.textContent = this.model.get("note");
    this.save.textContent = this.model.get("replacing") ? this.words.save_again : this.words.save;
    this.tell();
  }

  tell() {
    const sentence = this.model.get("problem") || this.model.get("problems")[""] || "";
    this.problem.textContent = sentence;
    this.problem.hidden = !sentence;
  }
}

function render({ model, el }) {
  const editor = new Editor(model, el);
  const show = () => editor.show();
  const tell = () => editor.tell();
  model.on("change:rev", show); // everything comes in one message
  model.on("change:problem", tell);
  return () => {
    model.off("change:rev", show);
    model.off("change:problem", tell);
  };
}

export default { render };
