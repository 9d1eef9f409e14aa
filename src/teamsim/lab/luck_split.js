/* The split in words, as a bar, and part by part. */

const whole = (share) => Math.round(100 * share);
/* White on blue and grey, ink on orange and purple: both are read easily. */
const DARK = new Set(["leadership", "model"]);

function render({ model, el }) {
  const words = model.get("words");
  const bar = make("div", { class: "bar", "aria-hidden": "true" }); // the sentence and the list say the same
  const verdict = make("p", { class: "verdict", "aria-live": "polite" });
  const parts = make("ul", { class: "parts" });
  const caveat = make("p", { class: "caveat soft" }, words.caveat);
  const split = make("section", { class: "teamsim luck split", hidden: true, lang: model.get("language") }, verdict, bar, parts, caveat);

  el.append(split);

  const segment = (row) => {
    const span = make("span", {}, row.share >= 0.06 ? `${row.percent} %` : "");
    Object.assign(span.style, {
      width: `${100 * row.share}%`,
      background: row.colour,
      color: DARK.has(row.part) ? "#fff" : "var(--ink)",
    });
    return span;
  };
  const part = (row) => {
    const swatch = make("i");
    swatch.style.background = row.colour;
    const range = fill(words.interval, { low: whole(row.low), high: whole(row.high) });
    const line = make("span", {}, make("b", {}, `${words[`part_${row.part}`]} ${row.percent} %`), ` (${range})`);
    return make("li", {}, swatch, line, make("small", {}, words[`why_${row.part}`]));
  };

  const show = (first) => {
    const rows = model.get("split");
    bar.replaceChildren(...rows.map(segment));
    parts.replaceChildren(...rows.map(part));
    bar.hidden = parts.hidden = caveat.hidden = !rows.length;
    const text = model.get("verdict");
    const appears = split.hidden && text && !first;
    split.hidden = !text;
    if (verdict.textContent !== text) verdict.textContent = text;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (appears) split.scrollIntoView({ block: "nearest", behavior: still ? "auto" : "smooth" });
  };
  show(true);
  const listener = () => show(false);
  model.on("change:rev", listener); // split, verdict and rev come in one message
  return () => model.off("change:rev", listener);
}

export default { render };
