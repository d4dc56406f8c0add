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
