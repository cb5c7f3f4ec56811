export class LayerSheet extends HTMLElement {}
customElements.define("layer-sheet", LayerSheet);
