// What follows from a style: two meters, one sentence, and how to read the pictures.

function render({ model, el }) {
  const words = model.get("words");
  const meters = make("div", { class: "meters" });
  const said = make("p", { class: "said", role: "status", "aria-live": "polite" });
  const legend = make("p", { class: "legend soft" });
  el.classList.add("teamsim");
  el.replaceChildren(make("div", { class: "teamsim-readout", lang: model.get("language") }, meters, said, legend));
  const parts = new Map();

  function measure() {
    const shown = model.get("meters");
    if (shown.length !== parts.size) {
      parts.clear();
      for (const { name, label, note } of shown) {
        const part = { value: make("span", { class: "value" }), text: make("span", { class: "text" }), bar: make("i"), mark: make("b") };
        part.track = make("div", { class: "bar", role: "meter", "aria-label": label, "aria-valuemin": 0 }, part.bar, part.mark);
        part.row = make("div", { class: "meter", title: note }, make("span", { class: "label" }, label), part.value, part.track, part.text);
        parts.set(name, part);
      }
      meters.replaceChildren(...[...parts.values()].map((part) => part.row));
    }
    for (const { name, value, text, asked, there, over } of shown) {
      const part = parts.get(name);
      part.value.textContent = value;
      part.text.textContent = text;
      part.row.classList.toggle("over", over);
      part.bar.style.width = `${asked * 100}%`;
      part.mark.style.left = `${there * 100}%`;
      part.track.setAttribute("aria-valuenow", asked);
      part.track.setAttribute("aria-valuemax", Math.max(asked, there));
      part.track.setAttribute("aria-valuetext", text ? `${value}. ${text}` : value);
    }
  }

  const say = () => { if (said.textContent !== model.get("said")) said.textContent = model.get("said"); };

  function read() {
    const { runs } = model.get("legend");
    const entry = (kind, text) => make("span", { class: "entry" }, make("i", { class: `swatch ${kind}`, "aria-hidden": "true" }), text);
    legend.hidden = !runs;
    if (!runs) return;
    legend.replaceChildren(
      make("span", { class: "entry" }, fill(words.futures, { n: runs })),
      entry("median", words.legend_median), entry("half", words.legend_half), entry("most", words.legend_most),
      entry("one", words.legend_one));
  }

  const watched = { "change:meters": measure, "change:said": say, "change:legend": read };
  for (const [event, act] of Object.entries(watched)) model.on(event, act);
  measure();
  say();
  read();
  return () => { for (const [event, act] of Object.entries(watched)) model.off(event, act); };
}

export default { render };
