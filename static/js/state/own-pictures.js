/**
 * The reader's own pictures of this browser tab, with the tokens that let only their owner delete them.
 * They are in sessionStorage: a reload keeps them, and another tab or person never sees them.
 *
 * @typedef {"file" | "drawing" | "webcam"} Origin
 * @typedef {{width: number, height: number, mode: "RGB" | "L", origin: Origin, token: string}} OwnPicture
 */

const KEY = "convscope.own-pictures";

export class OwnPictures {
  #storage;

  /** @param {Pick<Storage, "getItem" | "setItem"> | undefined} storage  nothing is kept without one */
  constructor(storage) {
    this.#storage = storage;
  }

  /** @returns {Record<string, OwnPicture>} */
  #all() {
    try {
      return JSON.parse(this.#storage?.getItem(KEY) ?? "{}");
    } catch {
      return {};
    }
  }

  /** @param {string | null} id @returns {OwnPicture | undefined} */
  get(id) {
    return id === null ? undefined : this.#all()[id];
  }

  /** @param {Origin} origin @returns {string[]} ids, oldest first */
  from(origin) {
    return Object.entries(this.#all()).filter(([, picture]) => picture.origin === origin).map(([id]) => id);
  }

  /** @param {string} id @param {OwnPicture} picture */
  keep(id, picture) {
    this.#save({ ...this.#all(), [id]: picture });
  }

  /** @param {string} id */
  forget(id) {
    const { [id]: _, ...rest } = this.#all();
    this.#save(rest);
  }

  /** @param {Record<string, OwnPicture>} all */
  #save(all) {
    try {
      this.#storage?.setItem(KEY, JSON.stringify(all));
    } catch {
      // Without storage only the button that deletes the picture is missing.
    }
  }
}

/** Reading the property itself throws where the browser forbids storage. */
function tabStorage() {
  try {
    return globalThis.sessionStorage;
  } catch {
    return undefined;
  }
}

export const ownPictures = new OwnPictures(tabStorage());
