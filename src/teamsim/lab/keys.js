// Before every widget: JupyterLab's shortcuts leave our controls alone, or it would take the arrow keys of a slider.
// It looks for this on what has the focus, not around it.
globalThis.__teamsimKeys ??= document.addEventListener(
  "focusin",
  ({ target }) => target.closest?.(".teamsim") && target.setAttribute("data-lm-suppress-shortcuts", "true"),
) ?? true;

