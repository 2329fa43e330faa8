"use strict";
(() => {
  const { nodes, lines } = JSON.parse(document.getElementById("data").textContent);
  const KINDS = { good: "✓", bad: "✗", warned: "!", unseen: "?", aside: "·" };
  const svg = document.querySelector("#picture svg");
  const picture = document.getElementById("picture");
  const details = document.getElementById("details");
  const hint = details.firstElementChild;
  const worst = ["bad", "warned", "unseen"];
  const search = document.getElementById("search");
  const found = document.getElementById("found");
  const cards = [...svg.querySelectorAll(".node[id]")];
  const node = new Map(nodes.map((one) => [one.id, one]));
  const line = new Map(lines.map((one) => [one.id, one]));
  const rows = new Map([...document.querySelectorAll("tr[data-id]")].map((row) => [row.dataset.id, row]));
  const linesOf = (id) => lines.filter((one) => one.nodes.includes(id));
  const texts = new Map();
  for (const one of nodes) texts.set(one.id, [one.name, one.product, one.version, one.url, one.site, one.told].join("\n").toLowerCase());
  for (const one of lines) {
    const said = one.findings.flat();
    texts.set(one.id, [one.title, one.key, one.state, one.reason, one.page_says, ...said, ...one.arrows.map((way) => way.words)].join("\n").toLowerCase());
  }
  let chosen = null;

  // What is shown: the kinds that are ticked, the words that are searched, and what is chosen.
  function refresh() {
    const kinds = new Set([...document.querySelectorAll("input[name=kind]:checked")].map((one) => one.value));
    const words = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const fits = (id) => words.every((word) => texts.get(id).includes(word));
    const seen = new Set(lines.filter((one) => kinds.has(one.kind)).map((one) => one.id));
    for (const one of lines) document.getElementById(one.id).classList.toggle("gone", !seen.has(one.id));
    const hits = new Set(nodes.filter((one) => fits(one.id)).map((one) => one.id));
    const links = new Set(lines.filter((one) => seen.has(one.id) && (fits(one.id) || one.nodes.some((id) => hits.has(id)))).map((one) => one.id));
    const lit = new Set();
    if (chosen) {
      const near = line.has(chosen) ? [line.get(chosen)] : linesOf(chosen).filter((one) => seen.has(one.id));
      for (const one of near) [one.id, ...one.nodes].forEach((id) => lit.add(id));
      lit.add(chosen);
    } else if (words.length) {
      hits.forEach((id) => lit.add(id));
      for (const id of links) [id, ...line.get(id).nodes].forEach((one) => lit.add(one));
    }
    svg.classList.toggle("dimmed", Boolean(chosen || words.length));
    for (const id of texts.keys()) {
      const drawn = document.getElementById(id);
      drawn.classList.toggle("lit", lit.has(id));
      drawn.classList.toggle("picked", id === chosen);
      rows.get(id).hidden = !(node.has(id) ? !words.length || hits.has(id) : links.has(id));
    }
    const counted = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;
    found.textContent = words.length ? `Found: ${counted(hits.size, "application")}, ${counted(links.size, "link")}` : "";
    return [...hits, ...links];
  }

  function add(parent, tag, text, more = {}) {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    for (const [name, value] of Object.entries(more)) made.setAttribute(name, value);
    parent.append(made);
    return made;
  }

  function pairs(parent, listed) {
    const list = add(parent, "dl");
    for (const [name, value] of listed) {
      if (!value) continue;
      add(list, "dt", name);
      if (/^https?:/.test(value)) add(add(list, "dd"), "a", value, { href: value, target: "_blank", rel: "noopener noreferrer" });
      else add(list, "dd", value);
    }
  }

  function sign(parent, kind) {
    add(parent, "span", KINDS[kind], { class: `sign ${kind}`, "aria-hidden": "true" });
    parent.append(" ");
  }

  function openPage(parent, one) {
    if (one.admin_page) add(parent, "a", `Open the links page of ${one.name}`, { class: "open", href: one.admin_page, target: "_blank", rel: "noopener noreferrer" });
  }

  function showNode(one) {
    add(details, "h2", one.name);
    openPage(details, one);
    pairs(details, [["Product", `${one.product} ${one.version}`.trim()], ["Site", one.site], ["Address", one.url],
      ["Asked", one.named ? (one.asked ? "yes" : `no: ${one.told}`) : "no: it was not named"]]);
    const own = linesOf(one.id);
    add(details, "h3", `Links (${own.length})`);
    const list = add(details, "ul");
    for (const link of own) {
      const item = add(list, "li");
      sign(item, link.kind);
      const other = node.get(link.nodes[0] === one.id ? link.nodes[1] : link.nodes[0]);
      add(item, "button", `${other.name}: ${link.state}`, { type: "button", "data-choose": link.id });
    }
  }

  function showLine(one) {
    const heading = add(details, "h2");
    sign(heading, one.kind);
    heading.append(one.title);
    pairs(details, [["State", one.state], ["Reason", one.reason], ["Page says", one.page_says], ["Managed by", one.managed_by], ["Key", one.key]]);
    if (one.arrows.length) {
      add(details, "h3", "Requests");
      const list = add(details, "ul");
      for (const way of one.arrows) {
        const item = add(list, "li");
        sign(item, way.kind);
        item.append(`${node.get(way.sender).name} → ${node.get(way.receiver).name}: ${way.words}`);
      }
    }
    if (one.findings.length) add(details, "h3", "Findings");
    for (const [words, mend] of one.findings) {
      add(details, "p", words);
      add(details, "p", `→ ${mend}`, { class: "mend" });
    }
    add(details, "h3", "Applications");
    const list = add(details, "ul");
    for (const id of one.nodes) {
      const item = add(list, "li", undefined, { class: "page" });
      add(item, "button", node.get(id).name, { type: "button", "data-choose": id });
      openPage(item, node.get(id));
    }
  }

  function showWorst() {
    details.append(hint);
    const listed = worst.flatMap((kind) => lines.filter((one) => one.kind === kind));
    if (!listed.length) return;
    add(details, "h3", `To look at (${listed.length})`);
    const list = add(details, "ul");
    for (const one of listed) {
      const item = add(list, "li");
      sign(item, one.kind);
      add(item, "button", `${one.title}: ${one.state}`, { type: "button", "data-choose": one.id });
    }
  }

  // Choose an application or a link, or nothing. Whoever chose by the keyboard goes on in the details.
  function choose(id, enter) {
    chosen = id;
    details.replaceChildren();
    if (!id) showWorst();
    else if (node.has(id)) showNode(node.get(id));
    else showLine(line.get(id));
    refresh();
    details.scrollTop = 0;
    if (enter) details.focus();
    if (id || location.hash) history.replaceState(null, "", id ? `#${id}` : "#");
  }

  let at = 0;
  function goTo(number) {
    cards[at].tabIndex = -1;
    at = (number + cards.length) % cards.length;
    cards[at].tabIndex = 0;
    cards[at].focus();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-choose]");
    if (button) {
      choose(button.dataset.choose, true);
      if (!details.contains(button)) picture.scrollIntoView({ block: "nearest" });
      return;
    }
    if (event.target.closest("a") || !svg.contains(event.target)) return;
    const drawn = event.target.closest(".node[id], .link");
    choose(drawn ? drawn.id : null, false);
  });

  document.addEventListener("keydown", (event) => {
    const typing = event.target === search;
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      search.focus();
    } else if (event.key === "Escape") {
      const back = chosen && node.has(chosen) ? cards.findIndex((one) => one.id === chosen) : -1;
      if (typing || !chosen) search.value = "";
      choose(null, false);
      if (!typing && details.contains(document.activeElement)) goTo(back >= 0 ? back : at);
    } else if (typing && event.key === "Enter") {
      event.preventDefault();
      const hits = refresh();
      if (hits.length) choose(hits[0], true);
    } else if (event.target.classList.contains("node")) {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (step) goTo(at + step);
      else if (event.key === "Home") goTo(0);
      else if (event.key === "End") goTo(cards.length - 1);
      else if (event.key === "Enter" || event.key === " ") choose(event.target.id, true);
      else return;
      event.preventDefault();
    }
  });

  cards.forEach((card, number) => card.addEventListener("focus", () => { cards[at].tabIndex = -1; at = number; card.tabIndex = 0; }));
  search.addEventListener("input", () => (chosen ? choose(null, false) : refresh()));
  document.getElementById("controls").addEventListener("change", refresh);
  document.getElementById("controls").addEventListener("submit", (event) => event.preventDefault());

  const widest = `${svg.viewBox.baseVal.width * 1.2}px`;
  svg.style.maxWidth = widest;
  const narrowest = `${svg.viewBox.baseVal.width * 0.55}px`;
  svg.style.minWidth = narrowest;
  let size = 0;
  document.querySelectorAll("[data-zoom]").forEach((button) => button.addEventListener("click", () => {
    const now = size || svg.getBoundingClientRect().width;
    size = { fit: 0, in: now * 1.25, out: now / 1.25 }[button.dataset.zoom];
    picture.classList.toggle("sized", size > 0);
    svg.style.width = size ? `${size}px` : "";
    svg.style.maxWidth = size ? "none" : widest;
    svg.style.minWidth = size ? "0" : narrowest;
  }));

  if (cards.length) cards[0].tabIndex = 0;
  const begun = location.hash.slice(1);
  if (texts.has(begun)) choose(begun, false);
  else choose(null, false);
})();
