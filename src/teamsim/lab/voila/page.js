// What the page does around the cells. Voilà calls the functions on `window`, while the cells run and once they have.

const PATIENCE = 60_000, GONE = 410;
const LOST = "Error displaying widget"; // so says what draws widgets, and nothing more, when one did not arrive

// the address stands on a projector: its token has become a cookie by now
if (location.search) history.replaceState(null, "", location.pathname + location.hash);

window.voila_heartbeat = () => {};
window.update_loading_text = () => {};
window.voila_process = (cell, cells) => {
  document.getElementById("page-progress").value = (100 * (cell - 1)) / cells;
};
window.display_cells = window.voila_finish = () => {
  if (!window.themeLoaded) {
    window.cellLoaded = true; // Voilà comes back when it is
    return;
  }
  // one notebook is served: the name of another one leads nowhere
  for (const link of document.querySelectorAll("main a[href$='.ipynb']")) link.replaceWith(...link.childNodes);
  document.getElementById("loading")?.remove();
  document.getElementById("rendered_cells").style.display = "";
};

(() => {
  const base = document.body.dataset.baseUrl.replace(/voila\/$/, "");
  const kernel = () => JSON.parse(document.getElementById("jupyter-config-data")?.textContent ?? "{}").kernelId;
  const cookie = (name) => document.cookie.match(`(?:^|; )${name}=([^;]*)`)?.[1] ?? "";
  const note = document.getElementById("page-asleep"), said = note.querySelector("p");
  const returns = "returns" in document.body.dataset; // what was done is kept on the server: nothing is lost by a reload
  note.querySelector("button").addEventListener("click", () => location.reload());

  // a table wider than the page scrolls inside itself, which the keyboard has to reach
  const reach = () => {
    for (const table of document.querySelectorAll("main .jp-RenderedHTMLCommon table")) {
      if (table.scrollWidth > table.clientWidth) table.tabIndex = 0;
      else table.removeAttribute("tabindex");
    }
  };
  let planned;
  const plan = () => (planned ??= setTimeout(() => ((planned = null), reach()), 200));
  new MutationObserver(plan).observe(document.body, { childList: true, subtree: true });
  window.addEventListener("resize", plan);

  // the reader's kernel has been put away while the machine slept, or the server has stopped
  let leaving = -PATIENCE;
  const look = async () => {
    if (document.hidden || !kernel() || performance.now() - leaving < PATIENCE) return;
    const answer = await fetch(`${base}api/kernels/${kernel()}`).catch(() => null);
    const replaced = answer?.status === GONE;
    if (replaced) said.textContent = said.dataset.replaced;
    const lost = [...document.querySelectorAll("main .jupyter-widgets")].some((one) => one.textContent.startsWith(LOST));
    note.hidden = (answer?.ok ?? false) && !lost;
    // who was replaced would, coming back by itself, replace another
    if (!returns || !answer || replaced || (answer.ok && !lost)) return;
    leaving = performance.now(); // a whole class comes back at once: who asks again meanwhile is served last
    location.reload(); // the server is there again, and knows where one was
  };
  document.addEventListener("visibilitychange", look);
  setInterval(look, returns ? 4_000 : 20_000);

  window.addEventListener("pagehide", (event) => {
    if (event.persisted || !kernel()) return;
    fetch(`${base}voila/api/shutdown/${kernel()}`, {
      method: "POST",
      keepalive: true,
      headers: { "X-XSRFToken": cookie("_xsrf") },
    });
  });
})();
