/**
 * The modules of the elements that Explore shows on arrival. Each is loaded in a task of its own, in this order, so that no
 * task is long. The server reads this list too: it has the browser fetch these modules and their imports at once.
 */
export const INITIAL_ELEMENTS = [
  () => import("./elements/page/app-header.js"),
  () => import("./elements/editing/edit-list.js"), // before the maps, whose room it takes
  () => import("./elements/compare/compare-bar.js"),
  () => import("./elements/network/network-view.js"),
  () => import("./elements/compare/compare-tools.js"),
  () => import("./elements/network/color-legend.js"),
  () => import("./elements/network/prediction-panel.js"),
  () => import("./elements/page/trace-notice.js"),
  () => import("./elements/picture/picture-column.js"), // before what it would push down
  () => import("./elements/picture/input-steps.js"),
  () => import("./elements/controls/copy-dialog.js"),
  () => import("./elements/page/help-dialog.js"),
];
