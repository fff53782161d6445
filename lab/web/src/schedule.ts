// When the engine is asked. At most one request is under way; of the states that
// come while it is, only the last is asked for next. So a drag shows every picture
// that the engine can draw in time, nothing queues up, and the picture at the end
// is that of the last state. A request that takes long is given up for a newer one.
import { Refusal, Unreachable, type Transport } from "./api";
import { formatLink } from "./link";
import type { Page, State, View } from "./wire";

const patience = 300; // ms after which an answer to an old question is not awaited
const settle = 150; // ms without a change before long work begins

interface Wanted { page: Page; state: State; width: number }

export interface SchedulerEvents {
  view(v: View, page: string): void;
  progress(done: number | null): void;
  busy(b: boolean): void;
  failed(message: string, unreachable: boolean): void;
}

export class Scheduler {
  private wanted: Wanted | null = null;
  private flight: AbortController | null = null;
  private since = 0;
  private stop: (() => void) | null = null;
  private timer = 0;

  constructor(private readonly transport: Transport, private readonly on: SchedulerEvents) {}

  want(page: Page, state: State, width: number): void {
    if (page.long) {
      this.stream({ page, state, width });
      return;
    }
    this.wanted = { page, state, width };
    if (!this.flight) void this.run();
    else if (performance.now() - this.since > patience) this.flight.abort();
  }

  /** Gives up whatever is under way: another page is shown. */
  drop(): void {
    this.wanted = null;
    this.flight?.abort();
    this.cancel();
  }

  /** Ends long work. */
  cancel(): void {
    clearTimeout(this.timer);
    this.stop?.();
    this.stop = null;
    this.on.progress(null);
  }

  private async run(): Promise<void> {
    this.on.busy(true);
    while (this.wanted) {
      const { page, state, width } = this.wanted;
      this.wanted = null;
      const flight = (this.flight = new AbortController());
      this.since = performance.now();
      try {
        this.on.view(await this.transport.view(page.id, state, width, flight.signal), page.id);
      } catch (e) {
        if (!flight.signal.aborted) this.fail(e);
      }
      this.flight = null;
    }
    this.on.busy(false);
  }

  private stream(w: Wanted): void {
    this.cancel();
    this.on.progress(NaN);
    this.timer = window.setTimeout(() => {
      const end = () => { this.stop = null; this.on.progress(null); };
      this.stop = this.transport.stream(w.page.id, formatLink(w.page, w.state), w.state, w.width, {
        progress: (done) => this.on.progress(done),
        view: (v) => this.on.view(v, w.page.id),
        end,
        error: (message) => { end(); this.on.failed(message, message === ""); },
      });
    }, settle);
  }

  private fail(e: unknown): void {
    if (e instanceof Unreachable) this.on.failed("", true);
    else this.on.failed(e instanceof Refusal || e instanceof Error ? e.message : String(e), false);
  }
}
