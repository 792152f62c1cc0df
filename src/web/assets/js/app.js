// What the pages do with scripts on top of what they do without: keys, drop-downs that close, theme, drafts guarded,
// lists filtered in place. Nothing here is needed to read or to send a page.

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

// ---- Keys -----------------------------------------------------------------------------------------------------------
const GO = { s: "/systems", w: "/worklist", o: "/overview", i: "/imports", r: "/migrations", f: "/flags" };
let waiting = 0;

const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");
const rows = () => $$("table[data-rows] > tbody > tr, ul[data-rows] > li");

function walk(step) {
  const all = rows();
  if (!all.length) return;
  const now = all.findIndex((row) => row.classList.contains("at"));
  const next = now < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, now + step));
  all[now]?.classList.remove("at");
  all[next].classList.add("at");
  all[next].scrollIntoView({ block: "nearest" });
  $("a[href]", all[next])?.focus({ preventScroll: true });
}

function showKeys() {
  const dialog = $("#keys");
  if (dialog && !dialog.open) dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape") {
    const open = $$("details.menu[open]");
    open.forEach((menu) => menu.removeAttribute("open"));
    if (open.length) $("summary", open[0])?.focus();
    else if (typing(event.target)) event.target.blur();
    return;
  }
  if (typing(event.target) || $("#keys")?.open) return;
  if (waiting && Date.now() - waiting < 1200) {
    waiting = 0;
    const place = GO[event.key];
    if (place && $(`[data-nav][href="${place}"]`)) {
      event.preventDefault();
      location.href = place;
    }
    return;
  }
  switch (event.key) {
    case "/":
      event.preventDefault();
      $("#search")?.focus();
      $("#search")?.select();
      break;
    case "?":
      event.preventDefault();
      showKeys();
      break;
    case "g":
      waiting = Date.now();
      break;
    case "j":
      walk(1);
      break;
    case "k":
      walk(-1);
      break;
    case "Enter": {
      const link = $("tr.at a[href], li.at a[href]");
      if (link && !event.target.closest("a, button, summary")) link.click();
      break;
    }
    default:
  }
});

// ---- Clicks ---------------------------------------------------------------------------------------------------------
document.addEventListener("click", (event) => {
  for (const menu of $$("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.removeAttribute("open");
  }
  if (event.target.closest("[data-help]") && $("#keys")) {
    event.preventDefault();
    showKeys();
  }
  if (event.target === $("#keys")) event.target.close();
});

document.addEventListener("focusin", (event) => {
  if (event.target.matches?.("[data-copy]")) event.target.select();
});

// ---- Forms ----------------------------------------------------------------------------------------------------------
let dirty = false;
let written = null;
let leaving = false;
document.addEventListener("input", (event) => {
  if (event.target.form?.method === "post") written = event.target;
  if (event.target.closest("[data-guard]")) dirty = true;
  if (event.target.matches("[data-narrow]")) {
    const wanted = event.target.value.trim().toLowerCase();
    for (const option of $$(".option-list label", event.target.parentElement)) {
      option.hidden = wanted !== "" && !option.textContent.toLowerCase().includes(wanted);
    }
    event.stopPropagation();
  }
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-narrow]")) event.stopPropagation();
}, true);
window.addEventListener("beforeunload", (event) => {
  if (dirty) event.preventDefault();
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.confirm && !window.confirm(form.dataset.confirm)) {
    event.preventDefault();
    return;
  }
  dirty = false;
  written = null;
  if (form.hasAttribute("data-theme-switch")) {
    event.preventDefault();
    const theme = event.submitter?.value === "dark" ? "dark" : "light";
    document.documentElement.dataset.bsTheme = theme;
    if (event.submitter) event.submitter.value = theme === "dark" ? "light" : "dark";
    fetch(form.action, { method: "POST", body: new URLSearchParams({ theme, back: "" }), redirect: "manual" }).catch(() => {});
    document.dispatchEvent(new Event("theme"));
  }
  leaving = form.method === "post" && !event.defaultPrevented;
});
// While the answer to a form is on its way, nothing draws the page anew: that would throw the answer away.
window.addEventListener("pageshow", () => { leaving = false; });
for (const moment of ["htmx:before:request", "htmx:after:request"]) {
  document.addEventListener(moment, (event) => {
    const ctx = event.detail.ctx;
    // What somebody has written and not yet sent outlives the news, inside the part that lives and beside it.
    if (leaving || (written && ctx.target?.contains?.(written))) event.preventDefault();
    else if (written) delete ctx.hx?.refresh;
  });
}
// What somebody has opened in the part that lives stays open.
let opened = [];
const foldable = () => $$("#live details > summary");
document.addEventListener("htmx:before:swap", () => {
  opened = foldable().filter((summary) => summary.parentElement.open).map((summary) => summary.textContent);
});
document.addEventListener("htmx:after:swap", () => {
  for (const summary of foldable()) if (opened.includes(summary.textContent)) summary.parentElement.open = true;
});
$("#errors, #conflict")?.focus();

// ---- Lists filtered in place: addresses stay short --------------------------------------------------------------------
document.addEventListener("htmx:config:request", (event) => {
  const ctx = event.detail.ctx;
  if (!ctx?.sourceElement?.matches?.("form[data-lean]")) return;
  const body = ctx.request.body;
  if (body instanceof FormData) {
    for (const [name, value] of [...body]) {
      if (value === "") body.delete(name);
    }
  }
});
// ---- Files dropped on the import page -------------------------------------------------------------------------------
const drop = $("[data-drop]");
if (drop) {
  const input = $("input[type=file]", drop);
  const over = (on) => (event) => {
    event.preventDefault();
    drop.classList.toggle("over", on);
  };
  drop.addEventListener("dragover", over(true));
  drop.addEventListener("dragleave", over(false));
  drop.addEventListener("drop", (event) => {
    over(false)(event);
    if (event.dataTransfer?.files.length) input.files = event.dataTransfer.files;
  });
}

// ---- The outline of a form shows where one is -----------------------------------------------------------------------
const outline = $(".outline");
if (outline && "IntersectionObserver" in window) {
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      $$("a", outline).forEach((link) => link.classList.toggle("at", link.hash === `#${entry.target.id}`));
    }
  }, { rootMargin: "-20% 0px -70% 0px" });
  $$(".form-group").forEach((group) => seen.observe(group));
}
