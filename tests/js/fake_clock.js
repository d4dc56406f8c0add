// A clock that stands still until it is told to run; `late` delays every timer.
export class FakeClock {
  time = 0;
  timers = new Map();
  number = 0;
  late = 0;
  now = () => this.time;
  after = (act, wait) => {
    this.timers.set(++this.number, { act, due: this.time + wait + this.late });
    return this.number;
  };
  cancel = (timer) => this.timers.delete(timer);

  run(wait) {
    const end = this.time + wait;
    for (;;) {
      const [first] = [...this.timers].sort(([, a], [, b]) => a.due - b.due);
      if (!first || first[1].due > end) break;
      this.time = Math.max(this.time, first[1].due);
      this.timers.delete(first[0]);
      first[1].act();
    }
    this.time = end;
  }
}
