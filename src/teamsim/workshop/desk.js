// The frame of a participant's page. It asks every moment where the session stands: so it also shows who is there.

const PHASES = ["brief", "predict", "decide", "see"];

function render({ model, el }) {
  const words = model.get("words");
  const cookie = document.cookie.match(/(?:^|; )teamsim-seat=([^;]*)/)?.[1] ?? "";

  const title = make("h1", { tabindex: -1 }), who = make("p", { class: "soft who" }), word = make("p", { class: "soft" });
  const clock = make("span", { class: "clock", role: "timer" });
  const message = make("p", { class: "message", role: "status" });
  const paused = make("p", { class: "message", role: "status" }, words.paused);
  const news = make("div", { class: "news" }, paused, message);
  const steps = make("ol", { class: "steps", "aria-label": words.steps });
  const places = Object.fromEntries(PHASES.map((phase) => [phase, make("li", {}, words[`step_${phase}`])]));
  steps.append(...Object.values(places));
  const head = make("h2"), when = make("p", { class: "soft" }), brief = make("p", { class: "brief" });
  const story = make("section", { class: "story" }), text = make("p"), dilemma = make("p"), aim = make("p");
  const last = make("div"), report = make("a", { href: "report", download: true }, words.download);
  story.append(text, make("p", {}, make("strong", {}, `${words.dilemma} `), dilemma), make("p", {}, make("strong", {}, `${words.aim} `), aim));
  const fold = make("details", { class: "fold" }, make("summary", {}, words.story));
  const now = make("p", { class: "now", role: "status" });
  const read = make("button", { type: "button", class: "main", click: () => model.send({ ask: "read" }) }, words.to_prediction);
  const turn = make("button", { type: "button", click: () => model.send({ ask: "turn" }) }, words.take_turn);
  const problem = make("p", { class: "problem", role: "alert", hidden: true });
  const leave = make("a", { href: "leave" }, words.to_the_door);
  const bar = make("div", { class: "bar" }, make("div", {}, title, who), clock);
  const round = make("section", { class: "round", "aria-live": "off" }, head, when, brief);
  el.classList.add("teamsim");
  el.replaceChildren(make("div", { class: "desk", lang: model.get("language") },
    bar, news, problem, steps, story, fold, round, now, read, turn, last, make("p", {}, report), leave));

  let left = null, since = 0, where = "";
  function tick() {
    reveal(clock, left != null);
    if (left == null) return;
    const stopped = model.get("place").paused;
    const seconds = Math.max(0, Math.round(left - (stopped ? 0 : (performance.now() - since) / 1000)));
    write(clock, fill(words.left, { time: `${Math.floor(seconds / 60)}:${`${seconds % 60}`.padStart(2, "0")}` }));
    clock.classList.toggle("soon", seconds < 60);
  }

  function show() {
    const place = model.get("place");
    const { phase } = place;
    reveal(leave, !!place.gone || !cookie);
    reveal(report, !!place.report);
    for (const part of [bar, steps, story, fold, round, now, read, turn, word, message, paused]) reveal(part, !!phase);
    if (!phase) return;
    write(title, place.title);
    write(who, [place.nickname, ...place.others].join(", ") + (place.seat ? ` · ${fill(words.seat, { n: place.seat })}` : ` · ${words.observer}`));
    write(message, place.message);
    reveal(message, !!place.message);
    reveal(paused, place.paused);
    if (place.left == null || left == null || Math.abs(place.left - (left - (performance.now() - since) / 1000)) > 1 || place.paused) {
      [left, since] = [place.left, performance.now()];
    }
    const inside = place.round >= 0;
    for (const [one, item] of Object.entries(places)) {
      const here = one === phase || (one === "see" && phase === "done");
      here ? put(item, "aria-current", "step") : item.removeAttribute("aria-current");
    }
    reveal(steps, inside && phase !== "watch");
    const early = !inside || phase === "brief";
    write(text, place.story); write(dilemma, place.dilemma); write(aim, place.aim);
    (early ? el.firstChild.insertBefore(story, fold) : fold.append(story)); // later it is there to look up
    reveal(fold, !early);
    (early ? last : story).append(word);
    reveal(round, inside);
    if (inside) {
      write(head, fill(words.round, { n: place.round + 1, of: place.rounds.length, title: place.rounds[place.round] }));
      write(when, fill(words.weeks, { from: place.weeks[0] + 1, to: place.weeks[1] }) + (place.practice ? ` ${words.practice}` : ""));
      write(brief, place.brief);
    }
    const mine = place.turn || phase === "watch" || !["brief", "predict", "decide"].includes(phase);
    const said = place.closing ? words.now_closing : place.ended ? words.now_ended : !mine ? words.not_your_turn
      : place.carried && phase === "see" ? words.carried : words[`now_${phase}`] ?? "";
    write(now, said);
    reveal(read, phase === "brief" && place.turn);
    reveal(turn, !mine && place.takes);
    write(word, place.word ? fill(words.seat_word, { word: place.word }) : "");
    reveal(word, !!place.word);
    tick();
    const at = `${place.round} ${phase} ${place.closing}`;
    const lost = place.closing || (el.contains(document.activeElement) && document.activeElement.hidden); // what stood there moves down
    if (where && where !== at && lost) now.tabIndex = -1, now.focus();
    where = at;
  }
  function warn() {
    const said = model.get("refusal") || model.get("problem");
    write(problem, said);
    reveal(problem, !!said);
  }

  const watched = { "change:place": show, "change:problem": warn, "change:refusal": warn };
  for (const [event, act] of Object.entries(watched)) model.on(event, act);
  if (cookie) model.send({ ask: "sit", key: cookie });
  const [ask, stop] = askAgain(model, { ask: "look" }, () => document.visibilityState === "visible");
  const ticking = setInterval(tick, 500);
  document.addEventListener("visibilitychange", ask);
  show();
  warn();
  return () => {
    stop();
    clearInterval(ticking);
    document.removeEventListener("visibilitychange", ask);
    for (const [event, act] of Object.entries(watched)) model.off(event, act);
  };
}

export default { render };
