// Shows how far the workers are while documents wait to be read. Without this file the link to look again still works.
(() => {
  "use strict";
  const notice = document.querySelector("[data-watch]");
  if (!notice || !window.EventSource) return;
  const events = new EventSource(notice.dataset.watch);
  events.addEventListener("job", (event) => {
    const job = JSON.parse(event.data);
    const ended = { done: "read", needs_person: "needs a person", cancelled: "called off" };
    for (const place of document.querySelectorAll('[data-progress="' + CSS.escape(job.document_id) + '"]')) {
      place.textContent = job.progress || ended[job.state] || "";
    }
  });
  events.addEventListener("end", () => {
    events.close();
    const link = notice.querySelector("a");
    notice.textContent = "All documents have been read. ";
    if (link) notice.append(link);
  });
})();
