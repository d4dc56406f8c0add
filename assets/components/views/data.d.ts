// Written by `python -m dl101_core.making.view_types`: what the shared views are fed with.
// The words on each field are in dl101_core/views.

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
  axes: [FieldAxis, FieldAxis];
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
  points: FieldPoint[];
  ways: FieldWay[];
  handles: FieldHandle[];
  aspect: number;
  note: string;
}

export interface FieldAxis {
  label: string;
  low: number;
  high: number;
}

export interface FieldHandle {
  name: string;
  label: string;
  x: number;
  y: number;
  form: "round" | "square";
}

export interface FieldPoint {
  x: number;
  y: number;
  kind: number;
  label: string;
  target: number | null;
  held_out: boolean;
}

export interface FieldWay {
  name: string;
  steps: [number, number][];
  current: number;
}

export interface Graph {
  caption: string;
  layers: GraphLayer[];
  edges: GraphEdges[];
  picture_rows: number;
  picture_columns: number;
  picture_most: number | null;
  largest: number | null;
  hint: string;
}

export interface GraphEdges {
  weights: string;
  look: [number, number][];
}

export interface GraphLayer {
  name: string;
  units: GraphUnit[];
  count: number;
}

export interface GraphUnit {
  label: string;
  value: number | null;
  bias: number | null;
  picture: string;
  tip: string;
  dead: string;
  look: boolean;
}

export interface Grids {
  label: string;
  grids: NumberGrid[];
  links: Link[];
  signs: string[];
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
