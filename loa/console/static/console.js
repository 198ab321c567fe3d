// What the pages do beside what the server does: one press counts once, and the panel stays true.
"use strict";

// ---------------------------------------------------------------- a form is sent once
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  if (form.method !== "post" || form.hasAttribute("hx-post")) return;
  form.dataset.sent = "1";
  for (const button of form.querySelectorAll("button:not([type=button])")) button.setAttribute("aria-disabled", "true");
});
window.addEventListener("pageshow", () => { // back from the next page: the form may be used again
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
  }
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[aria-disabled=true]");
  if (link) event.preventDefault();
});

// ---------------------------------------------------------------- the live panel
const LOST_AFTER_MS = 6000; // the server sends something every two seconds
const parts = (name) => document.querySelectorAll(`[data-live="${name}"]`);
const say = (name, text) => { for (const part of parts(name)) if (part.textContent !== text) part.textContent = text; };
const clock = (date) => date.toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" });
const pad = (number) => String(number).padStart(2, "0");
const minutes = (seconds) => {
  const whole = Math.max(Math.round(seconds), 0);
  const rest = `${pad(Math.floor(whole / 60) % 60)}:${pad(whole % 60)}`;
  return whole >= 3600 ? `${Math.floor(whole / 3600)}:${rest}` : rest.replace(/^0/, "");
};

class Panel {
  constructor() {
    this.words = document.querySelector("[data-panel]")?.dataset ?? {};
    this.heardAt = Date.now(); // anything from the server
    this.stateAt = Date.now(); // a state of the station
    this.open();
    setInterval(() => this.look(), 1000);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.wake(); });
    window.addEventListener("online", () => this.open());
    window.addEventListener("offline", () => { this.heardAt = Math.min(this.heardAt, Date.now() - LOST_AFTER_MS - 1); this.look(); });
    window.addEventListener("pagehide", () => this.source.close());
    window.addEventListener("pageshow", (event) => { if (event.persisted) this.open(); });
  }
  open() {
    this.source?.close();
    this.source = new EventSource("/song");
    this.openedAt = Date.now();
    this.source.addEventListener("beat", () => { this.heardAt = Date.now(); this.look(); });
    this.source.addEventListener("state", (event) => {
      this.heardAt = this.stateAt = Date.now();
      this.show(JSON.parse(event.data));
      this.look();
    });
    this.source.addEventListener("error", () => { // told within two seconds, unless the next attempt hears something
      this.heardAt = Math.min(this.heardAt, Date.now() - LOST_AFTER_MS + 2000);
    });
    this.source.addEventListener("signed-out", () => { this.signedOut = true; this.source.close(); this.look(); });
  }
  wake() { if (Date.now() - this.heardAt > LOST_AFTER_MS) this.open(); }
  look() { // a browser that slept, or was cut off, must not show an old state as if it were true
    const lost = Date.now() - this.heardAt > LOST_AFTER_MS;
    const silent = Date.now() - this.stateAt > LOST_AFTER_MS;
    const words = this.signedOut ? this.words.wordsSignedOut
      : lost ? (this.words.wordsLost ?? "").replace("{time}", clock(new Date(this.stateAt)))
      : silent ? (this.words.wordsSilent ?? "").replace("{time}", clock(new Date(this.stateAt))) : "";
    document.body.classList.toggle("is-stale", Boolean(words) || lost || silent);
    for (const part of parts("lost")) { part.hidden = !words; if (part.textContent !== words) part.textContent = words; }
    if (lost && !this.signedOut && Date.now() - this.openedAt > 5000) this.open();
  }
  show(state) {
    const now = state.on_air;
    document.body.classList.toggle("is-on-air", Boolean(now));
    for (const part of document.querySelectorAll("[data-on-air]")) part.classList.toggle("is-on", Boolean(now));
    for (const part of document.querySelectorAll("[data-show-on-air]")) part.hidden = !now;
    for (const part of document.querySelectorAll("[data-only-on-air]")) part.setAttribute("aria-disabled", String(!now));
    say("brief", now ? now.title : this.words.wordsIdle ?? state.idle_words ?? "");
    say("title", now ? now.title : this.words.wordsIdle ?? "");
    if (now) {
      say("item", now.item);
      for (const part of parts("item")) part.hidden = now.item === now.title;
      say("line", now.line ?? "");
      say("played", minutes(now.played_s));
      say("left", minutes(now.planned_s - now.played_s));
      for (const bar of parts("progress")) { bar.max = Math.max(now.planned_s, 1); bar.value = now.played_s; }
    }
    const level = state.level?.rms_dbfs ?? -60;
    for (const meter of parts("level")) meter.value = Math.max(level, -60);
    say("clock", state.clock?.words ?? "–");
    say("output", state.output_words ?? "–");
    for (const part of parts("output")) part.classList.toggle("bad", !state.heard);
    say("network", state.network_words ?? "–");
    say("disk", state.disk_words ?? "–");
    this.list("next", (state.next ?? []).map((coming) => [coming.when_words, coming.title]));
    this.list("alarms", (state.alarm_words ?? []).map((words) => ["", words]));
  }
  list(name, lines) {
    const key = JSON.stringify(lines);
    for (const list of parts(name)) {
      if (list.dataset.key === key) continue;
      if (list.dataset.key === undefined && !lines.length) continue; // what the server wrote stands
      list.dataset.key = key;
      list.replaceChildren(...lines.map(([strong, rest]) => {
        const line = document.createElement("li");
        if (strong) {
          const bold = document.createElement("b");
          bold.textContent = strong;
          line.append(bold, " ");
        }
        line.append(rest);
        return line;
      }));
    }
  }
}
if (document.querySelector("[data-live=brief]")) new Panel();
document.querySelector(".places [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
