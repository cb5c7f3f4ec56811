export class MapBench extends HTMLElement {}
customElements.define("map-bench", MapBench);
