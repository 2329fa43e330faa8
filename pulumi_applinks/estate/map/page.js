"use strict";
(() => {
  const all = (query, within = document) => [...within.querySelectorAll(query)];
  const search = document.getElementById("search");
  const marked = all("[data-id]");
  const texts = new Map(all(".detail").map((one) => [one.id, all("h2, dl, p, li:not(.other)", one).map((part) => part.textContent).join("\n").toLowerCase()]));
  const nodesOf = new Map(all(".detail").map((one) => [one.id, one.dataset.nodes.split(" ").filter(Boolean)]));
  const shown = (one) => one.getClientRects().length > 0;
  const chosen = () => (texts.has(location.hash.slice(1)) ? location.hash.slice(1) : "");
  let last = null;

  // What has every word of the search, and what is chosen with its neighbours: the rest steps back.
  function refresh() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const hits = [...texts.keys()].filter((id) => words.length && words.every((word) => texts.get(id).includes(word)));
    const id = chosen(), own = nodesOf.get(id) ?? [];
    const near = new Set([id, ...own]), kept = new Set(hits.flatMap((hit) => [hit, ...nodesOf.get(hit)]));
    for (const [link, nodes] of nodesOf) if (nodes.includes(id)) [link, ...nodes].forEach((one) => near.add(one));
    for (const one of marked) {
      one.classList.toggle("lit", near.has(one.dataset.id));
      one.classList.toggle("own", [id, ...own].includes(one.dataset.id));
      one.classList.toggle("picked", one.dataset.id === id);
      one.classList.toggle("miss", words.length > 0 && !(one.matches("tr") ? hits.includes(one.dataset.id) : kept.has(one.dataset.id)));
    }
    document.body.classList.toggle("choosing", Boolean(id));
    const links = hits.filter((hit) => nodesOf.get(hit).length).length;
    const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;
    document.getElementById("found").textContent = words.length ? `Found: ${count(hits.length - links, "application")}, ${count(links, "link")}` : "";
    return hits[0];
  }

  function centre(id) {
    for (const view of all(".view")) all(`a[data-id="${id}"]`, view).find(shown)?.scrollIntoView({ block: "center", inline: "center" });
    scrollTo(0, 0);
  }

  // Both views are sized in ems, so a font size is their scale. It is measured again, since browsers round what they lay out.
  function fit(view, least) {
    const content = all("table, svg", view).find(shown), style = getComputedStyle(view);
    const room = view.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom) - (all(".key", view)[0]?.offsetHeight ?? 0);
    const across = view.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    for (let turn = 0; turn < 3; turn++) {
      const box = content.getBoundingClientRect(), share = Math.min(across / box.width, room / box.height);
      view.style.fontSize = `${Math.min(Math.floor(parseFloat(style.fontSize) * share * 50) / 50, 15)}px`;
      if (parseFloat(style.fontSize) < least) view.style.fontSize = `${least}px`;
    }
  }

  function zoom(how) {
    for (const view of all(".view")) {
      if (how === "fit") fit(view, 0);
      else if (how === "read") fit(view, view.id === "matrix" ? 8 : 6);
      else view.style.fontSize = `${parseFloat(getComputedStyle(view).fontSize) * (how === "in" ? 1.25 : 0.8)}px`;
    }
  }

  // Where a cell is in its row, from the right: the first rows of groups have one more at the left.
  const column = (cell) => cell.cellIndex - cell.parentElement.children.length;

  // Each view is one stop of the tabulator; the arrow keys go on from there, in a matrix along its row or its column.
  function moved(from, key) {
    const down = /Up|Down/.test(key), cell = from.closest("td, th");
    const line = (one) => !cell || /Home|End/.test(key) || (down ? column(one.closest("td, th")) === column(cell) : one.closest("tr") === cell.parentElement);
    const listed = all("a:not(.link)", from.closest(".view")).filter((one) => shown(one) && line(one));
    const step = /Right|Down/.test(key) ? 1 : -1;
    return key === "Home" ? listed[0] : key === "End" ? listed.at(-1) : listed[listed.indexOf(from) + step];
  }

  function stop(view, at) {
    for (const one of all("a", view)) one.tabIndex = one === at ? 0 : -1;
  }

  document.addEventListener("focusin", (event) => {
    const view = event.target.closest(".view");
    if (view && event.target.matches("a")) stop(view, (last = event.target));
  });

  document.addEventListener("keydown", (event) => {
    const typing = event.target === search, at = event.target.closest(".view a");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) search.focus();
    else if (event.key === "Escape") {
      if (typing || !chosen()) search.value = "";
      location.hash = "";
      if (!typing) last?.focus();
      refresh();
    } else if (typing && event.key === "Enter") location.hash = refresh() ?? "";
    else if (at && /^(Arrow|Home|End)/.test(event.key)) moved(at, event.key)?.focus();
    else return;
    event.preventDefault();
  });

  document.addEventListener("pointerover", (event) => {
    const cell = event.target.closest(".matrix td, .matrix [scope=col]");
    for (const one of all(".near")) one.classList.remove("near");
    if (cell) for (const query of ["col", "thead tr:last-child th"]) all(query, cell.closest("table")).at(column(cell))?.classList.add("near");
  });

  addEventListener("hashchange", () => {
    refresh();
    document.getElementById("details").scrollTop = 0;
    if (chosen()) centre(chosen());
  });
  search.addEventListener("input", () => {
    location.hash = "";
    const first = refresh();
    if (first) centre(first);
  });
  search.form.addEventListener("submit", (event) => event.preventDefault());
  for (const one of all("input[name=group]")) one.addEventListener("change", () => zoom("read"));
  for (const one of all("[data-zoom]")) one.addEventListener("click", () => zoom(one.dataset.zoom));
  addEventListener("beforeprint", () => all("details").forEach((one) => (one.open = true)));
  addEventListener("resize", () => zoom("read"));

  for (const view of all(".view")) stop(view, all("a:not(.link)", view).find(shown));
  zoom("read");
  refresh();
})();
