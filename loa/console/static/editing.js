// The editor: text from Word is cleaned by the station, what is not saved is not left by mistake.
"use strict";

const csrf = () => document.querySelector("input[name=csrf]")?.value ?? "";

document.addEventListener("paste", async (event) => {
  const area = event.target.closest?.("textarea[data-paste]");
  const html = event.clipboardData?.getData("text/html");
  if (!area || area.readOnly || !html) return; // plain text is pasted by the browser itself
  event.preventDefault();
  const plain = event.clipboardData.getData("text/plain");
  let text = plain;
  try {
    const answer = await fetch(area.dataset.paste, { method: "POST", body: new URLSearchParams({ csrf: csrf(), html }) });
    if (answer.ok) text = await answer.text();
  } catch { /* the station cannot be reached: the plain text is better than none */ }
  area.focus();
  if (!document.execCommand("insertText", false, text)) { // keeps the browser's own undo; where it is gone, without
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
});

let typed = false; // since the page was loaded or the form was sent
document.addEventListener("input", (event) => { if (event.target.closest("[data-editor]")) typed = true; });
document.addEventListener("submit", () => { typed = false; });
window.addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-busy]");
  const shown = button && document.querySelector(button.getAttribute("hx-target"));
  if (shown) shown.textContent = button.dataset.busy;
});
