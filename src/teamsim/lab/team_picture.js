// The team as people. The seats are built once and then only changed; all weeks came in one piece and play here.

// The shapes of events: told apart without their colours.
const SHAPES = {
  hired: "M8 2 14 14H2Z",
  left: "M3 2h6v12H3M6 8h8m-3-3 3 3-3 3",
  talk: "M2 3h12v8H8l-3 3v-3H2Z",
  praise: "m8 1 2 5 5 .4-3.9 3.3 1.3 5.1L8 12l-4.4 2.8 1.3-5.1L1 6.4 6 6Z",
  "next challenge": "M2 14V10h4V6h4V2h4v12Z",
  "promise broken": "M3 3l10 10M13 3 3 13",
  promoted: "M8 2 14 8H10v6H6V8H2Z",
  review: "M3 2h10v12H3ZM5.5 6h5M5.5 10h5",
  raise: "M8 2v12M2 8h12",
  "counter-offer": "M1 5h11L9 2M15 11H4l3 3",
  "support began": "M8 2a6 6 0 1 0 .01 0M8 5v6M5 8h6",
};
const OTHER_SHAPE = "M8 4a4 4 0 1 0 .01 0";
const shape = (kind) =>
  make("svg:svg", { viewBox: "0 0 16 16", class: `mark ${kind.replace(/\W/g, "-")}`, "aria-hidden": "true" },
    make("svg:path", { d: SHAPES[kind] ?? OTHER_SHAPE }));

/** One history: who sat where and when, and every number of theirs. */
class History {
  constructor(model) {
    Object.assign(this, model.get("history"));
    this.words = model.get("words");
    this.language = model.get("language");
    const raw = model.get("values");
    this.values = new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength));
    this.rows = this.measures.length ? this.values.length / this.measures.length : 0;
    this.number = Object.fromEntries(this.measures.map(({ name }, i) => [name, i]));
    this.card = this.measures.filter(({ card }) => card);
    this.sitters = new Map(); // seat: people in the order of their coming
    this.people.seat.forEach((seat, person) => this.sitters.set(seat, [...(this.sitters.get(seat) ?? []), person]));
    this.happened = this.people.key.map(() => []); // person: events in the order of weeks
    this.events.person.forEach((person, event) => this.happened[person].push(event));
    this.changes = new Map(); // week: people who came or left
    this.people.key.forEach((_, person) => {
      if (this.people.hired[person]) this.note(this.people.first[person], person);
      if (this.people.road[person]) this.note(this.people.last[person], person);
    });
  }

  note(week, person) {
    const noted = this.changes.get(week) ?? [];
    if (!noted.includes(person)) this.changes.set(week, [...noted, person]);
  }

  team(name) {
    return this.teams.find((team) => team.name === name) ?? this.teams[0];
  }

  teamOf(person) {
    const seat = this.people.seat[person];
    return this.teams.find(({ first, seats }) => seat >= first && seat < first + seats);
  }

  /** Who sits in a seat in a week; -1 for nobody. */
  at(seat, week) {
    return (this.sitters.get(seat) ?? []).find((p) => this.people.first[p] <= week && week <= this.people.last[p]) ?? -1;
  }

  present(person, week) {
    return this.people.first[person] <= week && week <= this.people.last[person];
  }

  row(person, week) {
    return this.people.start[person] + week - this.people.first[person];
  }

  value(measure, person, week) {
    return this.values[this.number[measure.name] * this.rows + this.row(person, week)];
  }

  isTop(person, week) {
    const row = this.row(person, week);
    return this.top.filter((change) => change <= row).length % 2 === 1;
  }

  eventsIn(person, week) {
    return this.happened[person].filter((event) => this.events.week[event] === week);
  }

  kind(event) {
    return this.events.kinds[this.events.kind[event]];
  }

  /** Somebody's time in the seat where they are in a week, or were last; who was promoted has more than one. */
  find(key, week) {
    const times = this.people.key.map((_, p) => p).filter((p) => this.people.key[p] === key);
    times.sort((a, b) => this.people.first[a] - this.people.first[b]);
    return times.findLast((p) => this.people.first[p] <= week) ?? times[0] ?? -1;
  }

  leavesIn(person, week) {
    return this.people.road[person] && this.people.last[person] === week;
  }

  /** A number as people read it. */
  said(value, { share, unit, digits }, signed = false) {
    const format = (digits, more = {}) =>
      new Intl.NumberFormat(this.language, { minimumFractionDigits: digits, maximumFractionDigits: digits, ...more });
    if (share) return format(0, { style: "percent", signDisplay: "exceptZero" }).format(value);
    const number = format(digits, signed ? { signDisplay: "exceptZero" } : {}).format(value);
    return unit ? `${number} ${unit}` : number;
  }

  /** An event in words: what, how much, and with a departure the road and the reason given. */
  told(event) {
    const kind = this.kind(event);
    const person = this.events.person[event];
    const amount = this.events.amount[event];
    if (kind.name === "left") {
      const way = this.words.ways[this.people.road[person]] ?? this.words.events.left;
      const reason = this.people.reason[person];
      return reason ? `${way}; ${fill(this.words.reason, { reason })}` : way;
    }
    const name = this.words.events[kind.name] ?? kind.name;
    return amount == null ? name : `${name} ${this.said(amount, kind)}`;
  }

  stay(person, week) {
    const weeks = this.number.tenure == null ? 0 : Math.round(this.value(this.measures[this.number.tenure], person, week));
    const years = Math.floor(weeks / 52);
    return years >= 2 ? fill(this.words.years_here, { n: years }) : fill(this.words.weeks_here, { n: weeks });
  }

  /** What happened to a team in a week, in one sentence. */
  sentence(team, week) {
    const here = (person) => this.teamOf(person) === team;
    const changed = (this.changes.get(week) ?? []).filter(here);
    const name = (person) => ({ name: this.people.name[person] });
    const left = changed.filter((p) => this.leavesIn(p, week)).map((p) => fill(this.words.roads[this.people.road[p]], name(p)));
    const came = changed
      .filter((p) => this.people.hired[p] && this.people.first[p] === week)
      .map((p) => fill(this.words.came, name(p)));
    const counts = new Map();
    for (let seat = team.first; seat < team.first + team.seats; seat++) {
      const person = this.at(seat, week);
      if (person < 0) continue;
      for (const event of this.eventsIn(person, week)) {
        const kind = this.kind(event).name;
        if (kind !== "left" && kind !== "hired") counts.set(kind, (counts.get(kind) ?? 0) + 1);
      }
    }
    const rest = [...counts].map(([kind, n]) => fill(this.words.counted, { event: this.words.events[kind] ?? kind, n }));
    const what = left.length + came.length ? [...left, ...came] : [this.words.quiet];
    return { text: fill(this.words.told, { week, what: [...what, ...rest].join("; ") }), changed: changed.length > 0 };
  }
}

/** Where a value lies between the ends of its measure. */
const place = ({ low, high }, value) => Math.max(0, Math.min(1, (value - low) / (high - low)));

// Hair, so that people are told apart; which one somebody has says nothing about them.
const HAIR = [
  "M23 33C21 12 59 12 57 33C52 22 44 20 40 20S27 24 23 33Z",
  "M22 44C16 10 64 10 58 44C60 24 48 21 40 21S20 24 22 44Z",
  "M24 28C26 14 54 14 56 28C48 24 44 25 36 22C32 26 28 27 24 28Z",
  "M23 31C24 15 34 18 35 14C38 19 43 13 46 18C52 16 56 22 57 31C51 24 47 25 40 22S28 26 23 31Z",
  "M24 30C22 14 52 10 56 26C57 30 57 32 57 33C52 26 42 27 34 21C32 27 27 28 24 30ZM52 14a6 6 0 1 1 .1 0Z",
  "M22 52C17 30 18 15 40 15S63 30 58 52L54 50C58 34 54 24 40 22S22 34 26 50Z",
];
const TONES = ["#3b302a", "#7a5536", "#b98d52", "#8d8f96"];

/** A drawn person: smile and fill, a zigzag of strain, an arrow of stretch. In the leader's view the face stays blank. */
class Figure {
  constructor() {
    const body = "M7 84C7 62 22 55 40 55s33 7 33 29Z";
    this.fill = make("svg:g", { class: "fill" }, make("svg:path", { d: body }));
    this.mouth = make("svg:path", { class: "mouth" });
    this.zigzag = make("svg:path", { class: "zigzag" });
    this.arrow = make("svg:path", { class: "arrow" });
    this.hair = make("svg:path", { class: "hair" });
    this.chair = make("svg:path", { class: "chair", d: "M26 26V84M26 58H56V84" });
    this.person = make("svg:g", { class: "person" },
      make("svg:path", { class: "body", d: body }),
      this.fill,
      make("svg:path", { class: "outline", d: body }),
      make("svg:circle", { class: "head", cx: 40, cy: 34, r: 17 }),
      this.hair,
      make("svg:path", { class: "eyes", d: "M33.5 31v.01M46.5 31v.01" }),
      this.mouth, this.zigzag, this.arrow);
    this.node = make("svg:svg", { viewBox: "0 0 96 86", class: "figure", "aria-hidden": "true" }, this.chair, this.person);
  }

  draw(history, person, week) {
    put(this.node, "data-here", person >= 0);
    if (person < 0) return;
    const seat = history.people.seat[person];
    const order = history.sitters.get(seat).indexOf(person); // the same in every history
    put(this.hair, "d", HAIR[(seat + 3 * order) % HAIR.length]);
    put(this.hair, "fill", TONES[(seat + order) % TONES.length]);
    const [first, second, third] = history.card;
    const share = place(first, history.value(first, person, week));
    this.fill.style.clipPath = `inset(${(100 * (1 - share)).toFixed(1)}% 0 0 0)`;
    const felt = history.view === "model";
    put(this.mouth, "d", felt ? `M32 41Q40 ${(41 + 16 * (share - 0.5)).toFixed(1)} 48 41` : "");
    const strain = felt ? 9 * place(second, history.value(second, person, week)) : 0;
    put(this.zigzag, "d", strain ? zigzag(22, 58, 6, strain) : "");
    const gap = felt ? history.value(third, person, week) / third.high : 0;
    put(this.arrow, "d", felt ? arrow(84, 46, -34 * gap) : "");
  }
}

function zigzag(from, to, y, height) {
  const steps = 8;
  const points = Array.from({ length: steps + 1 }, (_, i) =>
    `${from + ((to - from) * i) / steps} ${(y + (i % 2 ? -height : height) * (i % steps ? 0.9 : 0)).toFixed(1)}`);
  return `M${points.join("L")}`;
}

/** A line at the height of one's skill, and from it an arrow to what the work asks for. */
function arrow(x, y, length) {
  const foot = `M${x - 6} ${y}h12`;
  if (Math.abs(length) < 6) return foot;
  const [tip, side] = [(y + length).toFixed(1), (y + length - 5 * Math.sign(length)).toFixed(1)];
  return `${foot}M${x} ${y}V${tip}M${x - 5} ${side}L${x} ${tip}L${x + 5} ${side}`;
}

/** One seat, whoever sits in it. */
class Seat {
  constructor(seat, number, open) {
    Object.assign(this, { seat, number });
    this.figure = new Figure();
    this.name = make("span", { class: "name" });
    this.star = make("span", { class: "top", hidden: true }, "★");
    this.state = make("span", { class: "state" });
    this.bars = make("span", { class: "bars" });
    this.chips = make("span", { class: "chips" });
    this.button = make("button", { type: "button", class: "seat", tabindex: -1, "aria-expanded": "false", click: () => open(this) },
      this.figure.node, make("span", { class: "who" }, this.name, this.star), this.state, this.bars, this.chips);
    this.node = make("li", {}, this.button);
  }

  measure(history) {
    this.rows = history.card.map((measure) => {
      const length = make("span", { class: "length" });
      const value = make("span", { class: "value" });
      const row = make("span", { class: `bar ${measure.name}${measure.low < measure.zero ? " both-ways" : ""}` },
        make("span", { class: "what" }, measure.label), make("span", { class: "track" }, length), value);
      return { measure, length, value, row };
    });
    this.bars.replaceChildren(...this.rows.map(({ row }) => row));
  }

  draw(history, week, chosen) {
    const { words } = history;
    const person = history.at(this.seat, week);
    this.figure.draw(history, person, week);
    const leaves = person >= 0 && history.leavesIn(person, week);
    const comes = person >= 0 && history.people.hired[person] && history.people.first[person] === week;
    put(this.button, "data-state", person < 0 ? "empty" : leaves ? "leaves" : comes ? "comes" : "here");
    const top = person >= 0 && history.isTop(person, week);
    reveal(this.star, top);
    let facts;
    if (person < 0) {
      const before = (history.sitters.get(this.seat) ?? []).filter((p) => history.people.last[p] < week);
      const since = before.length ? history.people.last[before.at(-1)] : -1;
      const weeks = fill(words.empty_for, { n: week - since });
      write(this.name, words.empty);
      write(this.state, weeks);
      facts = [weeks];
    } else {
      write(this.name, history.people.name[person]);
      const how = leaves ? words.ways[history.people.road[person]] : comes ? words.first_week : history.stay(person, week);
      write(this.state, how);
      facts = [how, ...(top ? [words.top] : [])];
      for (const { measure, length, value } of this.rows) {
        const now = history.value(measure, person, week);
        const said = history.said(now, measure);
        const zero = place(measure, measure.zero);
        const end = place(measure, now);
        length.parentNode.style.setProperty("--zero", `${(100 * zero).toFixed(1)}%`);
        length.style.left = `${(100 * Math.min(zero, end)).toFixed(1)}%`;
        length.style.width = `${(100 * Math.abs(end - zero)).toFixed(1)}%`;
        write(value, measure.unit ? history.said(now, { ...measure, unit: "" }) : said);
        facts.push(`${measure.label} ${said}`);
      }
    }
    const events = person < 0 ? [] : history.eventsIn(person, week).filter((e) => !["left", "hired"].includes(history.kind(e).name));
    const told = events.map((event) => history.kind(event).name);
    if (this.chips.dataset.of !== told.join()) {
      this.chips.dataset.of = told.join();
      this.chips.replaceChildren(...told.map((kind, i) =>
        make("span", { class: "chip" }, shape(kind), ...(i || told.length > 2 ? [] : [words.events[kind] ?? kind]))));
    }
    reveal(this.bars, person >= 0);
    const label = `${fill(words.seat, { seat: this.number })}: ${this.name.textContent}. ` +
      [...facts, ...events.map((event) => history.told(event))].join(", ");
    put(this.button, "aria-label", label);
    put(this.button, "aria-expanded", person >= 0 && person === chosen);
  }
}

/** The weeks of one person: a row a measure, a lane a kind of event, and all of it as a list. */
class LifeLine {
  constructor(words, { close, choose, seek }) {
    this.words = words;
    this.title = make("h4", { tabindex: -1 });
    this.whose = make("select", { "aria-label": words.whose, change: () => choose(+this.whose.value) });
    this.summary = make("p", { class: "soft" });
    this.chart = make("div", { class: "chart" });
    this.node = make("section", { class: "card life", hidden: true, keydown: (event) => event.key === "Escape" && close() },
      make("div", { class: "top-line" }, this.title, this.whose,
        make("button", { type: "button", click: close }, words.close)),
      this.summary, this.chart);
    this.seek = seek;
  }

  draw(history, person) {
    Object.assign(this, { history, person });
    const { words } = this;
    const { name, first, last, road, reason } = history.people;
    const team = history.teamOf(person);
    const mates = name.map((_, p) => p).filter((p) => history.teamOf(p) === team);
    this.whose.replaceChildren(...mates.map((p) => {
      const text = road[p] ? fill(words.gone, { name: name[p], week: last[p] }) : name[p];
      return make("option", { value: p, selected: p === person }, text);
    }));
    this.whose.value = person;
    write(this.title, fill(words.life, { name: name[person] }));
    put(this.node, "aria-label", this.title.textContent);
    const ending = [
      ...(road[person] ? [fill(words.roads[road[person]], { name: name[person] })] : []),
      ...(reason[person] ? [fill(words.reason, { reason: reason[person] })] : []),
    ].join("; ");
    const stay = fill(words.summary, { name: name[person], first: first[person], last: last[person] });
    write(this.summary, ending ? `${stay} ${ending}.` : stay);
    this.rows = history.measures.map((measure) => this.row(measure));
    this.cursors = [];
    const open = this.chart.querySelector("details.more")?.open ?? false;
    const listed = this.chart.querySelector("details.list")?.open ?? false;
    const plots = (...rows) => {
      const cursor = make("div", { class: "cursor" });
      this.cursors.push(cursor);
      const over = make("div", { class: "over", "aria-hidden": "true" }, cursor);
      return make("div", { class: "plots", click: (event) => this.clicked(event, over) }, ...rows, over);
    };
    const main = this.rows.filter(({ measure }) => measure.main).map(({ node }) => node);
    const more = this.rows.filter(({ measure }) => !measure.main).map(({ node }) => node);
    const items = history.happened[person].map((event) =>
      make("li", {}, fill(words.item, { week: history.events.week[event], what: history.told(event) })));
    this.chart.replaceChildren(
      plots(...main, ...this.lanes(), this.axis()),
      make("details", { class: "more", open }, make("summary", {}, words.more), plots(...more, this.axis())),
      make("details", { class: "list", open: listed }, make("summary", {}, words.list),
        items.length ? make("ol", {}, ...items) : make("p", {}, words.nothing)));
    reveal(this.node, true);
  }

  /** Where a week stands across the plot, in hundredths. */
  x(week) {
    return (100 * (week + 0.5)) / this.history.weeks;
  }

  row(measure) {
    const { history, person } = this;
    const { first, last } = history.people;
    const alone = first[person] === last[person]; // one week has a width, though no line
    const points = [];
    for (let week = first[person]; week <= last[person]; week++) {
      const y = (94 - 88 * place(measure, history.value(measure, person, week))).toFixed(1);
      points.push(`${(this.x(week) - (alone ? 40 / history.weeks : 0)).toFixed(2)} ${y}`);
    }
    const width = alone ? `h${(80 / history.weeks).toFixed(2)}` : "";
    const drawing = make("svg:svg", { viewBox: "0 0 100 100", preserveAspectRatio: "none", "aria-hidden": "true" });
    if (measure.low < measure.zero) {
      const zero = 94 - 88 * place(measure, measure.zero);
      drawing.append(make("svg:path", { class: "zero", d: `M0 ${zero}H100` }));
    }
    drawing.append(make("svg:path", { class: "line", d: `M${points.join("L")}${width}` }));
    const value = make("span", { class: "value" });
    const ends = fill(this.words.range, {
      low: history.said(measure.low, { ...measure, unit: "" }),
      high: history.said(measure.high, measure),
    });
    const node = make("div", { class: `row ${measure.name}` },
      make("span", { class: "what", title: measure.meaning }, measure.label, make("small", {}, ends)),
      make("span", { class: "plot" }, drawing), value);
    return { measure, value, node };
  }

  lanes() {
    const { history, person, words } = this;
    return history.events.kinds.flatMap((kind) => {
      const events = history.happened[person].filter((event) => history.kind(event) === kind);
      if (!events.length) return [];
      const marks = events.map((event) => {
        const mark = shape(kind.name);
        mark.style.left = `${this.x(history.events.week[event])}%`;
        mark.append(make("svg:title", {}, fill(words.item, { week: history.events.week[event], what: history.told(event) })));
        return mark;
      });
      return [make("div", { class: "row lane" },
        make("span", { class: "what" }, words.events[kind.name] ?? kind.name),
        make("span", { class: "plot" }, ...marks), make("span", { class: "value" }, `${events.length}`))];
    });
  }

  axis() {
    const { weeks } = this.history;
    const step = [1, 2, 4, 13, 26, 52, 104, 260].find((n) => weeks / n <= 6) ?? 520;
    const ticks = [];
    for (let week = 0; week < weeks; week += step)
      ticks.push(make("span", { style: `left:${this.x(week)}%` }, `${week}`));
    return make("div", { class: "row axis", "aria-hidden": "true" }, make("span", { class: "what" }, this.words.week),
      make("span", { class: "plot" }, ...ticks), make("span", { class: "value" }));
  }

  clicked(event, over) {
    const box = over.getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    if (share >= 0 && share < 1) this.seek(Math.floor(share * this.history.weeks));
  }

  point(week) {
    if (!this.history) return;
    const here = this.history.present(this.person, week);
    for (const cursor of this.cursors) cursor.style.left = `${this.x(week)}%`;
    for (const { measure, value } of this.rows)
      write(value, here ? this.history.said(this.history.value(measure, this.person, week), { ...measure, unit: "" }) : "–");
  }
}

const SPEEDS = [1, 2, 4, 8, 16];

class Picture {
  constructor(model, el) {
    Object.assign(this, { model, timer: 0 });
    const words = (this.words = model.get("words"));
    const button = (text, click, more = {}) => make("button", { type: "button", click, ...more }, text);
    this.problem = make("p", { class: "problem", role: "alert", hidden: true });
    this.title = make("h3");
    this.teams = make("select", { "aria-label": words.team, change: () => this.choose("team", this.teams.value) });
    this.ofTeams = make("label", { class: "teams", hidden: true }, words.team, " ", this.teams);
    this.play = button(words.play, () => (this.timer ? this.stop() : this.start()), { class: "main play" });
    this.range = make("input", { type: "range", min: 0, step: 1, "aria-label": words.week,
      input: () => this.seek(+this.range.value, false), change: () => this.model.save_changes() });
    this.marks = make("div", { class: "changes", "aria-hidden": "true" });
    this.speed = make("select", {}, ...SPEEDS.map((n) => make("option", { value: n, selected: n === 4 }, fill(words.a_second, { n }))));
    this.clock = make("output", { class: "clock" });
    this.buttons = make("div", { class: "buttons", keydown: (event) => this.arrows(event) },
      button(words.back, () => this.step(-1)), this.play, button(words.on, () => this.step(1)),
      button(words.next, () => this.jump()));
    this.player = make("div", { class: "player", role: "group", "aria-label": words.player },
      this.buttons,
      make("label", { class: "speed" }, `${words.speed} `, this.speed),
      make("div", { class: "time" }, this.clock, make("div", { class: "track" }, this.range, this.marks)));
    this.happened = make("p", { class: "happened" });
    this.live = make("p", { class: "unseen", "aria-live": "polite" });
    this.tally = make("p", { class: "soft tally" });
    this.hint = make("p", { class: "unseen", id: unique("hint") }, words.keys);
    this.seats = make("ul", { class: "seats", keydown: (event) => this.among(event) });
    this.group = make("div", { role: "group", "aria-describedby": this.hint.id }, this.seats);
    this.key = make("p", { class: "soft key" });
    this.life = new LifeLine(words, { close: () => this.close(), choose: (p) => this.open(p), seek: (w) => this.seek(w) });
    this.people = [];
    this.root = make("div", { class: "teamsim teamsim-team", lang: model.get("language") },
      this.problem, make("div", { class: "top-line" }, this.title, this.ofTeams, this.tally),
      this.player, this.happened, this.live, this.hint, this.group, this.key, this.life.node);
    el.append(this.root);
  }

  get week() {
    return this.model.get("week");
  }

  /** Another history: what stays the same is kept, nodes and all. */
  read() {
    this.history = new History(this.model);
    const { history, words } = this;
    put(this.root, "data-view", history.view);
    put(this.range, "max", history.weeks - 1);
    this.teams.replaceChildren(...history.teams.map(({ name }) => make("option", { value: name }, name)));
    reveal(this.ofTeams, history.teams.length > 1);
    const [first, second, third] = history.card;
    const key = history.view === "model"
      ? [[words.key_fill_model, first], [words.key_zigzag, second], [words.key_arrow, third]]
      : [[words.key_fill_leader, first], [words.key_blank, first]];
    this.key.replaceChildren(make("strong", {}, words.key), ...key.map(([text, { label }]) => make("span", {}, fill(text, { measure: label }))));
    this.built = null;
    this.lay();
  }

  /** The seats of the chosen team; built anew only when their number changes. */
  lay() {
    const { history } = this;
    const team = history.team(this.model.get("team"));
    if (this.built === team) return this.draw();
    this.built = this.shown = team;
    this.members = history.people.key.map((_, p) => p).filter((p) => history.teamOf(p) === team);
    write(this.title, `${team.name}, ${fill(this.words.led_by, { leader: team.leader })}`);
    put(this.group, "aria-label", fill(this.words.seats, { team: team.name }));
    this.teams.value = team.name;
    while (this.people.length < team.seats) {
      const seat = new Seat(0, this.people.length + 1, (one) => this.pressed(one));
      this.people.push(seat);
      this.seats.append(seat.node);
    }
    for (const seat of this.people.splice(team.seats)) seat.node.remove();
    const measures = history.card.map(({ name, label }) => `${name} ${label}`).join();
    this.people.forEach((seat, i) => {
      seat.seat = team.first + i;
      if (seat.measures !== measures) seat.measure(history);
      seat.measures = measures;
    });
    if (!this.people.some(({ button }) => button.tabIndex === 0)) this.people[0].button.tabIndex = 0;
    put(this.seats, "data-many", team.seats > 60 ? "very" : team.seats > 20 ? "yes" : "no");
    const here = [...history.changes].flatMap(([week, people]) =>
      people.filter((p) => history.teamOf(p) === team).map((p) => [week, history.leavesIn(p, week) ? "left" : "hired"]));
    this.marks.replaceChildren(...here.map(([week, kind]) => {
      const mark = shape(kind);
      mark.style.left = `${history.weeks > 1 ? (100 * week) / (history.weeks - 1) : 50}%`;
      return mark;
    }));
    this.lifeOf = null;
    this.draw();
  }

  draw() {
    const { history, words, week, shown } = this;
    const person = history.find(this.model.get("person"), week);
    for (const seat of this.people) seat.draw(history, week, person);
    if (+this.range.value !== week) this.range.value = week;
    const clock = fill(words.week_of, { week, last: history.weeks - 1 });
    put(this.range, "aria-valuetext", clock);
    write(this.clock, clock);
    const { text, changed } = history.sentence(shown, week);
    write(this.happened, text);
    if (!this.timer || changed) write(this.live, text); // while it plays only what matters is said
    const here = this.people.filter(({ seat }) => history.at(seat, week) >= 0).length;
    const left = this.members.filter((p) => history.people.road[p] && history.people.last[p] <= week).length;
    const came = this.members.filter((p) => history.people.hired[p] && history.people.first[p] <= week).length;
    write(this.tally, [
      fill(words.filled, { n: here, seats: shown.seats }), fill(words.left_so_far, { n: left }), fill(words.came_so_far, { n: came }),
    ].join(" · "));
    if (person < 0) reveal(this.life.node, false);
    else if (this.lifeOf !== person) this.life.draw(history, person);
    this.lifeOf = person;
    if (person >= 0) this.life.point(week);
    this.tell();
    put(this.root, "data-week", week); // tests wait for these
    put(this.root, "data-rev", this.model.get("rev"));
  }

  tell() {
    write(this.problem, this.model.get("problem"));
    reveal(this.problem, !!this.model.get("problem"));
  }

  choose(name, value) {
    this.model.set(name, value);
    this.model.save_changes();
  }

  seek(week, save = true) {
    this.stop();
    this.model.set("week", Math.max(0, Math.min(this.history.weeks - 1, week)));
    if (save) this.model.save_changes();
  }

  step(by) {
    this.seek(this.week + by);
  }

  /** To the next week in which somebody came or left; after the last one, to the end. */
  jump() {
    const weeks = [...this.history.changes]
      .filter(([week, people]) => week > this.week && people.some((p) => this.history.teamOf(p) === this.shown))
      .map(([week]) => week);
    this.seek(Math.min(this.history.weeks - 1, ...weeks));
  }

  start() {
    if (this.week >= this.history.weeks - 1) this.model.set("week", 0);
    write(this.play, this.words.pause);
    const tick = () => {
      this.timer = setTimeout(tick, 1000 / +this.speed.value);
      if (this.week >= this.history.weeks - 1) return this.stop();
      this.model.set("week", this.week + 1); // not sent: the weeks play without a kernel
      if (this.week >= this.history.weeks - 1) this.stop();
    };
    this.timer = setTimeout(tick, 1000 / +this.speed.value);
  }

  stop() {
    if (!this.timer) return;
    clearTimeout(this.timer);
    this.timer = 0;
    write(this.play, this.words.play);
    this.model.save_changes();
  }

  arrows(event) {
    const move = {
      ArrowLeft: () => this.step(-1), ArrowRight: () => this.step(1),
      Home: () => this.seek(0), End: () => this.seek(this.history.weeks - 1),
    }[event.key];
    if (!move) return;
    event.preventDefault();
    move();
  }

  /** Arrow keys move among the seats, by rows as they stand on the page. */
  among(event) {
    const at = this.people.findIndex(({ button }) => button === event.target.closest("button"));
    const top = (i) => this.people[i].node.offsetTop;
    const columns = this.people.filter((_, i) => top(i) === top(0)).length;
    const to = {
      ArrowLeft: at - 1, ArrowRight: at + 1, ArrowUp: at - columns, ArrowDown: at + columns, Home: 0, End: this.people.length - 1,
    }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    if (!this.people[to]) return;
    this.people[at].button.tabIndex = -1;
    this.people[to].button.tabIndex = 0;
    this.people[to].button.focus();
  }

  /** A seat was pressed: open the life line of who sits there, or sat there last. */
  pressed(seat) {
    for (const { button } of this.people) button.tabIndex = -1;
    seat.button.tabIndex = 0;
    this.opener = seat.button;
    const before = (this.history.sitters.get(seat.seat) ?? []).filter((p) => this.history.people.first[p] <= this.week);
    if (!before.length) return write(this.live, this.words.nobody);
    const person = this.history.people.key[before.at(-1)];
    if (this.model.get("person") === person) this.close();
    else this.open(before.at(-1));
  }

  open(person) {
    this.choose("person", this.history.people.key[person]);
    if (document.activeElement !== this.life.whose) this.life.title.focus();
  }

  close() {
    this.choose("person", "");
    (this.opener ?? this.people[0].button).focus();
  }
}

function render({ model, el }) {
  const picture = new Picture(model, el);
  const listeners = {
    "change:rev": () => picture.read(),
    "change:team": () => picture.lay(),
    "change:week": () => picture.draw(),
    "change:person": () => picture.draw(),
    "change:problem": () => picture.tell(),
  };
  for (const [name, listener] of Object.entries(listeners)) model.on(name, listener);
  picture.read();
  return () => {
    for (const [name, listener] of Object.entries(listeners)) model.off(name, listener);
    clearTimeout(picture.timer);
    picture.root.remove();
  };
}

export default { render };
