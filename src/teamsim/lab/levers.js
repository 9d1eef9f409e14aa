// The controls of the manager lab. Python decides; this page shows, and says what is moved or asked for.

const REST_MS = 250; // without input, a slider counts as at rest

function render({ model, el }) {
  const words = model.get("words");
  const language = model.get("language");
  const id = unique("levers");
  const rows = new Map(); // lever: what shows it
  let rest = 0;

  const ask = (what, more = {}) => model.send({ ask: what, ...more });
  const number = (value, { decimals }) =>
    value.toLocaleString(language, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  const form = (act, attributes, ...inside) => {
    const node = make("form", { ...attributes, submit: (event) => { event.preventDefault(); act(); } }, ...inside);
    node.addEventListener("keydown", (event) => { // JupyterLab swallows the key that would submit
      if (event.key !== "Enter" || event.target.type !== "text") return;
      event.preventDefault();
      node.requestSubmit();
    });
    return node;
  };
  const button = (text, act, more = {}) => make("button", { type: "button", click: act, ...more }, text);

  const problem = make("p", { class: "problem", role: "alert", hidden: true });
  const presets = make("select", { id: `${id}-preset`, change: () => presets.value && ask("preset", { name: presets.value }) });
  const undo = button(`↶ ${words.undo}`, () => ask("undo"));
  const redo = button(`↷ ${words.redo}`, () => ask("redo"));
  const restart = button(`⇤ ${words.restart}`, () => ask("restart"));
  const view = make("select", { id: `${id}-view`, change: () => ask("view", { name: view.value }) });
  const viewRow = make("div", { class: "row", hidden: true }, make("label", { for: `${id}-view` }, words.view), view);
  const levers = make("div", { class: "levers" });
  const help = make("p", { class: "help soft" }, words.help);
  const round = make("p", { class: "round", role: "status" });
  const submit = button(words.submit, () => ask("submit"), { class: "main" });
  const again = button(words.again, () => ask("again"));
  const turn = make("div", { class: "turn", hidden: true }, round, submit, again);

  const name = make("input", { type: "text", maxlength: 40, "aria-label": words.pin_as, placeholder: words.pin_as });
  const pin = make("button", { type: "submit" }, words.pin);
  const pinned = make("ul", { class: "pinned" });
  const pins = make("details", { class: "fold" }, make("summary", {}, words.pins), pinned,
    form(() => {
      ask("pin", { name: name.value });
      name.value = "";
    }, { class: "row" }, name, pin));

  const code = make("input", { type: "text", readonly: true, id: `${id}-code`, spellcheck: "false", focus: () => code.select() });
  const copied = make("span", { class: "unseen", role: "status" });
  const copy = button(words.copy, async () => {
    code.select();
    try { await navigator.clipboard.writeText(code.value); } catch { document.execCommand("copy"); }
    copy.textContent = copied.textContent = words.copied;
    setTimeout(() => { copy.textContent = words.copy; copied.textContent = ""; }, 2000);
  });
  const typed = make("input", { type: "text", id: `${id}-typed`, spellcheck: "false", autocomplete: "off", placeholder: "TS1-…" });
  const opening = form(() => ask("open", { code: typed.value }), {},
    make("label", { for: `${id}-typed` }, words.code_open),
    make("div", { class: "row" }, typed, make("button", { type: "submit" }, words.open)));
  const share = make("details", { class: "fold" }, make("summary", {}, words.share),
    make("label", { for: `${id}-code` }, words.code), make("div", { class: "row" }, code, copy, copied), opening);

  const top = make("div", { class: "top" },
    make("h3", {}, words.levers),
    make("div", { class: "row" }, make("label", { for: `${id}-preset` }, words.presets), presets),
    make("div", { class: "row steps" }, undo, redo, restart), viewRow);
  const scroller = make("div", { class: "scroller" }, levers, pins, share);
  el.classList.add("teamsim");
  el.replaceChildren(make("section", { class: "teamsim-levers card", lang: language, "aria-label": words.levers },
    top, problem, scroller, help, turn));

  /** Say where the levers stand; the slider may still be moving. */
  function move(resting) {
    const values = { ...model.get("values") };
    for (const [lever, row] of rows) values[lever] = row.stands;
    model.set({ values, resting });
    model.save_changes(); // ipywidgets holds back all but the newest while Python is busy
  }

  function moved(lever) {
    const row = rows.get(lever.name);
    row.stands = Number(row.slider.value);
    tell(row, row.stands);
    clearTimeout(rest);
    rest = setTimeout(() => move(true), REST_MS);
    move(false);
  }

  function tell(row, value) {
    const { lever } = row;
    const text = number(value, lever) + (lever.unit ? ` ${lever.unit}` : "");
    const place = ((value - lever.low) / (lever.high - lever.low)) * 100;
    row.value.textContent = text;
    row.slider.style.setProperty("--share", `${place}%`);
    const [low, high] = lever.ends;
    row.slider.setAttribute("aria-valuetext", low ? fill(words.between, { value: text, low, high }) : text);
    const start = model.get("state").start?.[lever.name];
    row.field.classList.toggle("changed", start != null && Math.abs(start - value) > 1e-9);
    if (start == null) return;
    row.start.style.setProperty("--at", (start - lever.low) / (lever.high - lever.low));
    row.start.title = fill(words.was, { value: number(start, lever) });
  }

  /** A row for each lever, under the heading of its group. */
  function build() {
    rows.clear();
    const groups = model.get("groups");
    levers.replaceChildren(...groups.map(({ label, levers: members }) =>
      make("fieldset", {}, make("legend", {}, label), ...members.map((lever) => {
        const own = `${id}-${lever.name}`;
        const explain = () => (help.textContent = lever.meaning);
        const row = { lever };
        row.slider = make("input", {
          type: "range", id: own, min: lever.low, max: lever.high, step: lever.step, title: lever.meaning,
          "aria-describedby": `${own}-meaning`, "data-lever": lever.name, input: () => moved(lever), focus: explain,
        });
        row.value = make("output", { for: own });
        row.start = make("i", { class: "start", "aria-hidden": "true" });
        row.field = make("div", { class: "lever", pointerenter: explain },
          make("div", { class: "name" }, make("label", { for: own }, lever.label), row.value),
          make("div", { class: "track" }, row.slider, row.start),
          make("div", { class: "ends soft", "aria-hidden": "true" }, make("span", {}, lever.ends[0]), make("span", {}, lever.ends[1])),
          make("span", { class: "unseen", id: `${own}-meaning` }, lever.meaning));
        rows.set(lever.name, row);
        return row.field;
      }))));
    levers.classList.toggle("plain", groups.every(({ levers: members }) => members.length === 1)); // no heading for one
    help.textContent = words.help;
    stand();
  }

  function stand() {
    const values = model.get("values");
    for (const [lever, row] of rows) {
      const value = values[lever];
      if (typeof value !== "number") continue;
      if (row.stands !== value) {
        clearTimeout(rest); // set elsewhere, or refused: there is nothing to rest on
        row.slider.value = row.stands = value; // the slider rounds it to its step; what stands is not rounded
      }
      tell(row, value);
    }
  }

  function show() {
    const state = model.get("state");
    if (!state.presets) return;
    const options = state.presets.map(([key, text]) => make("option", { value: key }, text));
    presets.replaceChildren(make("option", { value: "", disabled: true }, state.start_is_now ? words.start_style : words.own), ...options);
    presets.value = state.preset;
    const { locked } = state;
    for (const { slider } of rows.values()) slider.disabled = locked;
    presets.disabled = locked;
    undo.disabled = locked || !state.can_undo;
    redo.disabled = locked || !state.can_redo;
    restart.disabled = locked || state.start_is_now;

    viewRow.hidden = state.views.length < 2;
    view.replaceChildren(...state.views.map((key) => make("option", { value: key }, words[`view_${key}`])));
    view.value = state.view;

    turn.hidden = !state.turns;
    pins.hidden = state.turns && !locked; // what is not drawn cannot be kept yet
    round.textContent = locked ? words.closed_round : words.open_round;
    submit.hidden = locked;
    again.hidden = !locked || !state.again;

    pinned.replaceChildren(...state.pins.map((kept, place) => make("li", {},
      make("i", { class: `swatch pin-${place}`, "aria-hidden": "true" }),
      make("span", { class: "kept" }, kept),
      button("→", () => ask("take", { name: kept }), { "aria-label": fill(words.pin_take, { name: kept }), title: fill(words.pin_take, { name: kept }), disabled: locked }),
      button("×", () => ask("unpin", { name: kept }), { "aria-label": fill(words.pin_drop, { name: kept }), title: fill(words.pin_drop, { name: kept }) }))));
    pin.disabled = name.disabled = state.pins.length >= state.most_pins;
    code.value = state.code;
    share.hidden = !state.code;
    opening.hidden = !state.opens;
    stand();
  }

  function warn() {
    problem.textContent = model.get("problem");
    problem.hidden = !problem.textContent;
  }

  const watched = { "change:groups": build, "change:values": stand, "change:state": show, "change:problem": warn };
  for (const [event, act] of Object.entries(watched)) model.on(event, act);
  build();
  show();
  warn();
  return () => {
    clearTimeout(rest);
    for (const [event, act] of Object.entries(watched)) model.off(event, act);
  };
}

export default { render };
