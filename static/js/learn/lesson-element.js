/** What every public element of a lesson is: attributes that are its whole state, and a bar of controls that set them. */

import { parseNames, readSetting, writeSetting } from "../codecs/element-settings.js";
import { node } from "../draw/markup.js";
import { SliderField } from "../elements/controls/slider-field.js";
import { t, translate } from "../i18n/locale.js";
import { attributesOf } from "./catalogue.js";

/** @typedef {import("../codecs/element-settings.js").Attribute} Attribute */
/** @typedef {import("../codecs/element-settings.js").Settings} Settings */
/** @typedef {import("../codecs/element-settings.js").Value} Value */
/** @typedef {import("../codecs/element-settings.js").Limits} Limits */
/** @typedef {{part: HTMLElement, show: (value: Value, limits: Limits | undefined, locked: boolean) => void}} Control */

/** Of several elements on a page each control has a name of its own. */
let count = 0;

/**
 * An element's state is its attributes: whoever sets one, by hand, by a link or by a program, has the element follow.
 * `lock` names those that the reader cannot set, `hide` those whose control is not shown.
 *
 * Event `change`: a CustomEvent with {name, value, settings}, where the reader has set something; it bubbles.
 */
export class LessonElement extends HTMLElement {
  /** The element's name in the catalogue; each class says its own. */
  static element = "";
  #built = false;
  #updateQueued = false;
  /** Aborts when the element leaves the page; each time it is put on a page it gets a new one. */
  #connection = new AbortController();
  /** @type {Map<string, string | null>} */
  #first = new Map();
  /** @type {Map<string, Control>} */
  #controls = new Map();
  #bar = node("div", { class: "controls", role: "group", "aria-label": t("learn.controls") });
  #reset = node("button", { type: "button", class: "tool wide reset", onclick: () => this.restart() }, t("learn.reset"));
  stage = node("div", { class: "stage" });

  static get observedAttributes() {
    return [...Object.keys(attributesOf(this.element)), "lock", "hide"];
  }

  /** @returns {Record<string, Attribute>} */
  get catalogue() {
    return attributesOf(/** @type {typeof LessonElement} */ (this.constructor).element);
  }

  connectedCallback() {
    this.#connection = new AbortController();
    if (!this.#built) this.#buildOnce();
    this.subscribe(this.#connection.signal);
    this.#refresh();
  }

  disconnectedCallback() {
    this.#connection.abort();
  }

  #buildOnce() {
    this.#built = true;
    for (const name of Object.keys(this.catalogue)) this.#first.set(name, this.getAttribute(name));
    this.classList.add("lesson");
    for (const [name, attribute] of Object.entries(this.catalogue)) {
      if (!attribute.control) continue;
      const control = this.#control(name, attribute);
      control.part.dataset["control"] = name;
      this.#controls.set(name, control);
    }
    this.#bar.append(...[...this.#controls.values()].map(({ part }) => part), this.#reset);
    this.replaceChildren(this.#bar, this.stage);
    // Fields have change events of their own; those of the element alone are for others.
    for (const part of [this.#bar, this.stage]) part.addEventListener("change", (event) => event.stopPropagation());
    this.build();
  }

  attributeChangedCallback() {
    if (!this.#built || this.#updateQueued) return;
    this.#updateQueued = true;
    queueMicrotask(() => this.#refresh());
  }

  /**
   * All settings as they hold: what the attributes say, within what the others permit.
   * @returns {Settings}
   */
  get settings() {
    const entries = Object.entries(this.catalogue).map(([name, attribute]) => [name, readSetting(attribute, this.getAttribute(name))]);
    const settings = /** @type {Settings} */ (Object.fromEntries(entries));
    for (const [name, { low, high }] of Object.entries(this.limits(settings))) {
      const value = settings[name];
      if (typeof value === "number") settings[name] = Math.max(low, Math.min(high, value));
    }
    return settings;
  }

  /** @param {string} name @returns {boolean} whether the reader must not set it */
  isLocked(name) {
    return parseNames(this.getAttribute("lock")).has(name);
  }

  /** @param {string} name @returns {boolean} */
  isHidden(name) {
    return parseNames(this.getAttribute("hide")).has(name);
  }

  /**
   * The reader sets something.
   * @param {string} name
   * @param {Value} value
   */
  choose(name, value) {
    if (this.isLocked(name)) return;
    this.setAttribute(name, writeSetting(value));
    this.dispatchEvent(new CustomEvent("change", { bubbles: true, detail: { name, value, settings: this.settings } }));
  }

  /** What the page gave an attribute. @param {string} name */
  begunWith(name) {
    return this.#first.get(name) ?? null;
  }

  /** Back to what the page began with. */
  restart() {
    for (const [name, text] of this.#first) {
      if (text === null) this.removeAttribute(name);
      else this.setAttribute(name, text);
    }
    this.dispatchEvent(new CustomEvent("change", { bubbles: true, detail: { name: null, value: null, settings: this.settings } }));
  }

  /** Make the parts of the stage; called once. Listeners on these parts go with them and need no release. */
  build() {}

  /**
   * Listen to what is outside the element, e.g. the theme; called each time the element is put on a page.
   * @param {AbortSignal} _signal aborts when the element leaves the page; every listener and observer ends with it
   */
  subscribe(_signal) {}

  /**
   * Show the settings; called after every change.
   * @param {Settings} _settings
   */
  update(_settings) {}

  /**
   * What numbers may be under the other settings, where that is narrower than the catalogue's: a control reaches nothing impossible.
   * @param {Settings} _settings
   * @returns {Record<string, Limits>}
   */
  limits(_settings) {
    return {};
  }

  #refresh() {
    this.#updateQueued = false;
    // Off the page nothing can be measured or painted; the element is updated when it is put back.
    if (!this.isConnected) return;
    const { settings } = this;
    const limits = this.limits(settings);
    for (const [name, { part, show }] of this.#controls) {
      const value = settings[name];
      if (value !== undefined) show(value, limits[name], this.isLocked(name));
      part.hidden = this.isHidden(name);
      part.title = this.isLocked(name) ? t("learn.locked") : "";
    }
    this.#reset.hidden = this.isHidden("reset");
    this.update(settings);
  }

  /**
   * @param {string} name
   * @param {Attribute} attribute
   * @returns {Control}
   */
  #control(name, attribute) {
    const label = t(`learn.control.${name}`);
    if (attribute.type === "choice") return this.#select(name, label, attribute);
    if (attribute.type === "switch") return this.#switch(name, label);
    const field = new SliderField();
    field.addEventListener("slide", (event) => {
      event.stopPropagation();
      this.choose(name, /** @type {CustomEvent} */ (event).detail.value);
    });
    const { low = 0, high = 1, step = 1, type } = attribute;
    return {
      part: field,
      show: (value, limits, locked) => {
        const bounds = { low: limits?.low ?? low, high: limits?.high ?? high, step, whole: type === "integer" };
        field.show({ name: label, value: Number(value), bounds: locked ? { ...bounds, low: Number(value), high: Number(value) } : bounds });
      },
    };
  }

  /** @param {string} name @param {string} label @param {Attribute} attribute @returns {Control} */
  #select(name, label, { choices = [] }) {
    const select = node("select", { id: `lesson-${(count += 1)}` }, ...choices.map((one) => node("option", { value: one }, translate(`learn.${name}.${one}`, one))));
    select.addEventListener("change", (event) => {
      event.stopPropagation();
      this.choose(name, select.value);
    });
    return {
      part: node("label", { class: "choice", for: select.id }, node("span", {}, label), select),
      show: (value, _limits, locked) => {
        select.value = String(value);
        select.disabled = locked;
      },
    };
  }

  /** @param {string} name @param {string} label @returns {Control} */
  #switch(name, label) {
    const box = node("input", { type: "checkbox" });
    box.addEventListener("change", (event) => {
      event.stopPropagation();
      this.choose(name, box.checked);
    });
    return {
      part: node("label", { class: "switch" }, box, node("span", {}, label)),
      show: (value, _limits, locked) => {
        box.checked = value === true;
        box.disabled = locked;
      },
    };
  }
}
