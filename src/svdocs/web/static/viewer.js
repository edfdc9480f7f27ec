// Choosing a statement highlights it in the list and on the page at once. Without this file the links still work.
(() => {
  "use strict";
  const chosen = ["statement--chosen", "outline--chosen", "mark--chosen"];
  const show = (key, from) => {
    document.querySelectorAll(chosen.map((c) => "." + c).join(",")).forEach((e) => e.classList.remove(...chosen));
    const statement = document.getElementById("statement-" + key);
    const place = document.getElementById("place-" + key);
    if (statement) statement.classList.add("statement--chosen");
    document.querySelectorAll('[data-statements~="' + CSS.escape(key) + '"]').forEach((e) => {
      e.classList.add(e.tagName === "MARK" ? "mark--chosen" : "outline--chosen");
    });
    const other = from === "statement" ? place : statement;
    const pane = other && other.closest(".pane");
    // In one column the jump itself is enough; the other pane may be far away.
    if (pane && getComputedStyle(pane).position === "sticky") {
      const box = other.getBoundingClientRect();
      const frame = pane.getBoundingClientRect();
      if (box.top < frame.top || box.bottom > frame.bottom) pane.scrollTo({ top: pane.scrollTop + box.top - frame.top - 80, behavior: "instant" });
    }
  };
  const follow = () => {
    const match = /^#(statement|place)-(.+)$/.exec(decodeURIComponent(location.hash));
    // A link to a place was chosen in the list; a link to a statement on the page.
    if (match) show(match[2], match[1]);
  };
  window.addEventListener("hashchange", follow);
  // After the browser has made its own jump to the fragment, which would undo ours.
  if (document.readyState === "complete") follow();
  else window.addEventListener("load", () => requestAnimationFrame(follow));
})();
