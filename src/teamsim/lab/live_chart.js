// One living Vega view per chart and place on the page. New data are swapped in; only another spec is embedded anew.

const libraries = (globalThis.__teamsimVega ??= new Map()); // of this page, by version: several kernels may share a page

/** Import Vega, which travels once per kernel in a model of its own. A failed import is forgotten, so it can be retried. */
function vega(model) {
  const version = model.get("lib_version");
  if (!libraries.has(version)) {
    const loading = load(model);
    libraries.set(version, loading);
    loading.catch(() => libraries.delete(version));
  }
  return libraries.get(version);
}

async function load(model) {
  const lib = await model.widget_manager.get_model(model.get("lib").replace("IPY_MODEL_", ""));
  const url = URL.createObjectURL(new Blob([lib.get("js")], { type: "text/javascript" }));
  try {
    return (await import(url)).default.vegaEmbed;
  } finally {
    URL.revokeObjectURL(url);
  }
}

// Vega parses the data inside a spec, not the data given to a living view: do for these what it does for those.
const parsers = {
  date: (value) => (typeof value === "string" ? Date.parse(value) : value),
  number: (value) => (value == null || value === "" ? null : +value),
  boolean: (value) => (value == null ? null : value === "false" ? false : !!value),
  string: (value) => (value == null ? null : `${value}`),
};

/** Turn columns into the rows that Vega wants. */
function rows(columns, parse) {
  const names = Object.keys(columns);
  const read = names.map((name) => parsers[`${parse?.[name]}`.split(":")[0]] ?? ((value) => value));
  return Array.from({ length: columns[names[0]]?.length ?? 0 }, (_, i) =>
    Object.fromEntries(names.map((name, k) => [name, read[k](columns[name][i])])),
  );
}

/** Fields that name or group things: between team 1 and team 3 there is no team 2 to glide through. */
function namingFields(node, found = new Set()) {
  if (Array.isArray(node)) node.forEach((item) => namingFields(item, found));
  else if (node && typeof node === "object") {
    if (["nominal", "ordinal"].includes(node.type) && node.field) found.add(node.field);
    for (const name of [node.groupby ?? []].flat()) found.add(name);
    Object.values(node).forEach((item) => namingFields(item, found));
  }
  return found;
}

/** The columns a share `t` of the way from one picture to the next. */
function between(from, to, t, fixed) {
  const column = (name, old, now) =>
    fixed.has(name) || old?.length !== now.length
      ? now
      : now.map((v, i) => (typeof v === "number" && typeof old[i] === "number" ? old[i] + (v - old[i]) * t : v));
  return Object.fromEntries(Object.entries(to).map(([name, now]) => [name, column(name, from?.[name], now)]));
}

const size = (data) => Math.max(0, ...Object.values(data).map((columns) => Object.values(columns)[0]?.length ?? 0));
const reduced = () => document.hidden || matchMedia("(prefers-reduced-motion: reduce)").matches;
const SPARE = 1000; // rows, of which Vega keeps ten thousand a step when left to itself
const REST_MS = 200; // a picture whose data come no more is at rest
const nextFrame = () => new Promise((done) => requestAnimationFrame(done));

/** One picture with one description, which Vega has put on the container: its marks would be a thousand nameless stops. */
function asOnePicture(container) {
  container.setAttribute("role", "img");
  container.removeAttribute("aria-roledescription");
  for (const svg of container.querySelectorAll("svg")) svg.setAttribute("aria-hidden", "true");
}

class Picture {
  constructor(model, el) {
    Object.assign(this, { model, el, view: null, spec: null, shown: {}, busy: false, gone: false });
    el.classList.add("teamsim-live");
    this.observer = new ResizeObserver(() => this.stretch());
    this.observer.observe(el);
  }

  /** Draw the newest state. Called while drawing, it only makes the drawing start over: pictures never queue. */
  async draw() {
    if (this.busy) return;
    this.busy = true;
    let rev;
    do {
      rev = this.model.get("rev");
      try {
        if (this.model.get("spec") !== this.spec) await this.embed();
        else await this.glide(rev);
        this.tell("");
      } catch (error) {
        this.tell(error);
      }
    } while (!this.gone && rev !== this.model.get("rev"));
    this.busy = false;
    if (this.gone) return;
    this.el.dataset.rev = rev; // tests wait for it
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.measure(), REST_MS);
  }

  /** Measure labels and legend anew, or they are cut off; Vega does not do it by itself, and it is too slow for a drag. */
  measure() {
    if (!this.busy && !this.gone && this.view) this.view.api.view.resize().runAsync();
  }

  /** Build the new picture out of sight, then put it in the place of the old one: no blank frame. */
  async embed() {
    const spec = this.model.get("spec");
    const vegaEmbed = await vega(this.model).catch((error) => {
      throw new Error(`the drawing library did not arrive (${error.message ?? error}). Run the cell again`);
    });
    const host = document.createElement("div");
    host.className = "teamsim-live-coming";
    this.el.append(host);
    let api;
    try {
      // 1: errors only, for a view without data yet warns that its scales have no extent
      api = await vegaEmbed(host, structuredClone(spec), { renderer: "svg", actions: false, logLevel: 1 });
      const next = {
        api,
        host,
        parse: Object.fromEntries((api.vgSpec.data ?? []).map((d) => [d.name, d.format?.parse ?? {}])),
        fixed: namingFields(spec),
        stretches: spec.width === "container",
      };
      api.view.cleanThreshold = SPARE;
      api.view.error = (error) => (next.problem = error); // Vega would only write it to the browser's console
      await this.put(next, this.model.get("data"));
      await api.view.resize().runAsync();
      asOnePicture(api.view.container());
      if (this.gone) throw new Error("the page was left");
      host.className = "";
      this.view?.api.finalize();
      this.view?.host.remove();
      this.view = next;
      this.spec = spec;
    } catch (error) {
      api?.finalize();
      host.remove();
      throw error;
    }
  }

  /** Swap the data, gliding from the old picture to the new one unless the reader prefers no motion. */
  async glide(rev) {
    const to = this.model.get("data");
    const from = this.shown;
    const length = this.model.get("tween_ms");
    const start = performance.now();
    const still = !length || reduced() || size(to) > 5000;
    for (let t = 0; t < 1 && !this.gone && rev === this.model.get("rev"); ) {
      if (!still) await nextFrame();
      t = still ? 1 : Math.min(1, (performance.now() - start) / length);
      const eased = 1 - (1 - t) ** 3;
      const step = (name) => (t < 1 ? between(from[name], to[name], eased, this.view.fixed) : to[name]);
      const changed = Object.keys(to).filter((name) => to[name] !== this.shown[name]);
      await this.put(this.view, Object.fromEntries(changed.map((name) => [name, step(name)])));
    }
  }

  /** Draw these data; the frame before stays until they are there. */
  async put(view, data) {
    if (this.gone) return;
    view.problem = null;
    for (const [name, columns] of Object.entries(data))
      if (name in view.parse) view.api.view.data(name, rows(columns, view.parse[name]));
    await view.api.view.runAsync();
    if (view.problem) throw view.problem;
    this.shown = { ...this.shown, ...data };
  }

  /** Follow the width of the place; Vega itself only listens to the window, not to a panel that is dragged. */
  stretch() {
    const width = this.el.clientWidth;
    if (!this.view?.stretches || !width || width === this.view.api.view.signal("width")) return;
    this.view.api.view.signal("width", width).runAsync();
  }

  /** Say in plain words what went wrong; the last good picture stays. */
  tell(error) {
    let note = this.el.querySelector(":scope > .teamsim-live-problem");
    if (!error || this.gone) return note?.remove();
    if (!note) {
      note = document.createElement("p");
      note.className = "teamsim-live-problem";
      note.setAttribute("role", "alert");
      this.el.prepend(note);
    }
    note.textContent = `This chart could not be drawn: ${error.message ?? error}.`;
  }

  close() {
    this.gone = true;
    clearTimeout(this.resting);
    this.observer.disconnect();
    this.view?.api.finalize();
    this.el.replaceChildren();
  }
}

function render({ model, el }) {
  const picture = new Picture(model, el);
  const draw = () => picture.draw();
  model.on("change:rev", draw); // spec, data and rev come in one message
  draw();
  return () => {
    model.off("change:rev", draw);
    picture.close();
  };
}

export default { render };
