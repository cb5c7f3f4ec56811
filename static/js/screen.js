/**
 * What the page is made of before anything is asked of it: each a task of its own, in this order, so that arriving never
 * hangs. The server reads this list too, and has the browser fetch these modules, and what they import, at once.
 */
export const SCREEN = [
  () => import("./elements/app-header.js"),
  () => import("./elements/edit-list.js"), // before the maps, whose room it takes
  () => import("./elements/compare-bar.js"),
  () => import("./elements/network-view.js"),
  () => import("./elements/compare-tools.js"),
  () => import("./elements/color-legend.js"),
  () => import("./elements/prediction-panel.js"),
  () => import("./elements/trace-notice.js"),
  () => import("./elements/picture-column.js"), // before what it would push down
  () => import("./elements/input-steps.js"),
  () => import("./elements/copy-dialog.js"),
  () => import("./elements/help-dialog.js"),
];
