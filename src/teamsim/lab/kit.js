// Before every widget's own script: what all of them share. `widget.py` puts it there.

// JupyterLab's shortcuts leave our controls alone, or it would take the arrow keys of a slider. It looks for this on what
// has the focus, not around it.
globalThis.__teamsimKeys ??= document.addEventListener(
  "focusin",
  ({ target }) => target.closest?.(".teamsim") && target.setAttribute("data-lm-suppress-shortcuts", "true"),
) ?? true;

/** Make an element ("svg:path" one of SVG): attributes by name, listeners as functions, then what it holds. */
function make(tag, attributes = {}, ...inside) {
  const drawn = tag.startsWith("svg:");
  const node = drawn ? document.createElementNS("http://www.w3.org/2000/svg", tag.slice(4)) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...inside.filter((one) => one != null && one !== false));
  return node;
}

// An id that nothing else on the page has. Every widget's script is one of its own, so that counting would begin anew.
const unique = (what) => `teamsim-${what}-${Math.random().toString(36).slice(2)}`;

// Only what changed is written, so that nothing flickers and nothing is said twice.
const put = (node, name, value) => node.getAttribute(name) !== `${value}` && node.setAttribute(name, value);
const write = (node, text) => node.textContent !== text && (node.textContent = text);
const reveal = (node, shown) => node.hidden === shown && (node.hidden = !shown);

/** Fill the gaps of a sentence; one that counts `n` things has a form for one and one for more. */
function fill(sentence, values = {}) {
  const form = typeof sentence === "object" ? sentence[values.n === 1 ? "one" : "other"] : sentence;
  return form.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** Send this every moment while `when` says so; returns how to do so at once, and how to stop. */
function askAgain(model, what, when = () => true) {
  const ask = () => {
    try {
      if (when()) model.send(what);
    } catch {
      clearInterval(asking); // the server is gone for good; the page comes back once it answers
    }
  };
  const asking = setInterval(ask, 1500);
  return [ask, () => clearInterval(asking)];
}

