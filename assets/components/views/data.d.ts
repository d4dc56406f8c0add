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
