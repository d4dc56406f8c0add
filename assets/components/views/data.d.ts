// Written by `python -m dl101_core.making.view_types`: what the shared views are fed with.
// The words on each field are in dl101_core/views.

export interface Axis {
  label: string;
  low: number;
  high: number;
}

export interface Bar {
  name: string;
  words: string;
  length: number;
  own: boolean;
}

export interface Bars {
  caption: string;
  rows: Bar[];
}

export interface Field {
  caption: string;
  axes: [Axis, Axis];
  value_name: string;
  values: string;
  rows: number;
  columns: number;
  scale: "log" | "signed" | "unsigned";
  low: number | null;
  high: number | null;
  levels: number[];
  smooth: boolean;
  kinds: string[];
  points: Point[];
  ways: Way[];
  handles: Handle[];
  aspect: number;
  note: string;
}

export interface Grids {
  label: string;
  grids: NumberGrid[];
  links: Link[];
  signs: string[];
}

export interface Handle {
  name: string;
  label: string;
  x: number;
  y: number;
  form: "round" | "square";
}

export interface Link {
  source: string;
  target: string;
  boxes: ([number, number, number, number] | null)[];
}

export interface NumberGrid {
  name: string;
  caption: string;
  rows: number;
  columns: number;
  values: number[];
  digits: number;
  tone: "signed" | "unsigned";
  padding: number[];
  unseen: number[];
  says: string[];
}

export interface Point {
  x: number;
  y: number;
  kind: number;
  label: string;
  target: number | null;
  held_out: boolean;
}

export interface Way {
  name: string;
  steps: [number, number][];
  current: number;
}
