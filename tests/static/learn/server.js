/** A stand-in for the server: answers of the REST API for modules that fetch. */

/** @typedef {{shape: number[], data: number[]}} Tensor */

/**
 * Answer requests until the next call.
 * @param {(path: string, body: Record<string, unknown>) => BodyInit | object} respond from a path below /api/v1/ and the request's body
 * @returns {string[]} the paths that are requested
 */
export function serve(respond) {
  /** @type {string[]} */
  const paths = [];
  globalThis.fetch = async (url, options) => {
    const path = String(url).replace(/^.*\/api\/v1\//, "");
    paths.push(path);
    const answer = respond(path, JSON.parse(String(options?.body ?? "{}")));
    return answer instanceof Blob ? new Response(answer) : Response.json(answer);
  };
  return paths;
}

/** A tensor as a .npy file. @param {Tensor} tensor */
export function npy({ shape, data }) {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(", ")},), }`.padEnd(117, " ");
  const bytes = new Uint8Array(11 + header.length);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length + 1, 0]);
  bytes.set(new TextEncoder().encode(`${header}\n`), 10);
  return new Blob([bytes, new Float32Array(data)]);
}

/** Tensors as a .safetensors file. @param {Record<string, Tensor>} tensors */
export function safetensors(tensors) {
  let end = 0;
  const header = JSON.stringify(Object.fromEntries(Object.entries(tensors).map(([name, { shape, data }]) => {
    const begin = end;
    end += data.length * 4;
    return [name, { dtype: "F32", shape, data_offsets: [begin, end] }];
  })));
  return new Blob([BigUint64Array.of(BigInt(header.length)), header, ...Object.values(tensors).map(({ data }) => new Float32Array(data))]);
}

/** What the server writes into a page; to be set before the modules that read it are imported. @param {object} data */
export function setPageData(data) {
  const element = { textContent: JSON.stringify(data) };
  Object.assign(globalThis, { document: { getElementById: () => element } });
}
