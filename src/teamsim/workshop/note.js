// A question to be answered in writing. A draft lives in the page, and in the kernel as soon as the pen rests.

function render({ model, el }) {
  const words = model.get("words"), id = unique("note");
  const problem = make("p", { class: "problem", role: "alert", hidden: true });
  const label = make("label", { for: id });
  const field = make("textarea", { id, rows: 3, maxlength: model.get("longest") });
  const stands = make("p", { class: "stands", role: "status" });
  const button = make("button", { type: "submit", class: "main" }, words.submit);
  const form = make("form", { submit: (event) => { event.preventDefault(); model.send({ ask: "submit", text: field.value }); } },
    label, problem, field, stands, button);
  el.classList.add("teamsim");
  el.replaceChildren(make("section", { class: "note card", lang: model.get("language") }, form));

  let rest = 0;
  const send = () => model.send({ ask: "write", text: field.value });
  field.addEventListener("input", () => { clearTimeout(rest); rest = setTimeout(send, 300); });
  field.addEventListener("change", () => { clearTimeout(rest); send(); });

  function show() {
    const locked = model.get("locked");
    write(label, model.get("question"));
    if (locked || document.activeElement !== field) field.value = model.get("text");
    field.readOnly = locked;
    reveal(button, model.get("button") && !locked);
    write(stands, locked ? words.stands : "");
    reveal(stands, locked);
    write(problem, model.get("problem"));
    reveal(problem, !!model.get("problem"));
  }
  const watched = ["question", "text", "locked", "button", "problem"];
  for (const name of watched) model.on(`change:${name}`, show);
  show();
  return () => {
    clearTimeout(rest);
    watched.forEach((name) => model.off(`change:${name}`, show));
  };
}

export default { render };
