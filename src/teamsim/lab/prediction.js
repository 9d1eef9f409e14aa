// Predict first. A draft lives in its view; what is submitted lives in Python and is the same in every view.

const HEIGHT = 280, TOP = 12, BOTTOM = 34, RIGHT = 16, KNOB = 9, REACH = 28;
const ARROWS = { up: "M3 17L25 5M15 4L25 5L22 15", same: "M3 11H26M18 4L26 11L18 18", down: "M3 5L25 17M15 18L25 17L22 7" };
const arrow = (way) => make("svg:svg", { viewBox: "0 0 29 22", "aria-hidden": "true" },
  make("svg:path", { d: ARROWS[way], fill: "none", stroke: "currentColor", "stroke-width": 3, "stroke-linecap": "round", "stroke-linejoin": "round" }));

/** Round values between two ends for an axis. */
function ticks(low, high) {
  const rough = (high - low) / 4, size = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].find((n) => n * size >= rough) * size;
  const found = [];
  for (let n = Math.ceil(low / step - 1e-9); n * step <= high + 1e-9; n++) found.push(n * step);
  return found;
}

function render({ model, el }) {
  const words = model.get("words"), question = model.get("question");
  const { kind, weeks, at, unit, step } = question;
  const own = unique("predict");
  const draft = { value: kind === "number" ? middle() : kind === "sketch" ? at.map(middle) : null, sure: question.sure[0] };
  function middle() {
    return Math.round((question.low + question.high) / 2 / step) * step;
  }
  const digits = Math.max(0, Math.ceil(-Math.log10(step)));
  const bare = (value) => (+value).toLocaleString(model.get("language"), { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const number = (value) => `${bare(value)} ${unit}`.trim();
  const short = (value) => (+(+value).toPrecision(3)).toLocaleString(model.get("language"));
  const answered = (value) => (kind === "direction" ? words[value] : kind === "number" ? number(value) : words.a_line);

  const problem = make("div", { class: "problem", role: "alert", hidden: true });
  const form = make("form", { submit: submit });
  const stands = make("p", { class: "stands" });
  const waiting = make("p", { class: "soft" }, words.ready);
  const result = make("div", { class: "result" });
  const told = make("div", { "aria-live": "polite", class: "told" }, stands, waiting, result);
  const card = make("section", { class: "card", "aria-labelledby": `${own}-text` },
    make("p", { class: "soft" }, words.title), make("h4", { id: `${own}-text` }, question.text),
    make("p", { class: "soft" }, `${question.meaning} ${question.read}`), problem, form, told);
  el.append(make("div", { class: "teamsim predict", lang: model.get("language") }, card));

  // --- the picture: axes, what was expected, what came -------------------------------------------
  function picture(place, { low, high }, layers) {
    const width = Math.max(240, place.clientWidth || 640);
    const left = 14 + 8.2 * Math.max(...ticks(low, high).map((tick) => short(tick).length));
    const x = (week) => left + 10 + (week / (weeks - 1)) * (width - left - 10 - RIGHT);
    const y = (value) => TOP + (1 - (value - low) / (high - low)) * (HEIGHT - TOP - BOTTOM);
    const grid = ticks(low, high).flatMap((tick) => [
      make("svg:line", { class: "grid", x1: left, x2: width - RIGHT, y1: y(tick), y2: y(tick) }),
      make("svg:text", { x: left - 8, y: y(tick) + 5, "text-anchor": "end" }, short(tick)),
    ]);
    const bottom = ticks(0, weeks - 1).filter((week) => Number.isInteger(week)).map((week) =>
      make("svg:text", { x: x(week), y: HEIGHT - 10, "text-anchor": week ? "middle" : "start" }, week ? week : `${words.week} 0`));
    const axis = make("svg:line", { class: "axis", x1: left, x2: width - RIGHT, y1: HEIGHT - BOTTOM, y2: HEIGHT - BOTTOM });
    const svg = make("svg:svg", { viewBox: `0 0 ${width} ${HEIGHT}`, height: HEIGHT, role: "img", "aria-label": question.text },
      ...grid, axis, ...bottom, ...layers(x, y, svgArea(x, y, low, high)));
    place.replaceChildren(svg);
    return { svg, low, high };
  }
  const svgArea = (x, y, low, high) => (from, to, since) => {
    const [a, b] = [Math.min(high, to), Math.max(low, from)];
    return make("svg:rect", { class: "guess-area", x: x(since), width: x(weeks - 1) - x(since), y: y(a), height: Math.max(0, y(b) - y(a)) });
  };
  const path = (x, y, line) => `M${line.map((value, week) => `${x(week).toFixed(1)} ${y(value).toFixed(1)}`).join("L")}`;
  const knot = (x, y, week, value) => make("svg:circle", { class: "knob", cx: x(week), cy: y(value), r: KNOB });
  const guess = (x, y, value) => [
    make("svg:path", { class: "guess-line", d: `M${at.map((week, i) => `${x(week)} ${y(value[i])}`).join("L")}` }),
    ...at.map((week, i) => knot(x, y, week, value[i])),
  ];
  const clamp = (value, { low, high }) => Math.min(high, Math.max(low, value));

  // --- the answer ---------------------------------------------------------------------------------
  const drawing = make("div", { class: "picture draw" });
  const sliders = [];
  function slider(id, text, given, value, said, changed) {
    const output = make("output", { for: id });
    const input = make("input", { type: "range", id, ...given });
    const tell = () => { output.value = said(input.value); input.setAttribute("aria-valuetext", output.value); };
    input.value = value;
    input.addEventListener("input", () => { tell(); changed(+input.value); });
    tell();
    const row = make("div", { class: "line" }, make("label", { for: id }, text), output, input);
    return { row, input, set: (now) => { input.value = now; tell(); } };
  }
  const range = { min: question.low, max: question.high, step };
  if (kind === "direction") {
    const ways = ["up", "same", "down"].map((way) =>
      make("label", { class: "way" }, make("input", { type: "radio", name: own, value: way, change: () => (draft.value = way) }), arrow(way), words[way]));
    form.append(make("fieldset", {}, make("legend", {}, words.yours), make("div", { class: "ways" }, ...ways)));
  } else if (kind === "number") {
    form.append(slider(`${own}-value`, words.yours, range, draft.value, number, (value) => (draft.value = value)).row);
  } else {
    sliders.push(...at.map((week, i) => slider(`${own}-${i}`, fill(words.at_week, { week }), range, draft.value[i], bare, (value) => {
      draft.value[i] = value;
      drawSketch();
    })));
    form.append(make("fieldset", {}, make("legend", {}, unit ? `${words.yours} (${unit})` : words.yours), make("p", { class: "soft" }, words.draw), drawing,
      make("div", { class: "points" }, ...sliders.map((one) => one.row))));
    drawing.addEventListener("pointerdown", grab);
  }
  const sure = slider(`${own}-sure`, words.sure, { min: question.sure[0], max: question.sure[1], step: 5 }, draft.sure,
    (n) => fill(words.sure_of, { n }), (value) => (draft.sure = value));
  sure.row.classList.add("sure");
  sure.row.append(make("div", { class: "ends soft" }, make("span", {}, words.coin), make("span", {}, words.certain)));
  form.append(sure.row, make("div", { class: "deed" }, make("button", { type: "submit", class: "main" }, words.submit), make("span", { class: "soft" }, words.once)));

  function submit(event) {
    event.preventDefault();
    model.send({ ask: "lock", value: draft.value, sure: draft.sure });
  }

  let drawn;
  function drawSketch() {
    if (kind === "sketch" && !model.get("locked")) drawn = picture(drawing, question, (x, y) => guess(x, y, draft.value));
  }
  /** Take the nearest point and let it follow the pointer. */
  function grab(down) {
    const box = drawn.svg.getBoundingClientRect();
    const knobs = [...drawn.svg.querySelectorAll(".knob")].map((knob) => +knob.getAttribute("cx"));
    const i = knobs.reduce((best, x, j) => (Math.abs(x - (down.clientX - box.left)) < Math.abs(knobs[best] - (down.clientX - box.left)) ? j : best), 0);
    if (Math.abs(knobs[i] - (down.clientX - box.left)) > REACH) return;
    down.preventDefault();
    drawing.setPointerCapture(down.pointerId);
    const follow = ({ clientY }) => {
      const share = 1 - (clientY - drawing.getBoundingClientRect().top - TOP) / (HEIGHT - TOP - BOTTOM);
      const value = clamp(question.low + share * (question.high - question.low), question);
      draft.value[i] = +(Math.round(value / step) * step).toFixed(6);
      sliders[i].set(draft.value[i]);
      drawSketch();
    };
    const stop = () => {
      drawing.removeEventListener("pointermove", follow);
      drawing.removeEventListener("pointerup", stop);
      drawing.removeEventListener("pointercancel", stop);
    };
    drawing.addEventListener("pointermove", follow);
    drawing.addEventListener("pointerup", stop);
    drawing.addEventListener("pointercancel", stop);
    follow(down);
  }

  // --- what stands, and what came -----------------------------------------------------------------
  const seen = make("div", { class: "picture" });
  function showLocked() {
    const locked = model.get("locked"), { value, sure: certainty } = model.get("answer");
    const inside = form.contains(document.activeElement);
    form.hidden = locked;
    stands.hidden = !locked || !!model.get("came").sentence; // what came says it again
    stands.textContent = locked ? fill(words.stands, { answer: answered(value), sure: certainty }) : "";
    if (locked && inside) { // the button that had the focus is gone
      told.tabIndex = -1;
      told.focus();
    }
    if (locked && kind === "sketch" && !model.get("came").sentence) {
      result.replaceChildren(seen);
      picture(seen, question, (x, y) => guess(x, y, value));
    }
  }
  function showWaiting() {
    waiting.hidden = !model.get("waiting");
  }
  function showCame() {
    const came = model.get("came");
    if (!came.sentence) return;
    stands.hidden = true;
    const mark = (draw) => make("svg:svg", { viewBox: "0 0 30 14", "aria-hidden": "true" }, draw);
    const one = came.lower.length === 0;
    const keys = [
      make("span", { class: "key" }, mark(kind === "direction" ? make("svg:rect", { class: "guess-area", width: 30, height: 14 }) : make("svg:path", { class: "guess-line", d: "M0 7H30" })), words.predicted),
      kind === "direction" && make("span", { class: "key" }, mark(make("svg:path", { class: "guess-edge", d: "M0 7H30" })), words.first_quarter),
      make("span", { class: "key" }, mark(make("svg:path", { class: "came-line", d: "M0 7H30" })), one ? words.history : words.median),
      !one && make("span", { class: "key" }, mark(make("svg:rect", { class: "came-band", width: 30, height: 14 })), words.band),
    ].filter(Boolean);
    const columns = one ? [[words.history, came.median]] : [[words.low_column, came.lower], [words.median, came.median], [words.high_column, came.upper]];
    if (kind === "sketch") columns.unshift([words.predicted, null]);
    const rows = at.map((week, i) => make("tr", {}, make("th", { scope: "row" }, `${week}`),
      ...columns.map(([, line]) => make("td", {}, short(line ? line[week] : model.get("answer").value[i])))));
    const table = make("table", {}, make("thead", {}, make("tr", {}, ...[words.week, ...columns.map(([text]) => text)].map((text) => make("th", { scope: "col" }, text)))), make("tbody", {}, ...rows));
    result.replaceChildren(make("p", { class: "finding" }, came.sentence), seen, make("p", { class: "soft keys" }, ...keys), make("details", {}, make("summary", {}, words.table), table));
    drawCame();
  }
  function drawCame() {
    const came = model.get("came"), { value } = model.get("answer");
    if (!came.sentence) return;
    picture(seen, came, (x, y, area) => {
      const { first, band, quarter, low, high, lower, upper, median } = came;
      const areas = { up: [first + band, high], same: [first - band, first + band], down: [low, first - band] };
      const expected = kind === "direction" ? [area(...areas[value], weeks - quarter), make("svg:line", { class: "guess-edge", x1: x(0), x2: x(weeks - 1), y1: y(first), y2: y(first) })]
        : kind === "number" ? [make("svg:line", { class: "guess-edge", x1: x(0), x2: x(weeks - 1), y1: y(value), y2: y(value) }), knot(x, y, weeks - 1, value)]
        : guess(x, y, value);
      const around = lower.length ? [make("svg:path", { class: "came-band", d: `${path(x, y, upper)}L${lower.map((v, w) => [w, v]).reverse().map(([w, v]) => `${x(w)} ${y(v)}`).join("L")}Z` })] : [];
      const line = make("svg:path", { class: "came-line", d: path(x, y, median) });
      return kind === "direction" ? [...expected, ...around, line] : [...around, line, ...expected];
    });
  }
  function showProblem() {
    problem.textContent = model.get("problem");
    problem.hidden = !problem.textContent;
  }

  const shows = { "change:locked": showLocked, "change:waiting": showWaiting, "change:came": showCame, "change:problem": showProblem };
  for (const [event, show] of Object.entries(shows)) model.on(event, show);
  for (const show of Object.values(shows)) show();
  let width = 0;
  const watch = new ResizeObserver(() => {
    if (card.clientWidth === width) return;
    width = card.clientWidth;
    drawSketch();
    if (model.get("came").sentence) drawCame();
    else showLocked();
  });
  watch.observe(card);
  return () => {
    watch.disconnect();
    for (const [event, show] of Object.entries(shows)) model.off(event, show);
  };
}

export default { render };
