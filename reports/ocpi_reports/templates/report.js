"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const byId = (id) => document.getElementById(id);

  // Requirements and scenarios: by verdict and by text.
  const wanted = new Set();
  const find = byId("find");
  const clear = byId("clear");
  const buttons = all("[data-filter]");
  let entries = null;

  const read = (element) => {
    const head = element.querySelector("summary .name") ? "summary, .finding, .meta" : ".what, .finding, .meta";
    return all(head, element).map((part) => part.textContent).join(" ").toLowerCase();
  };
  const filter = () => {
    entries ??= all("[data-v]").map((element) => ({ element, verdict: element.dataset.v, text: null }));
    const text = find.value.trim().toLowerCase();
    for (const entry of entries) {
      const shown = (wanted.size === 0 || wanted.has(entry.verdict))
        && (text === "" || (entry.text ??= read(entry.element)).includes(text));
      entry.element.hidden = !shown;
    }
    for (const list of all("[data-list]")) {
      let any = false;
      for (const group of all(".group", list)) {
        group.hidden = group.querySelector("[data-v]:not([hidden])") === null;
        any ||= !group.hidden;
      }
      list.querySelector(".nothing").hidden = any || list.querySelector(".group") === null;
    }
    clear.hidden = wanted.size === 0 && text === "";
  };
  const showAll = () => {
    wanted.clear();
    find.value = "";
    buttons.forEach((button) => button.setAttribute("aria-pressed", "false"));
    filter();
  };
  for (const button of buttons) {
    button.addEventListener("click", () => {
      const verdict = button.dataset.filter;
      if (!wanted.delete(verdict)) wanted.add(verdict);
      button.setAttribute("aria-pressed", String(wanted.has(verdict)));
      filter();
    });
  }
  find.addEventListener("input", filter);
  clear.addEventListener("click", showAll);
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("filters").hidden = false;

  // Exchanges: by direction, module, outcome and text.
  const traffic = ["traffic-way", "traffic-module", "traffic-findings", "traffic-refused", "traffic-find"].map(byId);
  let rows = null;
  const filterTraffic = () => {
    const [way, module, findings, refused, search] = traffic;
    rows ??= all(".traffic-table tbody tr").map((row) => ({ row, text: row.textContent.toLowerCase() }));
    const text = search.value.trim().toLowerCase();
    let shown = 0;
    for (const { row, text: own } of rows) {
      const fits = (way.value === "" || row.dataset.w === way.value)
        && (module.value === "" || row.dataset.m === module.value)
        && (!findings.checked || "f" in row.dataset)
        && (!refused.checked || "r" in row.dataset)
        && own.includes(text);
      row.hidden = !fits;
      shown += fits;
    }
    byId("traffic").open = true;
    byId("traffic-count").textContent = `${shown.toLocaleString("en")} of ${rows.length.toLocaleString("en")}`;
  };
  traffic.forEach((control) => control.addEventListener("input", filterTraffic));
  byId("traffic-filters").addEventListener("submit", (event) => event.preventDefault());
  byId("traffic-filters").hidden = false;

  // A link opens what it leads to, and what that is folded into.
  const reveal = () => {
    const target = byId(location.hash.slice(1));
    if (!target) return;
    if (target.closest("[hidden]")) showAll();
    for (let part = target; part; part = part.parentElement) {
      if (part instanceof HTMLDetailsElement) part.open = true;
    }
    target.scrollIntoView();
  };
  window.addEventListener("hashchange", reveal);
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[href^="#"]') : null;
    if (link && link.getAttribute("href") === location.hash) reveal();
  });
  if (location.hash) reveal();

  for (const button of all("[data-open]")) {
    button.addEventListener("click", () => {
      all(".scenario").forEach((scenario) => { scenario.open = button.dataset.open !== "" && !scenario.hidden; });
    });
    button.parentElement.hidden = false;
  }

  // On paper, what failed is open, and why a requirement is read as it is.
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = all('.why:not([open]), .scenario:is([data-v="fail"],[data-v="warn"],[data-v="error"]):not([open])');
    opened.forEach((part) => { part.open = true; });
  });
  window.addEventListener("afterprint", () => opened.forEach((part) => { part.open = false; }));
})();
