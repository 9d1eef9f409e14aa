// One native slider with its name, where it stands, and what its ends mean.

let count = 0;

function render({ model, el }) {
  const lever = model.get("lever");
  const id = `teamsim-lever-${count++}`;
  const root = document.createElement("div");
  root.className = "teamsim teamsim-lever";
  root.lang = model.get("language");
  const make = (tag, traits = {}, ...inside) => {
    const node = Object.assign(document.createElement(tag), traits);
    node.append(...inside);
    return node;
  };
  const output = make("output");
  const slider = make("input", { type: "range", id, min: lever.low, max: lever.high, step: lever.step, title: lever.meaning });
  slider.setAttribute("aria-describedby", `${id}-ends`);
  const label = make("label", { htmlFor: id }, lever.label);
  const low = make("span", {}, lever.ends[0]);
  const high = make("span", {}, lever.ends[1]);
  const ends = make("div", { className: "ends soft", id: `${id}-ends` }, low, " … ", high);
  const problem = make("p", { className: "problem", hidden: true });
  problem.setAttribute("role", "alert");
  root.append(make("div", { className: "name" }, label, output), slider, ends, problem);
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
