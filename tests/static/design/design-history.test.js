import assert from "node:assert/strict";
import { test } from "node:test";

import { DesignHistory } from "../../../static/js/design/design-history.js";

test("states are gone back and forth in, within both ends", () => {
  const history = new DesignHistory("a");
  assert.deepEqual([history.canUndo, history.canRedo, history.undo(), history.redo()], [false, false, "a", "a"]);
  history.add("b");
  history.add("c");
  assert.deepEqual([history.undo(), history.undo(), history.undo()], ["b", "a", "a"]);
  assert.deepEqual([history.redo(), history.redo(), history.redo()], ["b", "c", "c"]);
});

test("a new state takes the place of what was undone", () => {
  const history = new DesignHistory(0);
  history.add(1);
  history.undo();
  history.add(2);
  assert.deepEqual([history.now, history.canRedo, history.undo()], [2, false, 0]);
});

test("a step that goes on is one step", () => {
  const history = new DesignHistory(0);
  history.add(1, true);
  assert.equal(history.undo(), 0);
  history.redo();
  history.add(2, true);
  history.add(3, true);
  assert.deepEqual([history.now, history.undo()], [3, 0]);
});
