/** Controls that move a window over the positions of a map: play, pause, step, speed and position. */

import { formatCount, t } from "../../i18n/locale.js";
import { node } from "../../draw/markup.js";
import { svg } from "../../draw/svg.js";

/** Positions per second. The fastest speed beyond them moves a row of positions with each frame. */
const SPEEDS = [1, 2, 4, 8, 15, 30, 60];
const USUAL = 3;
const FASTEST = SPEEDS.length;
/** At the fastest speed a whole map takes this many frames. */
const FRAMES = 120;
/** The signs are drawn, because not every font has them. */
const SIGNS = {
  play: "M2 1 13 7 2 13z",
  pause: "M2 1h4v12H2zM8 1h4v12H8z",
  back: "M1 1h2v12H1zM13 1v12L4 7z",
  forward: "M1 1 10 7 1 13zM11 1h2v12h-2z",
};
const CALM = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * Event `seek`: a CustomEvent with {position, moving}, `moving` while the window is on its way.
 */
export class PlaybackControls extends HTMLElement {
  #count = 1;
  #position = 0;
  /** The fraction of a position since the last whole one. */
  #rest = 0;
  #frame = 0;
  #then = 0;
  #speed = USUAL;
  #scrubbing = false;
  /** @type {(position: number) => string} */
  #words = String;
  #play = node("button", { type: "button", class: "tool play", onclick: () => this.toggle() });
  #back = this.#button("playback.back", SIGNS.back, -1);
  #forward = this.#button("playback.forward", SIGNS.forward, 1);
  #rate = node("input", { type: "range", class: "speed", min: 0, max: FASTEST, step: 1, value: USUAL, "aria-label": t("playback.speed") });
  #rateWords = node("span", { class: "rate", "aria-hidden": "true" });
  #scrub = node("input", { type: "range", class: "scrub", min: 0, max: 0, step: 1, value: 0, "aria-label": t("playback.scrub") });
  #place = node("output", { class: "place", "aria-live": "off" });

  connectedCallback() {
    if (!this.childElementCount) this.#build();
    CALM.addEventListener("change", this.#calm);
    this.#calm();
  }

  disconnectedCallback() {
    CALM.removeEventListener("change", this.#calm);
    this.pause();
  }

  #build() {
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", t("playback.label"));
    this.append(this.#back, this.#play, this.#forward, node("label", { class: "pace" }, this.#rate, this.#rateWords), this.#scrub, this.#place);
    this.#rate.addEventListener("input", () => this.#pace(Number(this.#rate.value)));
    this.#scrub.addEventListener("input", () => {
      this.pause();
      this.#scrubbing = true;
      this.#go(Number(this.#scrub.value), true);
    });
    this.#scrub.addEventListener("change", () => this.#settle());
    this.#pace(USUAL);
    this.#tell();
  }

  /** Readers who prefer reduced motion get no play button; steps and the slider remain. */
  #calm = () => {
    const still = CALM.matches || !this.#moves;
    if (still) this.pause();
    this.#play.hidden = still;
    this.#rate.parentElement?.toggleAttribute("hidden", still);
  };

  #moves = true;

  /** Whether there is a window that can move from position to position. @param {boolean} moves */
  set moves(moves) {
    if (moves === this.#moves) return;
    this.#moves = moves;
    this.#calm();
  }

  /**
   * @param {string} name
   * @param {string} sign a path
   * @param {number} by
   */
  #button(name, sign, by) {
    return node("button", { type: "button", class: "tool", "aria-label": t(name), title: t(name), onclick: () => this.step(by) }, icon(sign));
  }

  get playing() {
    return this.#frame !== 0;
  }

  /**
   * Set the number of positions and the present one. A play in progress continues.
   * @param {number} count
   * @param {number} position
   * @param {(position: number) => string} words for a position
   */
  show(count, position, words) {
    this.#words = words;
    this.#count = count;
    this.#position = Math.min(position, count - 1);
    this.#scrub.max = String(count - 1);
    this.#back.disabled = this.#forward.disabled = this.#play.disabled = this.#scrub.disabled = count < 2;
    this.#tell();
  }

  toggle() {
    if (this.playing) this.pause();
    else this.#start();
  }

  #start() {
    if (this.#play.hidden || this.#count < 2) return;
    this.#rest = 0;
    this.#then = performance.now();
    this.#frame = requestAnimationFrame(this.#tick);
    // At the end, play starts again from the beginning.
    this.#go(this.#position >= this.#count - 1 ? 0 : this.#position, true);
  }

  pause() {
    if (!this.playing) return;
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#tell();
    this.#settle();
  }

  /** @param {number} by positions; from either end it goes on at the other */
  step(by) {
    this.pause();
    this.#go((this.#position + by + this.#count) % this.#count, false);
  }

  /** @param {number} now */
  #tick = (now) => {
    const rate = this.#speed < FASTEST ? ((SPEEDS[this.#speed] ?? 1) * (now - this.#then)) / 1000 : Math.max(1, Math.round(this.#count / FRAMES));
    this.#then = now;
    this.#rest += Math.max(0, rate);
    const whole = Math.floor(this.#rest);
    this.#rest -= whole;
    const next = Math.min(this.#count - 1, this.#position + whole);
    if (whole) this.#go(next, true);
    if (!this.playing) return;
    if (next === this.#count - 1) this.pause();
    else this.#frame = requestAnimationFrame(this.#tick);
  };

  /**
   * @param {number} position
   * @param {boolean} moving
   */
  #go(position, moving) {
    this.#position = position;
    this.#tell();
    this.dispatchEvent(new CustomEvent("seek", { detail: { position, moving } }));
  }

  /** The window has stopped. */
  #settle() {
    this.#scrubbing = false;
    this.dispatchEvent(new CustomEvent("seek", { detail: { position: this.#position, moving: false } }));
  }

  /** @param {number} speed */
  #pace(speed) {
    this.#speed = speed;
    const words = speed < FASTEST ? t("playback.speed.value", { count: formatCount(SPEEDS[speed] ?? 1) }) : t("playback.speed.max");
    this.#rateWords.textContent = words;
    this.#rate.setAttribute("aria-valuetext", words);
  }

  #tell() {
    const { playing } = this;
    const name = t(playing ? "playback.pause" : "playback.play");
    if (this.#play.title !== name) {
      this.#play.title = name;
      this.#play.setAttribute("aria-label", name);
      this.#play.replaceChildren(icon(playing ? SIGNS.pause : SIGNS.play));
    }
    const at = this.#position;
    if (!this.#scrubbing) this.#scrub.value = String(at);
    const words = this.#words(at);
    this.#place.textContent = words;
    if (!playing) this.#scrub.setAttribute("aria-valuetext", words);
  }
}

/** @param {string} path in a square of 14 */
const icon = (path) => svg("svg", { viewBox: "0 0 14 14", "aria-hidden": "true" }, svg("path", { d: path }));

customElements.define("playback-controls", PlaybackControls);
