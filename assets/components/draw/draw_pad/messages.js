// What the pad sends, and when: {strokes, seq, token}, at the end of each stroke, and while drawing
// with one message in flight. Messages go to the server's own route, whose answer is painted at
// once; the page's script gets the end of each stroke after that, and every message while the route
// does not answer.
import { CLOCK } from "../../shared/clock.js";
import { ask, isAnswer } from "./read.js";
import { copy } from "./strokes.js";

const LOST = 1500; // ms after which an unanswered message no longer blocks the next
const OVERDUE = 1000; // ms without an answer after which the answers on show are old
const DEAF = 30000; // ms without the route after it has not answered
const BUSY = 100; // ms until a message that had to wait tries again

/** @typedef {import("./strokes.js").Stroke} Stroke */
/** @typedef {import("./read.js").Answer} Answer */
/** @typedef {{ strokes: Stroke[], seq: number, token: string }} Message */

/**
 * @typedef {object} Pad
 * @property {import("./strokes.js").Strokes} strokes
 * @property {(seq: number) => void} remember keeps the drawing
 * @property {(answer: Answer) => void} read the route has answered
 * @property {(overdue: boolean) => void} overdue whether the server owes an answer for too long
 */

export class Messages {
  /** @type {Send} */
  send = () => {}; // to the page's script
  /** @type {string | undefined} */
  token; // of the drawing that the pad began with
  /** @type {string[]} */
  networks = []; // that the route asks; without any there is no route
  live = 0; // ms between two messages while drawing; 0 for none

  seq = 0; // last message
  told = 0; // last message to the page's script
  acked = 0; // last message that the page's script has read
  answered = 0; // last message that the route has answered
  deaf = -Infinity; // when the route did not answer
  sentAt = 0;
  beganAt = 0; // the stroke that is being drawn
  waiting = false; // whether there are points that no message has
  timer = 0; // of the next message while drawing
  owed = 0; // timer of an unanswered message
  late = false; // whether it has expired
  gone = new AbortController();

  /** @param {Pad} pad @param {{ clock?: import("../../shared/clock.js").Clock, asks?: typeof ask }} [world] */
  constructor(pad, { clock = CLOCK, asks = ask } = {}) {
    this.pad = pad;
    this.clock = clock;
    this.asks = asks;
  }

  get read() {
    return Math.max(this.acked, this.answered);
  }

  get inFlight() {
    return this.read < this.seq && this.clock.now() - this.sentAt < LOST;
  }

  push(shown = this.pad.strokes.all) {
    this.clock.cancel(this.timer);
    this.timer = 0;
    this.waiting = false;
    this.seq += 1;
    this.sentAt = this.clock.now();
    this.owed ||= this.clock.after(() => this.overdue(true), OVERDUE);
    this.pad.remember(this.seq);
    const message = { strokes: copy(shown), seq: this.seq, token: this.token };
    const heard = this.networks.length && this.clock.now() - this.deaf > DEAF;
    if (heard) this.ask(message, Boolean(this.pad.strokes.current));
    else this.tell(message);
  }

  /** @param {Message} message */
  tell(message) {
    if (message.seq <= this.told || message.token !== this.token) return; // a later one was faster
    this.told = message.seq;
    this.send("drawing", message);
  }

  /** @param {Message} message @param {boolean} live whether its stroke was still being drawn */
  async ask(message, live) {
    const answer = await this.asks({ ...message, networks: this.networks }, this.gone.signal);
    if (this.gone.signal.aborted) return;
    if (!isAnswer(answer, message.seq)) this.deaf = this.clock.now();
    else if (message.token === this.token && message.seq > this.answered) {
      this.answered = message.seq;
      this.settle(true);
      this.pad.read(answer);
      if (live) return;
    }
    if (message.seq === this.seq || !live) this.tell(message);
  }

  /** @param {boolean} late */
  overdue(late) {
    const changes = late !== this.late;
    this.late = late;
    if (changes) this.pad.overdue(late);
  }

  /** @param {boolean} progress */
  settle(progress) {
    const owes = this.read < this.seq;
    if (owes && !progress) return;
    this.clock.cancel(this.owed);
    this.owed = owes ? this.clock.after(() => this.overdue(true), OVERDUE) : 0;
    if (!owes) this.overdue(false);
  }

  began() {
    this.beganAt = this.clock.now();
  }

  // The stroke has another point.
  grew() {
    if (!this.live || !this.pad.strokes.readable) return;
    this.waiting = true;
    // A quick stroke ends before its first live message, so that nothing delays its answer.
    const since = this.clock.now() - Math.max(this.sentAt, this.beganAt);
    this.timer ||= this.clock.after(() => this.pushLive(), Math.max(0, this.live - since));
  }

  pushLive() {
    this.timer = 0;
    if (!this.waiting || !this.pad.strokes.current) return;
    if (this.inFlight) this.timer = this.clock.after(() => this.pushLive(), BUSY);
    else this.push();
  }

  // The page's script has read the messages up to `ack`. Gives whether it has forgotten some: then a
  // new session needs the drawing.
  /** @param {number} ack */
  acknowledge(ack) {
    const [forgotten, progress] = [ack < this.acked, ack > this.acked];
    this.acked = ack;
    this.seq = Math.max(this.seq, ack);
    this.settle(progress);
    return forgotten;
  }

  destroy() {
    this.gone.abort();
    this.clock.cancel(this.timer);
    this.clock.cancel(this.owed);
    this.overdue(false);
  }
}
