// What parts get from Streamlit and tell each other, for tsc. The browser never loads this.

/** What Streamlit calls a part with, first and at every change of its data. */
interface Given<Data> {
  data: Data;
  parentElement: ShadowRoot | HTMLElement;
  key: string;
  name: string;
  /** A value that stays: the script finds it in every later run. */
  setStateValue: Send;
  /** A value for one run of the script. */
  setTriggerValue: Send;
}

type Send = (name: string, value: unknown) => void;

/** A part's script; what it returns is called when Streamlit takes the part away, or drops a call of it. */
type Part<Data> = (given: Given<Data>) => void | (() => void);

/** Colours of a scale, each with its share from 0 to 1. */
type Stops = [share: number, hex: string][];

/** Red, green and blue, each from 0 to 255. */
type Rgb = number[];

/** Row and column. */
type Place = [row: number, column: number];

/** The picture before a filter, by the name of its content, as PNG in base64. */
type Source = { name: string; png: string };

/** The events by which parts of one page tell each other something, and their `detail`. */
interface Told {
  /** A picture rests; the stamp of what it shows. */
  "dl101-rest": string;
  /** Whether the server owes the pad an answer for too long. */
  "dl101-overdue": boolean;
  /** The reading route has answered the pad: the data of the bars, without titles. */
  "dl101-read": { seq: number; cards: object[]; stamp: string };
  /** The pad's example writes itself: the share that is written. */
  "dl101-rehearsed": number;
  /** `dl101Feed` has new text. */
  "dl101-lab": void;
  /** `dl101Source` is another picture. */
  "dl101-source": void;
  /** The page shows another address. */
  "dl101-address": void;
  /** The page is now light or dark: ask `dl101Theme`. */
  "dl101-theme": void;
}

type Events = { [Name in keyof Told]: CustomEvent<Told[Name]> };
interface WindowEventMap extends Events {}

interface History {
  /** Set once `pushState` has been replaced: ui/repairs/history.js. */
  oneStepPerPage?: boolean;
}

/** Light or dark: what is on show, and what the learner chooses. */
declare var dl101Theme: { now: () => "light" | "dark"; choose: (theme: "light" | "dark") => void } | undefined;
/** The address of the app. */
declare var dl101Base: string | undefined;
/** The last answer of the lab, and how to ask for the next one. */
declare var dl101Feed: { text: string; ask: Send } | undefined;
declare var dl101Source: Source | undefined;
/** How many experiments were set up on this page. */
declare var dl101SetUp: number | undefined;
