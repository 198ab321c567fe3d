// The week: a broadcast is dragged, or moved with Alt and the arrows; what that changes is always shown before it is saved.
"use strict";

const week = document.querySelector("[data-week][data-may-move]");
const said = document.querySelector("[data-said]");
const STEP_MIN = 15;
let dragged = null;

const twoDigits = (number) => String(number).padStart(2, "0");
const show = (card, day, time) => {
  const query = new URLSearchParams({ slot: card.dataset.slot, ngay: dayOf(card), luc: card.dataset.at, sang_ngay: day, sang_luc: time });
  location.assign(`/lich-phat/xem?${query}`);
};
const dayOf = (card) => card.closest("[data-day]").dataset.day;

const today = document.querySelector(".day.today");
if (today && !location.hash && matchMedia("(max-width: 59.99rem)").matches) today.scrollIntoView();

if (week) {
  week.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-slot]");
    if (dragged) { event.dataTransfer.effectAllowed = "move"; event.dataTransfer.setData("text/plain", dragged.dataset.slot); }
  });
  week.addEventListener("dragend", () => { dragged = null; mark(null); });
  week.addEventListener("dragover", (event) => {
    const band = dragged && event.target.closest("[data-hour]");
    if (band) { event.preventDefault(); mark(band); }
  });
  week.addEventListener("drop", (event) => {
    const band = dragged && event.target.closest("[data-hour]");
    if (!band) return;
    event.preventDefault();
    show(dragged, band.closest("[data-day]").dataset.day, `${twoDigits(band.dataset.hour)}:${dragged.dataset.at.slice(3)}`);
  });
  week.addEventListener("keydown", (event) => {
    const card = event.target.closest("[data-slot]");
    if (!card) return;
    const step = { ArrowUp: [0, -STEP_MIN], ArrowDown: [0, STEP_MIN], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key];
    if (event.altKey && step) {
      event.preventDefault();
      move(card, ...step);
    } else if (card.dataset.toDay && event.key === "Enter") {
      event.preventDefault();
      show(card, card.dataset.toDay, card.dataset.toTime);
    } else if (card.dataset.toDay && event.key === "Escape") {
      delete card.dataset.toDay;
      card.classList.remove("pending");
      card.querySelector("b").textContent = card.dataset.at;
      said.textContent = "";
    }
  });
}

function mark(band) {
  for (const other of week.querySelectorAll(".band.over")) if (other !== band) other.classList.remove("over");
  band?.classList.add("over");
}

function move(card, days, minutes) {
  const [hour, minute] = (card.dataset.toTime ?? card.dataset.at).split(":").map(Number);
  const at = Math.min(Math.max(hour * 60 + minute + minutes, 0), 24 * 60 - 1);
  const day = new Date(`${card.dataset.toDay ?? dayOf(card)}T12:00:00Z`);
  day.setUTCDate(day.getUTCDate() + days);
  card.dataset.toDay = day.toISOString().slice(0, 10);
  card.dataset.toTime = `${twoDigits(Math.floor(at / 60))}:${twoDigits(at % 60)}`;
  const shown = `${twoDigits(day.getUTCDate())}/${twoDigits(day.getUTCMonth() + 1)}`;
  card.classList.add("pending");
  card.querySelector("b").textContent = `${card.dataset.at} → ${card.dataset.toTime} ${shown}`;
  said.textContent = week.dataset.words.replace("{title}", card.dataset.title).replace("{day}", shown).replace("{time}", card.dataset.toTime);
}
