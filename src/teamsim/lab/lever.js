// One native slider with its name, where it stands, and what its ends mean.

function render({ model, el }) {
  const lever = model.get("lever");
  const id = unique("lever");
  const root = make("div", { class: "teamsim teamsim-lever", lang: model.get("language") });
  const output = make("output");
  const slider = make("input", { type: "range", id, min: lever.low, max: lever.high, step: lever.step, title: lever.meaning, "aria-describedby": `${id}-ends` });
  const label = make("label", { for: id }, lever.label);
  const low = make("span", {}, lever.ends[0]);
  const high = make("span", {}, lever.ends[1]);
  const ends = make("div", { class: "ends soft", id: `${id}-ends` }, low, " … ", high);
  const problem = make("p", { class: "problem", role: "alert", hidden: true });
  root.append(make("div", { class: "name" }, label, output), slider, ends, problem);
  el.append(root);

  const number = { minimumFractionDigits: lever.decimals, maximumFractionDigits: lever.decimals };
  const said = (value) => `${value.toLocaleString(root.lang, number)} ${lever.unit}`.trim();
  const show = () => {
    const value = model.get("value");
    if (+slider.value !== value) slider.value = value;
    output.textContent = said(value);
    slider.setAttribute("aria-valuetext", said(value));
    slider.style.setProperty("--share", `${(100 * (value - lever.low)) / (lever.high - lever.low)}%`);
    problem.textContent = model.get("problem");
    problem.hidden = !problem.textContent;
  };
  slider.addEventListener("input", () => {
    model.set("value", +slider.value);
    model.save_changes();
  });
  model.on("change:value change:problem", show);
  show();
  return () => model.off("change:value change:problem", show);
}

export default { render };
