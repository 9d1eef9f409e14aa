// The facilitator's page: the door, where everybody is, and the buttons.

function render({ model, el }) {
  const words = model.get("words"), limits = model.get("limits");
  const cookie = document.cookie.match(/(?:^|; )teamsim-facilitator=([^;]*)/)?.[1] ?? "";
  const act = (what, more = {}) => model.send({ ask: "act", what, ...more });
  const button = (text, deed, more = {}) => make("button", { type: "button", click: deed, ...more }, text);
  const twice = (text, more, deed, needed = () => true, attributes = {}) => { // what is not easily undone is pressed twice
    let asked = -Infinity;
    const node = button(text, () => {
      const again = performance.now() - asked < 5000;
      asked = again || !needed() ? -Infinity : performance.now();
      write(node, asked > 0 ? more : text);
      if (asked > 0) setTimeout(() => write(node, text), 5000);
      else deed();
    }, attributes);
    return node;
  };
  const id = unique("monitor");

  const title = make("h1");
  const projector = button(words.projector, () => { // what a room may see: no seat's word, no name, no button of a round
    write(projector, all.classList.toggle("projector") ? words.projector_end : words.projector);
  });
  const head = make("div", { class: "head" }, title, projector);
  const problem = make("p", { class: "problem", role: "alert", hidden: true });
  const qr = make("svg:svg", { class: "qr", role: "img", "aria-label": words.qr });
  const address = make("strong", { class: "address" }), code = make("strong", { class: "code" });
  const door = make("section", { class: "door card", "aria-label": words.come_in }, qr,
    make("div", {}, make("h2", {}, words.come_in), make("p", {}, `${words.address} `, address), make("p", {}, `${words.code} `, code)));

  const state = make("p", { class: "state", role: "status" }), clock = make("strong", { class: "clock", role: "timer" });
  const round = make("select", { id: `${id}-round`, change: () => { minutes.value = model.get("standing").minutes[+round.value]; } });
  const minutes = make("input", { type: "number", id: `${id}-minutes`, min: 1, max: limits.minutes, step: 1 });
  const span = () => (minutes.value === "" ? null : +minutes.value);
  const running = () => model.get("standing").open && model.get("standing").waited > 0;
  const open = twice(words.open_round, words.open_sure, () => act("open", { round: +round.value, minutes: span() }), running, { class: "main" });
  const close = button(words.close_round, () => act("close"));
  const pause = button(words.pause, () => act("pause")), goOn = button(words.go_on, () => act("go_on"));
  const timer = button(words.set_timer, () => act("timer", { minutes: span() }));
  const reveal_ = button(words.reveal, () => act("reveal", { round: model.get("standing").round }));
  const hide = button(words.hide, () => act("reveal", { round: -1 }));
  const end = twice(words.end, words.end_sure, () => act("end"));
  const text = make("input", { type: "text", id: `${id}-text`, maxlength: limits.message });
  const tell = make("form", { class: "row", submit: (event) => { event.preventDefault(); act("say", { text: text.value }); } },
    make("label", { for: `${id}-text` }, words.broadcast), text, make("button", { type: "submit" }, words.send),
    button(words.clear, () => { text.value = ""; act("say", { text: "" }); }));
  const steer = make("section", { class: "steer card", "aria-label": words.steer }, state, clock,
    make("div", { class: "row" }, make("label", { for: `${id}-round` }, words.which_round), round,
      make("label", { for: `${id}-minutes` }, words.minutes), minutes, open, timer),
    make("div", { class: "row" }, close, pause, goOn, reveal_, hide, end), tell);

  const count = make("p", { role: "status" }), body = make("tbody");
  const table = make("table", {}, make("caption", { class: "unseen" }, words.who_is_where), make("thead", {}, make("tr", {},
    ...[words.seat_column, words.names, words.where, words.there, words.word, words.deeds].map((one) => make("th", { scope: "col" }, one)))), body);
  const scroller = make("div", { class: "scroller", tabindex: 0, role: "region", "aria-label": words.who_is_where }, table);
  const rest = make("p", { class: "soft" }), predicted = make("ul", { "aria-label": words.predicted });
  const who = make("section", { class: "who card", "aria-label": words.who_is_where }, make("h2", {}, words.who_is_where), count, predicted, scroller, rest);
  el.classList.add("teamsim");
  const all = make("div", { class: "monitor", lang: model.get("language") }, head, problem, door, steer, who);
  el.replaceChildren(all);

  const rows = new Map();
  function rowOf({ seat }) {
    if (rows.has(seat)) return rows.get(seat);
    const cells = Object.fromEntries(["names", "where", "there", "word"].map((name) => [name, make("td")]));
    const remove = twice(words.remove, words.remove_sure, () => act("remove", { seat }));
    const named = (text) => ({ "aria-label": `${text}: ${fill(words.seat, { n: seat })}` });
    const deeds = [button(words.advance, () => act("advance", { seat }), named(words.advance)),
      button(words.reset, () => act("reset", { seat }), named(words.reset)), remove];
    const node = make("tr", {}, make("th", { scope: "row" }, `${seat}`), ...Object.values(cells), make("td", { class: "deeds" }, ...deeds));
    rows.set(seat, { node, cells });
    return rows.get(seat);
  }

  let drawn = "", known = -2, told = "";
  function show() {
    const now = model.get("standing");
    for (const part of [projector, door, steer, who]) reveal(part, !!now.code);
    if (!now.code) return write(title, words.facilitator);
    write(title, now.title);
    write(address, now.address.replace(/^https?:\/\//, "").replace(/\/$/, ""));
    write(code, now.code);
    if (drawn !== now.qr) {
      drawn = now.qr;
      const [size, path] = [parseInt(now.qr), now.qr.slice(now.qr.indexOf(" ") + 1)];
      put(qr, "viewBox", `-4 -4 ${size + 8} ${size + 8}`);
      qr.replaceChildren(make("svg:path", { d: path }));
      qr.toggleAttribute("hidden", !now.qr);
    }
    if (!round.options.length) round.append(...now.rounds.map((name, n) => make("option", { value: n }, `${n + 1} ${name}`)));
    if (known !== now.round) {
      known = now.round;
      const next = Math.min(now.round + 1, now.rounds.length - 1);
      round.value = next;
      minutes.value = now.minutes[next];
      text.value = now.message; // what was said in a round ends with it
    }
    const name = now.round >= 0 ? fill(words.round, { n: now.round + 1, of: now.rounds.length, title: now.rounds[now.round] }) : words.lobby;
    const how = now.ended ? words.now_ended : now.round < 0 ? "" : now.paused ? words.is_paused : now.open ? words.is_open : words.is_closed;
    write(state, how ? `${name} · ${how}` : name);
    reveal(clock, now.left != null && !now.ended);
    if (now.left != null) write(clock, fill(words.left, { time: `${Math.floor(now.left / 60)}:${`${now.left % 60}`.padStart(2, "0")}` }));
    reveal(close, now.open || now.over); reveal(timer, now.open);
    reveal(pause, now.open && !now.paused); reveal(goOn, now.paused);
    reveal(reveal_, now.round >= 0 && now.revealed < now.round); reveal(hide, now.revealed >= 0);
    reveal(open, !now.ended); reveal(end, !now.ended && now.round >= 0);
    const there = now.seats.filter((seat) => seat.there).length;
    write(count, fill(words.count, { seats: now.seats.length, there }) + (now.open ? ` ${fill(words.waited, { n: now.waited })}` : ""));
    reveal(predicted, now.predicted.length > 0);
    if (told !== `${now.predicted}`) predicted.replaceChildren(...now.predicted.map((one) => make("li", {}, one)));
    told = `${now.predicted}`;
    const wanted = now.seats.map((seat) => {
      const { node, cells } = rowOf(seat);
      write(cells.names, seat.names.join(", ") + (seat.late ? ` (${words.late})` : ""));
      write(cells.where, words[`at_${seat.phase}`] + (seat.phase === "see" && !seat.decided ? ` (${words.not_decided})` : ""));
      write(cells.there, seat.there ? words.yes : words.no);
      write(cells.word, seat.word);
      return node;
    });
    if (wanted.length !== body.children.length || wanted.some((node, place) => body.children[place] !== node)) body.replaceChildren(...wanted);
    write(rest, [now.observers.length ? fill(words.observers, { names: now.observers.join(", ") }) : "",
      now.refused ? fill(words.refused, { n: now.refused }) : ""].join(" ").trim());
  }
  function warn() {
    const said = model.get("refusal") || model.get("problem");
    write(problem, said);
    reveal(problem, !!said);
  }

  const watched = { "change:standing": show, "change:problem": warn, "change:refusal": warn };
  for (const [event, deed] of Object.entries(watched)) model.on(event, deed);
  model.send({ ask: "sit", key: cookie });
  const [, stop] = askAgain(model, { ask: "look" });
  show();
  warn();
  return () => {
    stop();
    for (const [event, deed] of Object.entries(watched)) model.off(event, deed);
  };
}

export default { render };
