/** One view of Explore: its state, sessions and caches, without the elements that show them. */

import { ActiveExperiment } from "./active-experiment.js";
import { memoryAddress } from "./address.js";
import { Announcer } from "./announce.js";
import { Answers } from "./answers.js";
import { Comparison } from "./comparison.js";
import { Derivations } from "./derivations.js";
import { EditHistory } from "./edit-history.js";
import { ExplanationSession } from "./explanation-session.js";
import { defaults } from "./explore-fields.js";
import { ExploreState } from "./explore-state.js";
import { addExplorer, explorerOf, firstExplorer, freeNumber, removeExplorer } from "./explorer-roots.js";
import { MapPairs } from "./map-pair.js";
import { Pictures } from "./pictures.js";
import { ReceptiveField } from "./receptive-field.js";
import { TraceSession } from "./trace-session.js";

/** @typedef {import("../api/page-data.js").PageData} PageData */
/** What an explorer knows of its traces: B is the session's, A the comparison's. @typedef {Pick<Explorer, "state" | "session" | "comparison">} ExplorerTraces */

export class Explorer {
  #life = new AbortController();

  /**
   * @param {Element} root the element that holds the view's elements
   * @param {object} options
   * @param {PageData} options.page
   * @param {import("./address.js").Address} [options.address] where the view's state is written
   */
  constructor(root, { page, address = memoryAddress() }) {
    const { signal } = this;
    this.root = root;
    this.page = page;
    this.address = address;
    /** Tells the ids of several explorers on one page apart. */
    this.number = freeNumber();
    this.answers = new Answers();
    this.derivations = new Derivations();
    this.mapPairs = new MapPairs();
    this.pictures = new Pictures(page.samples);
    /** The receptive field of the bench's cell in photograph and input. */
    this.receptiveField = new ReceptiveField();
    const announcer = new Announcer(() => this.find(".announcements"));
    this.announce = announcer.say.bind(announcer);
    const { network, picture, checkpoint } = page.initial;
    const base = defaults({ network, picture, checkpoint, lang: page.lang, theme: page.theme });
    this.state = new ExploreState(base, { address, networks: page.networks, signal });
    const { state, answers, announce } = this;
    this.session = new TraceSession({ answers, first: page, signal });
    const { session } = this;
    const openSession = (/** @type {AbortSignal} */ life) => new TraceSession({ answers, first: page, signal: life });
    this.comparison = new Comparison({ state, session, answers, openSession, signal });
    this.edits = new EditHistory({ state, session, announce, signal });
    this.experiments = new ActiveExperiment({ state, session });
    this.explanations = new ExplanationSession({ state, session, signal });
    signal.addEventListener("abort", () => {
      announcer.close();
      for (const memory of [answers, this.derivations, this.mapPairs]) memory.clear();
    }, { once: true });
    addExplorer(this);
  }

  /** Aborts when the explorer is disposed of. */
  get signal() {
    return this.#life.signal;
  }

  /** Show the trace that the state names, now and at every change. */
  start() {
    this.#load();
    this.state.subscribe((value, before) => {
      // Layer and network scale are two readings of the same codes; a scale for each map is another stream.
      const rescaled = (value.scale === "map") !== (before.scale === "map");
      const other = value.network !== before.network || value.picture !== before.picture || value.checkpoint !== before.checkpoint
        || value.edits !== before.edits;
      if (other || rescaled) this.#load();
    }, { signal: this.signal });
  }

  #load() {
    const { network, picture, checkpoint, edits, scale } = this.state.get();
    if (network && picture) void this.session.load({ network, picture, checkpoint, edits, scale });
  }

  /** End all requests, timers and subscriptions, and forget all answers. The root can then be removed or used again. */
  dispose() {
    this.#life.abort();
    removeExplorer(this);
  }

  /** An id that no other explorer on the page has. @param {string} name */
  id(name) {
    return this.number === 1 ? name : `${name}-${this.number}`;
  }

  /**
   * Whether an event on the whole page is for this explorer: it happened within it, or it happened outside all explorers
   * and this is the first.
   * @param {Event} event
   */
  hears({ target }) {
    const explorer = target instanceof Node ? explorerOf(target) : null;
    return explorer ? explorer === this : firstExplorer() === this;
  }

  /**
   * The first element of this explorer that matches; of an explorer within this one, none does.
   * @param {string} selector
   * @returns {Element | null}
   */
  find(selector) {
    return this.findAll(selector)[0] ?? null;
  }

  /** @param {string} selector */
  findAll(selector) {
    return [...this.root.querySelectorAll(selector)].filter((element) => explorerOf(element) === this);
  }
}
