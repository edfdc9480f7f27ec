// Several files at once, each with its progress until it has been read, and then with what its text proposes that it
// is. Without this file the form sends one file or a ZIP.
(() => {
  "use strict";
  const form = document.querySelector("[data-upload]");
  if (!form || !window.FormData) return;
  const input = form.querySelector("input[type=file]");
  const list = document.getElementById("sent-files");
  const words = document.getElementById("sent-words");
  const limit = Number(form.dataset.limit), endings = form.dataset.endings.split(",");
  const AT_ONCE = 2;
  const hint = document.getElementById("file-hint");
  if (hint) hint.textContent = "As many as you like, or a ZIP of them.";
  input.multiple = true;
  const waiting = [];
  let running = 0, sent = 0, wrong = 0, all = 0;

  const element = (name, className, text) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  };
  const tell = () => {
    const open = all - sent - wrong;
    words.textContent = `${sent} of ${all} ${all === 1 ? "file is" : "files are"} kept.` + (wrong ? ` ${wrong} ${wrong === 1 ? "needs" : "need"} you: see below.` : "") + (open ? "" : " They are read in turn, and each says here what it turned out to be.");
    document.getElementById("sent-on").hidden = open > 0 || !sent;
  };
  // What has been kept, by the document's id: until it has been read its row says how far that is.
  const rows = new Map();
  let events = null;
  const link = (address, text, hidden) => {
    const made = element("a", "app-link", text);
    made.href = address;
    made.append(element("span", "govuk-visually-hidden", " " + hidden));
    return made;
  };
  const named = (kind) => [...form.elements.kind.options].find((o) => o.value === kind)?.text || "";
  const tellRead = (found) => {
    const row = rows.get(found.id);
    const needs = found.state === "needs_person", name = found.name;
    const count = (n, one, many) => (n ? [n + " " + (n === 1 ? one : many)] : []);
    const holds = [...count(found.commitments, "commitment", "commitments"), ...count(found.deliveries, "delivery", "deliveries"), ...count(found.practices, "practice", "practices")];
    const said = element("span", "sent__said", needs ? "It could not be read whole. It is kept, and a person must look at it." : "Read: " + named(found.kind).toLowerCase() + (found.supplier ? " of " + found.supplier : "") + ". " + (holds.length ? holds.join(", ") + " found." : "No commitment was found in it."));
    const notes = element("ul", "sent__notes");
    for (const note of [...found.problems, ...found.flags]) notes.append(element("li", "", note.message + (note.page ? " (page " + note.page + ")" : "")));
    const actions = element("span", "sent__links");
    actions.append(link("/documents/" + found.id, "Open it", name), link("/documents/" + found.id + "/description", needs ? "Say what it is" : "Correct what it is, or whose", name));
    row.className = "sent__file sent__file--" + (needs ? "wrong" : notes.children.length ? "asks" : "kept");
    row.replaceChildren(element("strong", "", name), said, ...(notes.children.length ? [notes] : []), actions);
    row.dataset.read = "yes";
  };
  // Asks what became of a document: one that was sent here, or that came out of a package that was.
  const look = async (id) => {
    const answer = await fetch("/api/v1/documents/" + id, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok) return;
    const found = await answer.json();
    if (!rows.has(id)) {
      if (![...rows.values()].some((row) => found.name.startsWith(row.dataset.name + "/"))) return;
      const row = element("li", "sent__file");
      list.append(row);
      rows.set(id, row);
    }
    if (found.state !== "waiting") tellRead(found);
  };
  const watch = () => {
    if (events || !window.EventSource) return;
    events = new EventSource(form.dataset.upload.replace(/documents$/, "events"));
    events.addEventListener("job", (event) => {
      const job = JSON.parse(event.data), row = rows.get(job.document_id);
      if (job.state === "cancelled" && row) { row.dataset.read = "yes"; row.querySelector(".sent__said").textContent = "Kept; its reading was called off."; }
      else if (["done", "needs_person"].includes(job.state)) look(job.document_id);
      else if (row && !row.dataset.read && job.progress) row.querySelector(".sent__said").textContent = "Kept; " + job.progress + ".";
    });
    events.addEventListener("end", () => {
      events.close();
      events = null;
      const unread = () => [...rows].filter(([, row]) => !row.dataset.read);
      Promise.all(unread().map(([id]) => look(id))).then(() => { if (unread().length) setTimeout(watch, 2000); });
    });
  };
  const send = (file, row, choice) => {
    running += 1;
    row.replaceChildren(element("strong", "", file.name));
    const bar = element("progress", "sent__bar");
    bar.max = file.size || 1;
    bar.value = 0;
    bar.setAttribute("aria-label", "Sending " + file.name);
    const said = element("span", "sent__said", "Sending");
    row.append(bar, said);
    const data = new FormData();
    for (const name of ["kind", "supplier"]) data.append(name, form.elements[name].value);
    data.append("if_there", choice || "ask");
    data.append("file", file, file.name);
    const request = new XMLHttpRequest();
    request.open("POST", form.dataset.upload);
    request.setRequestHeader("Accept", "application/json");
    const token = form.elements.csrf;
    if (token) request.setRequestHeader("X-CSRF-Token", token.value);
    request.upload.addEventListener("progress", (event) => {
      bar.value = event.loaded;
      if (event.loaded === event.total) said.textContent = "Sent; being kept";
    });
    request.addEventListener("loadend", () => {
      running -= 1;
      let answer = {};
      try { answer = JSON.parse(request.responseText); } catch { /* no answer that can be read */ }
      bar.remove();
      if (request.status >= 200 && request.status < 300) {
        sent += 1;
        said.textContent = request.status === 202 ? "Kept, sealed. Its SHA-256 is " + answer.sha256 : choice === "same" ? "It was there already; nothing was added." : "Kept, and waiting to be read.";
        row.className = "sent__file sent__file--kept";
        if (request.status !== 202 && answer.id) {
          rows.set(answer.id, row);
          row.dataset.name = answer.name;
          if (answer.state === "waiting") watch();
          else tellRead(answer);
        }
      } else if (request.status === 409 && answer.document) {
        wrong += 1;
        row.className = "sent__file sent__file--asks";
        said.textContent = "This supplier’s document of the same content is there already. What is this one?";
        for (const [value, text] of [["same", "The same: keep the one that is there"], ["another", "Another document: keep both"]]) {
          const button = element("button", "govuk-button govuk-button--secondary", text);
          button.type = "button";
          button.addEventListener("click", () => { wrong -= 1; send(file, row, value); });
          row.append(button);
        }
      } else {
        wrong += 1;
        row.className = "sent__file sent__file--wrong";
        said.textContent = answer.detail || (request.status ? "The service refused it; try again." : "The connection broke, so it is not kept; send it again.");
        const again = element("button", "govuk-button govuk-button--secondary", "Send it again");
        again.type = "button";
        again.addEventListener("click", () => { wrong -= 1; send(file, row, choice); });
        row.append(again);
      }
      tell();
      next();
    });
    request.send(data);
    tell();
  };
  const next = () => {
    while (running < AT_ONCE && waiting.length) send(...waiting.shift());
  };
  const take = (files) => {
    if (!files.length) return;
    document.getElementById("sent").hidden = false;
    for (const file of files) {
      const row = element("li", "sent__file");
      row.append(element("strong", "", file.name));
      list.append(row);
      all += 1;
      const ending = /\.[^.]+$/.exec(file.name.toLowerCase())?.[0] || "";
      const refused = file.size > limit ? `It is over the limit of ${limit / 2 ** 20} MB; split it, or save it with smaller pictures.` : !file.size ? "The file is empty; choose it again." : !endings.includes(ending) ? "Files of this type are not read; save it as PDF, Word or Excel." : "";
      if (refused) {
        wrong += 1;
        row.className = "sent__file sent__file--wrong";
        row.append(element("span", "sent__said", refused));
      } else waiting.push([file, row]);
    }
    tell();
    next();
    document.getElementById("sent-title").focus();
  };
  form.addEventListener("submit", (event) => {
    if (!input.files.length) return;
    event.preventDefault();
    take([...input.files]);
    input.value = "";
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  document.addEventListener("dragover", (event) => event.preventDefault());
  // Files dropped beside the field are chosen like those dropped on it: what they are and whose can still be said.
  document.addEventListener("drop", (event) => {
    if (event.target.closest("[data-module=govuk-file-upload], .govuk-drop-zone")) return;
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  addEventListener("beforeunload", (event) => { if (running || waiting.length) event.preventDefault(); });
})();
