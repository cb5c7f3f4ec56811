/** The base class of the public elements: its attributes are its whole state, and a bar of controls sets them. */

import { parseNames, readSetting, writeSetting } from "../codecs/element-settings.js";
import { node } from "../draw/markup.js";
import { SliderField } from "../elements/controls/slider-field.js";
import { t, translate } from "../i18n/locale.js";
import { attributesOf } from "./catalog.js";

/** @typedef {import("../codecs/element-settings.js").Attribute} Attribute */
/** @typedef {import("../codecs/element-settings.js").Settings} Settings */
/** @typedef {import("../codecs/element-settings.js").Value} Value */
/** @typedef {import("../codecs/element-settings.js").Limits} Limits */
/** @typedef {{part: HTMLElement, show: (value: Value, limits: Limits | undefined, locked: boolean) => void}} Control */

/** Numbers the ids of selects, which must be unique on a page. */
let selectCount = 0;

/**
 * The element shows its attributes, whoever sets them: the reader, a link or a program.
 * `lock` names the attributes that the reader cannot set, `hide` those whose control is not shown.
 *
 * Event `change`: a CustomEvent with {name, value, settings}, after the reader has set an attribute; it bubbles.
 */
export class LessonElement extends HTMLElement {
  /** The element's name in the catalog; each subclass sets it. */
  static element = "";
  #built = false;
  #updateQueued = false;
  /** Aborts when the element leaves the page; each time it is put on a page it gets a new one. */
  #connection = new AbortController();
  /** @type {Map<string, string | null>} */
  #initialValues = new Map();
  /** @type {Map<string, Control>} */
  #controls = new Map();
  #bar = node("div", { class: "controls", role: "group", "aria-label": t("learn.controls") });
  #reset = node("button", { type: "button", class: "tool wide reset", onclick: () => this.restart() }, t("learn.reset"));
  stage = node("div", { class: "stage" });

  static get observedAttributes() {
    return [...Object.keys(attributesOf(this.element)), "lock", "hide"];
  }

  /** @returns {Record<string, Attribute>} */
  get catalog() {
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
    for (const name of Object.keys(this.catalog)) this.#initialValues.set(name, this.getAttribute(name));
    this.classList.add("lesson");
    for (const [name, attribute] of Object.entries(this.catalog)) {
      if (!attribute.control) continue;
      const control = this.#createControl(name, attribute);
      control.part.dataset["control"] = name;
      this.#controls.set(name, control);
    }
    this.#bar.append(...[...this.#controls.values()].map(({ part }) => part), this.#reset);
    this.replaceChildren(this.#bar, this.stage);
    // Only the element's own change event leaves it, not those of its fields.
    for (const part of [this.#bar, this.stage]) part.addEventListener("change", (event) => event.stopPropagation());
    this.build();
  }

  attributeChangedCallback() {
    if (!this.#built || this.#updateQueued) return;
    this.#updateQueued = true;
    queueMicrotask(() => this.#refresh());
  }

  /**
   * All settings: the attributes' values, limited to what the other settings permit.
   * @returns {Settings}
   */
  get settings() {
    const entries = Object.entries(this.catalog).map(([name, attribute]) => [name, readSetting(attribute, this.getAttribute(name))]);
    const settings = /** @type {Settings} */ (Object.fromEntries(entries));
    for (const [name, { low, high }] of Object.entries(this.limits(settings))) {
      const value = settings[name];
      if (typeof value === "number") settings[name] = Math.max(low, Math.min(high, value));
    }
    return settings;
  }

  /** @param {string} name @returns {boolean} whether the reader cannot set it */
  isLocked(name) {
    return parseNames(this.getAttribute("lock")).has(name);
  }

  /** @param {string} name @returns {boolean} */
  isHidden(name) {
    return parseNames(this.getAttribute("hide")).has(name);
  }

  /**
   * Set an attribute for the reader, unless it is locked, and fire `change`.
   * @param {string} name
   * @param {Value} value
   */
  choose(name, value) {
    if (this.isLocked(name)) return;
    this.setAttribute(name, writeSetting(value));
    this.dispatchEvent(new CustomEvent("change", { bubbles: true, detail: { name, value, settings: this.settings } }));
  }

  /** The value that an attribute had when the element was first put on the page. @param {string} name */
  initialValue(name) {
    return this.#initialValues.get(name) ?? null;
  }

  /** Set all attributes back to their initial values. */
  restart() {
    for (const [name, text] of this.#initialValues) {
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
   * Show the settings; called after every change, and when the element is put on a page.
   * @param {Settings} _settings
   */
  update(_settings) {}

  /**
   * The ranges of numbers that depend on other settings, where they are narrower than the catalog's. Controls offer nothing outside of them.
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
  #createControl(name, attribute) {
    const label = t(`learn.control.${name}`);
    if (attribute.type === "choice") return this.#createSelect(name, label, attribute);
    if (attribute.type === "switch") return this.#createSwitch(name, label);
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
  #createSelect(name, label, { choices = [] }) {
    const select = node("select", { id: `lesson-${(selectCount += 1)}` }, ...choices.map((choice) => node("option", { value: choice }, translate(`learn.${name}.${choice}`, choice))));
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
  #createSwitch(name, label) {
    const checkbox = node("input", { type: "checkbox" });
    checkbox.addEventListener("change", (event) => {
      event.stopPropagation();
      this.choose(name, checkbox.checked);
    });
    return {
      part: node("label", { class: "switch" }, checkbox, node("span", {}, label)),
      show: (value, _limits, locked) => {
        checkbox.checked = value === true;
        checkbox.disabled = locked;
      },
    };
  }
}
