// The product's colours, the same as in dl101_core/ui/palette.py; a test holds them together.

/** Blue below zero, white at zero, orange above. @type {Stops} */
export const SIGNED = [[0, "#2166AC"], [0.25, "#92C5DE"], [0.5, "#F7F7F7"], [0.75, "#FDB863"], [1, "#B35806"]];
/** From zero up: more is darker. @type {Stops} */
export const UNSIGNED = [[0, "#FFFFFF"], [0.25, "#C6DBEF"], [0.5, "#6BAED6"], [0.75, "#2171B5"], [1, "#08306B"]];
/** Of classes, and of runs. */
export const CLASSES = [
  "#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#8C6D31", "#7F7F7F", "#B8A900", "#5E4FA2",
];
