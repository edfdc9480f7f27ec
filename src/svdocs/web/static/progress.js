// Shows how far the workers are while documents wait to be read. Without this file the link to look again still works.
(() => {
  "use strict";
  const notice = document.querySelector("[data-watch]");
  if (!notice || !window.EventSource) return;
  const events = new EventSource(notice.dataset.watch);
  events.addEventListener("job", (event) => {
    const job = JSON.parse(event.data);
    const place = document.querySelector('[data-progress="' + CSS.escape(job.document_id) + '"]');
    if (place) place.textContent = job.progress;
  });
  events.addEventListener("end", () => {
    events.close();
    const link = notice.querySelector("a");
    notice.textContent = "All documents have been read. ";
    if (link) notice.append(link);
  });
})();
