// Exit interviews. The page holds no state of its own but the form of the next try: it asks, Python answers.

const svg = (markup) => {
  const holder = document.createElement("template");
  holder.innerHTML = markup;
  return holder.content.firstElementChild;
};

function render({ model, el }) {
  const words = model.get("words");
  const own = unique("exit");
  const ask = (what, values = {}) => model.send({ ask: what, ...values });

  const problem = make("div", { class: "problem", role: "alert", hidden: true });
  const nobody = make("p", { class: "nobody" }, words.nobody);
  const list = make("fieldset", { class: "who" });
  const interview = make("section", { class: "interview", "aria-label": words.title });
  const again = make("section", { class: "card again", "aria-labelledby": `${own}-again` });
  const talk = make("div", { class: "talk" }, interview, again);
  const board = make("div", { class: "board" }, list, talk);
  const place = make("div", { class: "teamsim exit", lang: model.get("language") }, problem, nobody, board);

  // --- who left ---------------------------------------------------------------------------------
  function showList() {
    const left = model.get("departures");
    nobody.hidden = left.length > 0;
    board.hidden = left.length === 0;
    const rows = left.map(({ who, how, road, star }, number) => {
      const input = make("input", { type: "radio", name: own, value: number, change: () => ask("choose", { number }) });
      const badge = star && make("span", { class: "star" }, "★", make("span", { class: "unseen" }, ` ${words.star}`));
      const name = make("span", { class: "name" }, who, badge);
      return make("label", { class: `row ${road}` }, input, make("span", { class: "text" }, name, make("span", { class: "soft" }, how)));
    });
    list.replaceChildren(make("legend", {}, words.who_left), make("div", { class: "rows" }, ...rows));
    showChosen();
  }
  function showChosen() {
    const input = list.querySelector(`input[value="${model.get("chosen")}"]`);
    if (!input) return;
    input.checked = true;
    // scrolled by hand: scrollIntoView would move the whole page too
    const rows = list.querySelector(".rows"), row = input.parentElement;
    const low = row.offsetTop - rows.offsetTop, high = low + row.offsetHeight;
    if (low < rows.scrollTop) rows.scrollTop = low;
    if (high > rows.scrollTop + rows.clientHeight) rows.scrollTop = high - rows.clientHeight;
  }

  // --- what was said, what could be seen ----------------------------------------------------------
  const spoken = make("div", { class: "spoken", "aria-live": "polite" });
  const behind = make("div", { class: "behind", id: `${own}-behind` });
  const look = make("button", { type: "button", class: "look", "aria-controls": `${own}-behind` });
  look.addEventListener("click", () => ask("look", { behind: !Object.keys(model.get("behind")).length }));
  interview.append(spoken, look, behind);

  function showSaid() {
    const { quote, by, seen } = model.get("said");
    if (!seen) return;
    const said = quote
      ? make("figure", { class: "quote" }, make("blockquote", {}, quote), make("figcaption", { class: "soft" }, by))
      : make("p", { class: "decided" }, by);
    spoken.replaceChildren(said, make("h4", {}, words.seen), make("ul", { class: "seen" }, ...seen.map((one) => make("li", {}, one))));
  }

  // --- what drove it ------------------------------------------------------------------------------
  function showBehind() {
    const { rows, total, read, sentences } = model.get("behind");
    look.textContent = sentences ? words.close : words.look;
    look.setAttribute("aria-expanded", `${!!sentences}`);
    behind.hidden = !sentences;
    if (!sentences) return behind.replaceChildren();
    // the line at nought stands where both sides have room, so that little is left empty
    const shares = rows.filter((row) => row.driver).map((row) => row.share);
    const right = Math.max(0, ...shares), left = Math.max(0, ...shares.map((share) => -share));
    const room = 1.1 * (right + left) || 1, zero = 100 * ((left + 0.05 * (right + left)) / room);
    const line = ({ driver, label, meaning, share, text }) => {
      const width = (100 * Math.abs(share)) / room;
      const bar = make("span", { class: `bar ${share > 0 ? "drove" : "held"}`, style: `left: ${share > 0 ? zero : zero - width}%; width: ${width}%` });
      const axis = driver && make("td", { class: "axis", "aria-hidden": "true", style: `--zero: ${zero}%` }, bar);
      const head = make("th", { scope: "row", colspan: driver ? 1 : 2, title: meaning || false }, label);
      return make("tr", {}, head, axis, make("td", { class: "number" }, text));
    };
    const heading = (text) => make("tr", {}, make("th", { scope: "rowgroup", colspan: 3, class: "soft" }, text));
    const table = rows.length > 0 && make("table", {},
      make("caption", {}, read),
      make("thead", { class: "unseen" }, make("tr", {}, ...[words.driver, words.bar, words.share].map((text) => make("th", { scope: "col" }, text)))),
      make("tbody", {}, ...rows.filter((row) => row.driver).map(line)),
      make("tbody", {}, heading(words.rest), ...rows.filter((row) => !row.driver).map(line)),
      make("tfoot", {}, make("tr", {}, make("th", { scope: "row", colspan: 2 }, words.total), make("td", { class: "number" }, total))),
    );
    const [first, ...more] = sentences;
    behind.replaceChildren(
      make("h4", {}, words.drove), make("p", { class: "compared" }, first), ...(table ? [table] : []),
      ...more.map((text) => make("p", { class: "soft" }, text)),
    );
  }

  // --- try again ----------------------------------------------------------------------------------
  const week = make("input", { type: "range", id: `${own}-week`, step: 1, input: showForm });
  const weekText = make("output", { for: `${own}-week` });
  const what = make("select", { id: `${own}-what`, change: () => { setValue(); showForm(); } });
  const about = make("p", { class: "soft about" });
  const value = make("input", { type: "range", id: `${own}-value`, input: showForm });
  const valueText = make("output", { for: `${own}-value` });
  const low = make("span"), high = make("span"), was = make("p", { class: "soft" });
  const amount = make("div", { class: "field amount" },
    make("label", { for: `${own}-value` }, words.amount), valueText, value, make("div", { class: "ends soft" }, low, high), was);
  const go = make("button", { type: "button", class: "main", click: tryIt }, "");
  const result = make("div", { class: "result", "aria-live": "polite" });
  again.append(
    make("h4", { id: `${own}-again` }, words.again), make("p", { class: "soft" }, words.again_lead),
    make("div", { class: "form" },
      make("div", { class: "field" }, make("label", { for: `${own}-week` }, words.from_week), weekText, week),
      make("div", { class: "field" }, make("label", { for: `${own}-what` }, words.one_thing), what, about),
      amount, go),
    result,
  );

  let options = new Map(), asked = false;
  const option = () => options.get(what.value) ?? {};
  const atWeek = () => [...(option().was ?? [])].reverse().find(([start]) => start <= +week.value)?.[1];
  const local = (value, digits) => (+value).toLocaleString(model.get("language"), { maximumFractionDigits: digits });
  const number = (given, { percent, unit, step }) =>
    percent ? `${local(100 * given, 0)} %` : `${local(given, step < 1 ? 2 : 0)} ${unit ?? ""}`.trim();

  function showTries() {
    const { groups, first, last, week: usual } = model.get("tries");
    if (!groups) return;
    Object.assign(week, { min: first, max: last });
    week.value = usual;
    const before = what.value;
    options = new Map(groups.flatMap((group) => group.options.map((one) => [one.key, one])));
    what.replaceChildren(...groups.map((group) =>
      make("optgroup", { label: group.label }, ...group.options.map(({ key, label }) => make("option", { value: key }, label)))));
    if (options.has(before)) what.value = before;
    setValue();
    showForm();
  }
  function setValue() {
    const { low: from, high: to, step, start } = option();
    if (from === undefined) return;
    Object.assign(value, { min: from, max: to, step });
    // half-way to the far end, so that the first try already differs from what was
    const now = atWeek(), far = to - now > now - from ? to : from;
    value.value = start ?? (now + far) / 2;
  }
  function showForm() {
    const { last } = model.get("tries");
    const chosen = option(), before = last - week.value;
    weekText.value = `${week.value} (${before ? fill(words.weeks_before, { n: before }) : words.that_week})`;
    week.setAttribute("aria-valuetext", weekText.value);
    about.textContent = chosen.meaning ?? "";
    amount.hidden = chosen.low === undefined;
    if (amount.hidden) return;
    valueText.value = number(value.value, chosen);
    value.setAttribute("aria-valuetext", valueText.value);
    [low.textContent, high.textContent] = chosen.ends ?? ["", ""];
    was.textContent = chosen.was ? fill(words.was, { value: number(atWeek(), chosen) }) : "";
  }
  function tryIt() {
    asked = true;
    go.disabled = true;
    go.textContent = words.going;
    ask("try", { what: what.value, week: +week.value, value: amount.hidden ? null : +value.value });
  }
  function ready() {
    go.disabled = false;
    go.textContent = fill(words.go, { n: model.get("redraws") });
  }

  const BODY = "M5 0.6a1.9 1.9 0 1 1 0 3.8a1.9 1.9 0 1 1 0-3.8zM1.6 9.6V8a3.4 2.9 0 0 1 6.8 0v1.6z";
  function people(flags, others, gained) {
    const rows = Math.ceil(flags.length / 10);
    const figures = flags.map((here, i) => {
      const kind = !here ? "gone" : gained && !others[i] ? "here gained" : "here";
      return `<path class="${kind}" d="${BODY}" transform="translate(${(i % 10) * 10.6 + 0.4} ${Math.floor(i / 10) * 11.4 + 0.4})"/>`;
    });
    return svg(`<svg viewBox="0 0 106.4 ${rows * 11.4}" aria-hidden="true">${figures.join("")}</svg>`);
  }
  function showTried() {
    ready();
    const { done, was: flags, now, was_text, now_text, sentence, unsure } = model.get("tried");
    if (!sentence) return result.replaceChildren();
    const side = (title, text, picture) => make("figure", { class: "side" }, make("figcaption", {}, make("strong", {}, title), make("span", {}, text)), picture);
    const key = (kind, text) => make("span", { class: "key" }, svg(`<svg viewBox="0 0 10 10.2" aria-hidden="true"><path class="${kind}" d="${BODY}"/></svg>`), text);
    result.replaceChildren(
      make("p", { class: "soft" }, done), make("p", { class: "finding" }, sentence),
      make("div", { class: "sides" }, side(words.as_it_was, was_text, people(flags, now, false)), side(words.changed, now_text, people(now, flags, true))),
      make("p", { class: "soft keys" }, key("here", words.full), key("here gained", words.gained), key("gone", words.hollow)),
      make("p", { class: "soft" }, words.pairs), make("p", { class: "soft" }, unsure),
    );
    if (asked) result.scrollIntoView({ block: "nearest" }); // in the view in which the button was pressed, not in others
    asked = false;
  }
  function showProblem() {
    problem.textContent = model.get("problem");
    problem.hidden = !problem.textContent;
    ready();
  }

  const shows = {
    "change:departures": showList, "change:chosen": showChosen, "change:said": showSaid, "change:behind": showBehind,
    "change:tries": showTries, "change:tried": showTried, "change:redraws": ready, "change:problem": showProblem,
  };
  for (const [event, show] of Object.entries(shows)) model.on(event, show);
  el.append(place);
  for (const show of Object.values(shows)) show();
  return () => {
    for (const [event, show] of Object.entries(shows)) model.off(event, show);
  };
}

export default { render };
