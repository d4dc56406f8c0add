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
  inside: boolean;
}

export interface Chart {
  title: string;
  x_label: string;
  y_label: string;
  values: "number" | "percent";
  empty: string;
  curves: ChartCurve[];
  levels: ChartLevel[];
  start: number;
  total: number | null;
  scale: "auto" | "linear" | "log";
  wild: number;
  low: number | null;
  high: number | null;
  cursor: number | null;
}

export interface ChartBand {
  name: string;
  points: [number, number, number][];
}

export interface ChartBracket {
  low: number;
  high: number;
  words: string;
}

export interface ChartCurve {
  name: string;
  place: number;
  lines: ChartLine[];
  band: ChartBand | null;
  bracket: ChartBracket | null;
  marks: ChartMark[];
  broke: number | null;
  role: "beside" | "faint" | "main";
}

export interface ChartLevel {
  y: number;
  words: string;
}

export interface ChartLine {
  name: string;
  points: ([number, number | null])[];
  kind: "points" | "smooth" | "thick" | "thin";
  marks: boolean;
}

export interface ChartMark {
  x: number;
  words: string;
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

export interface MathPiece {
  kind: "fence" | "frac" | "name" | "num" | "op" | "row" | "sub" | "sum" | "sup" | "words";
  text: string;
  role: "" | "bias" | "input" | "result" | "weight";
  parts: MathPiece[];
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

export interface Player {
  steps: number;
  at: number;
  unit: string;
  labels: string[];
  speeds: number[];
  speed: number;
  loops: boolean;
  starts: boolean;
}

export interface Product {
  caption: string;
  matrices: ProductMatrix[];
}

export interface ProductMatrix {
  name: string;
  rows: number;
  columns: number;
  values: string;
  digits: number;
  row_names: string[];
  column_names: string[];
}

export interface Tip {
  term: string;
  lines: TipLine[];
  open: boolean;
}

export interface TipLine {
  words: string;
  formula: MathPiece | null;
  spoken: string;
}
