// The workplace by keys, and without loading the page anew. Without this file every link and form still works.
(() => {
  "use strict";
  const desk = document.querySelector(".desk");
  const list = document.getElementById("items");
  if (!desk || !list) return;
  const documentPane = desk.querySelector(".desk__document");
  const find = (key) => document.getElementById("statement-" + key);
  const items = () => [...list.querySelectorAll(".item")];
  const current = () => list.querySelector(".item--open");
  const scrolls = (pane) => getComputedStyle(pane).position === "sticky";

  // Whatever names a statement on the page is marked while it is open: its outline, its words, what they give.
  const mark = (key) => {
    for (const e of desk.querySelectorAll(".outline--chosen, .mark--chosen")) e.classList.remove("outline--chosen", "mark--chosen");
    for (const e of desk.querySelectorAll('[data-statements~="' + CSS.escape(key) + '"]')) e.classList.add(e.tagName === "MARK" ? "mark--chosen" : "outline--chosen");
    for (const e of desk.querySelectorAll("[data-slot-of]")) e.toggleAttribute("hidden", e.dataset.slotOf !== key);
  };
  const scrollInto = (pane, element) => {
    if (!pane || !element || !scrolls(pane)) return;
    const box = element.getBoundingClientRect(), frame = pane.getBoundingClientRect();
    if (box.top < frame.top + 60 || box.bottom > frame.bottom - 20) pane.scrollTo({ top: pane.scrollTop + box.top - frame.top - Math.min(160, frame.height / 4), behavior: "instant" });
  };
  const showPlace = (key) => {
    const link = find(key)?.querySelector("[data-place]");
    const place = document.getElementById("place-" + key) || (link && document.querySelector(link.getAttribute("href")));
    scrollInto(documentPane, place);
    return place;
  };

  const close = (item) => {
    item.classList.remove("item--open");
    item.querySelector(".item__open").removeAttribute("aria-current");
    const card = item.querySelector(".card");
    if (!card) return;
    const words = document.createElement("p");
    words.className = "item__text";
    words.textContent = [...card.querySelectorAll(".passage")].map((p) => { const copy = p.cloneNode(true); copy.querySelectorAll(".slot__name").forEach((n) => n.remove()); return copy.textContent; }).join("");
    card.replaceWith(words);
  };
  // Who came from the queue goes on through it, over all documents: the address says in which order.
  const way = () => { const order = new URL(location.href).searchParams.get("queue"); return order ? "?" + new URLSearchParams({ queue: order }) : ""; };
  let wanted = "", leaving = false;
  addEventListener("pageshow", () => { leaving = false; });
  const arrive = (item, focus) => {
    for (const other of items()) if (other !== item && other.classList.contains("item--open")) close(other);
    const key = item.dataset.key;
    mark(key);
    showPlace(key);
    const pane = item.closest(".desk__statements");
    if (scrolls(pane)) {
      if (focus) desk.scrollIntoView({ block: "nearest", behavior: "instant" });
      const bar = document.getElementById("tally") || document.getElementById("way");
      pane.scrollTo({ top: pane.scrollTop + item.getBoundingClientRect().top - pane.getBoundingClientRect().top - (bar ? bar.offsetHeight : 0) - 8, behavior: "instant" });
    } else if (focus) item.scrollIntoView({ block: "start" });
    if (focus) item.querySelector(".item__open").focus({ preventScroll: true });
    const address = new URL(location.href);
    address.searchParams.set("statement", key);
    address.searchParams.delete("block");
    address.hash = "";
    history.replaceState(null, "", address);
  };
  const open = (key) => {
    const item = find(key);
    if (!item) return;
    if (item.classList.contains("item--open")) return arrive(item, true);
    wanted = key;
    htmx.ajax("GET", "/statements/" + item.dataset.statement + "/card" + way(), { source: item, target: item, swap: "outerHTML" });
  };

  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const place = event.target.closest("[data-place]");
    if (place && scrolls(documentPane)) {
      event.preventDefault();
      showPlace(place.dataset.place);
      return;
    }
    leaving ||= Boolean(event.target.closest(".way a:not([data-open])"));
    const link = event.target.closest("[data-open]");
    if (!link || desk.classList.contains("is-drawing")) return;
    event.preventDefault();
    open(link.dataset.open);
  });
  // A card that was asked for, or the next one after a decision, has come into the list.
  document.body.addEventListener("htmx:afterSettle", (event) => {
    const work = event.target.closest?.(".card__work");
    const first = work && work.querySelector("form.amend :is(input:not([type=hidden]), select), form.split textarea");
    if (first) return (work.querySelector(".govuk-error-summary") || first).focus();
    const opened = items().filter((i) => i.classList.contains("item--open"));
    const item = opened.find((i) => i.dataset.key === wanted) || opened.find((i) => i === event.target || i.querySelector(".card")?.contains(event.target)) || opened[0];
    if (!item || !event.target.closest?.(".items")) return;
    arrive(item, true);
    item.querySelector(".govuk-error-message")?.closest(".govuk-form-group")?.querySelector("input, textarea")?.focus();
    wanted = "";
    countTicks();
  });
  document.body.addEventListener("htmx:oobAfterSwap", (event) => {
    if (event.target.classList?.contains("item--open")) wanted = event.target.dataset.key;
  });
  document.body.addEventListener("htmx:responseError", (event) => {
    const said = document.getElementById("tally-said");
    if (said && ![409, 422].includes(event.detail.xhr.status)) said.textContent = "That was not kept: the service answered with an error. Load the page again.";
  });
  document.body.addEventListener("htmx:sendError", () => {
    const said = document.getElementById("tally-said");
    if (said) said.textContent = "That was not kept: the service does not answer.";
  });

  const countTicks = () => {
    const count = list.querySelectorAll(".tick input:checked").length;
    const place = document.getElementById("many-count");
    if (place) place.textContent = count ? count + " ticked" : "";
  };
  list.addEventListener("change", countTicks);

  // Keys. Single letters work only while no field is being filled in, and can be turned off.
  const dialog = document.getElementById("keys");
  const choice = document.getElementById("keys-on");
  const kept = "svdocs-keys";
  const areOn = () => { try { return localStorage.getItem(kept) !== "off"; } catch { return true; } };
  const showKeys = () => document.body.classList.toggle("keys-are-on", areOn());
  if (choice) {
    choice.checked = areOn();
    choice.addEventListener("change", () => { try { localStorage.setItem(kept, choice.checked ? "on" : "off"); } catch { /* not kept */ } showKeys(); });
    document.querySelector(".desk__keys")?.removeAttribute("hidden");
    document.getElementById("show-keys")?.addEventListener("click", () => dialog.showModal());
  }
  showKeys();
  const go = (by, inDocument) => {
    const link = !inDocument && document.getElementById("way") && document.getElementById(by > 0 ? "way-after" : "way-before");
    if (link) return link.click();
    if (!inDocument && document.getElementById("way")) return;
    const all = items(), at = all.indexOf(current());
    const to = all[Math.min(Math.max(at + by, 0), all.length - 1)];
    if (to) open(to.dataset.key);
  };
  const goToNext = () => {
    const all = items(), at = all.indexOf(current());
    const to = [...all.slice(at + 1), ...all.slice(0, at + 1)].find((i) => i.dataset.status === "proposed");
    if (to) open(to.dataset.key);
  };
  const inField = (e) => e.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  const press = (key) => {
    const item = current();
    const reject = item?.querySelector(".decide__reject");
    if (/^[1-9]$/.test(key)) {
      if (!reject?.open) return false;
      const field = reject.querySelector('[data-key-focus="' + key + '"]');
      const button = reject.querySelector('[data-key-press="' + key + '"]');
      if (field) field.focus(); else if (button) button.click(); else return false;
      return true;
    }
    const element = item?.querySelector('[data-key-press="' + key + '"]');
    if (!element) return false;
    if (key === "r" && reject?.open) return true;
    element.click();
    if (key === "r") reject.querySelector(".reason-button").focus({ preventScroll: false });
    return true;
  };
  const single = {
    j: () => go(1), k: () => go(-1), g: goToNext,
    p: () => { const item = current(); if (item) showPlace(item.dataset.key)?.scrollIntoView?.({ block: "nearest" }); },
    x: () => { current()?.querySelector(".tick input")?.click(); },
    b: () => { const many = document.getElementById("many-details"); if (many) { many.open = true; many.querySelector("input:not([type=hidden]), button").focus(); } },
    z: () => document.getElementById("undo-last")?.requestSubmit(),
    m: () => document.getElementById("add-missed")?.click(),
    d: () => document.dispatchEvent(new CustomEvent("svdocs:draw")),
    "?": () => dialog?.showModal(),
  };
  // What is typed while an answer is on its way counts for what comes, not for what was.
  let waiting = 0;
  const typed = [];
  const take = (key) => {
    const alone = key === "ArrowDown" ? () => go(1, true) : key === "ArrowUp" ? () => go(-1, true) : single[key];
    if (!alone) return key.length === 1 && press(key);
    alone();
    return true;
  };
  document.body.addEventListener("htmx:beforeRequest", (event) => { if (event.target.closest(".items")) waiting += 1; });
  document.body.addEventListener("htmx:afterRequest", (event) => setTimeout(() => {
    waiting = Math.max(waiting - 1, 0);
    if (event.detail.xhr?.getResponseHeader("HX-Redirect")) leaving = true;
    if (leaving) typed.length = 0;  // nobody has seen yet what they would decide on in the next document
    while (!waiting && typed.length) take(typed.shift());
  }, 30));
  // Enter in a list of choices sends the form, as it does in every other field; the space bar opens the list.
  list.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.tagName !== "SELECT" || !event.target.form) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || dialog?.open || event.isComposing) return;
    if (event.key === "Escape") {
      if (desk.classList.contains("is-drawing")) document.dispatchEvent(new CustomEvent("svdocs:draw"));
      else if (press("Escape")) event.preventDefault();
      else { const reject = current()?.querySelector(".decide__reject"); if (reject) reject.open = false; }
      return;
    }
    if (!areOn() || inField(event.target)) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (key.startsWith("Arrow") && event.target.closest(".desk__document, .app-scroll")) return;  // there arrows scroll
    if (leaving) event.preventDefault();
    else if (waiting) {
      if (/^[a-z1-9]$/.test(key)) { typed.push(key); event.preventDefault(); }
    } else if (take(key)) event.preventDefault();
  });

  // Adding what was missed: the words selected in the text, or a box drawn on a page, fill its form.
  const missed = document.getElementById("missed");
  const add = document.getElementById("add-missed");
  const showMissed = (asked) => {
    const address = add.getAttribute("href") + (asked ? "?" + new URLSearchParams(asked) : "");
    htmx.ajax("GET", address, { source: missed, target: missed, swap: "innerHTML" }).then(() => {
      const title = document.getElementById("missed-title");
      if (!title) return;
      title.scrollIntoView({ block: "start" });
      (missed.querySelector(".govuk-error-summary") || title).focus();
    });
  };
  const selected = () => {
    const selection = getSelection();
    const words = selection.toString().trim();
    const from = selection.anchorNode && (selection.anchorNode.nodeType === 1 ? selection.anchorNode : selection.anchorNode.parentElement);
    if (!words || !from || !documentPane.contains(from)) return null;
    const copy = selection.getRangeAt(0).cloneContents();
    copy.querySelectorAll(".mark-number, .label, .grid__cell, .aside__what").forEach((e) => e.remove());
    const page = from.closest("[data-page]");
    const quote = [...copy.childNodes].map((n) => n.textContent).join(" ").trim() || words;
    return { quote, ...(page ? { page: page.dataset.page } : {}) };
  };
  if (add) add.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    showMissed(selected());
  });
  missed?.addEventListener("click", (event) => {
    if (!event.target.closest("[data-close-missed]")) return;
    event.preventDefault();
    missed.replaceChildren();
    add.focus();
  });
  const drawing = (on) => {
    desk.classList.toggle("is-drawing", on);
    desk.querySelector(".draw-hint")?.remove();
    if (!on) return;
    const hint = document.createElement("p");
    hint.className = "draw-hint";
    hint.setAttribute("role", "status");
    hint.textContent = "Draw a box around the words on the page. Press Esc to stop. Without a mouse, use “Add a statement that was missed” and type the words.";
    documentPane.prepend(hint);
  };
  if (add && desk.querySelector(".sheet")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "app-link-button";
    button.id = "draw-missed";
    button.textContent = "Draw a box around one";
    button.insertAdjacentHTML("beforeend", '<kbd class="keycap" aria-hidden="true">D</kbd>');
    button.addEventListener("click", () => drawing(!desk.classList.contains("is-drawing")));
    add.after(button);
    document.addEventListener("svdocs:draw", () => button.click());
    let from = null;
    const pointOn = (event, sheet) => {
      const frame = sheet.querySelector("svg").getBoundingClientRect();
      const x = (event.clientX - frame.left) / frame.width, y = (event.clientY - frame.top) / frame.height;
      return [Math.min(Math.max(x, 0), 1) * sheet.dataset.width, Math.min(Math.max(y, 0), 1) * sheet.dataset.height];
    };
    const boxTo = (event) => {
      const [x, y] = pointOn(event, from.sheet);
      return [Math.min(x, from.x), Math.min(y, from.y), Math.max(x, from.x), Math.max(y, from.y)];
    };
    documentPane.addEventListener("pointerdown", (event) => {
      const sheet = event.target.closest(".sheet");
      if (!desk.classList.contains("is-drawing") || !sheet || !event.target.closest("figure")) return;
      event.preventDefault();
      const [x, y] = pointOn(event, sheet);
      const drawn = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      drawn.setAttribute("class", "drawn");
      sheet.querySelector("svg").append(drawn);
      from = { sheet, x, y, drawn };
    });
    documentPane.addEventListener("pointermove", (event) => {
      if (!from) return;
      const [x0, y0, x1, y1] = boxTo(event);
      for (const [name, value] of [["x", x0], ["y", y0], ["width", x1 - x0], ["height", y1 - y0]]) from.drawn.setAttribute(name, value);
    });
    addEventListener("pointerup", (event) => {
      if (!from) return;
      const box = boxTo(event), { sheet, drawn } = from;
      from = null;
      drawn.remove();
      drawing(false);
      if (box[2] - box[0] > 3 && box[3] - box[1] > 3) showMissed({ page: sheet.dataset.page, box: box.map((n) => n.toFixed(1)).join(",") });
    });
  }

  const first = current();
  if (first) {
    mark(first.dataset.key);
    const given = new URL(location.href).searchParams;
    const named = !given.has("statement") && /^#(?:statement|place)-(.+)$/.exec(decodeURIComponent(location.hash));
    if (named) document.addEventListener("DOMContentLoaded", () => open(named[1]));
    if (given.has("statement") || !location.hash) document.addEventListener("DOMContentLoaded", () => arrive(first, given.has("statement")));
  }
  countTicks();
})();
