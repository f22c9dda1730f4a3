/** One connected page: its views, and the frames that tell it what changed. */

import type { Port } from '../../shared/contract/port.ts';
import type { Frame, ViewPush } from '../../shared/contract/pushes.ts';
import type { SourceId, SourceStats, ViewId } from '../../shared/contract/records.ts';
import { createServer, type Handlers, type Server } from '../../shared/contract/rpc.ts';
import { InspectorError } from '../../shared/contract/errors.ts';
import type { LiveView } from './live-view.ts';

/** What changes for all pages alike; each is sent again only where it changed since the page last got it. */
export type Broadcast = Pick<Frame, 'sources' | 'settings' | 'profiles' | 'notices' | 'repeats'>;

export interface PageEvents {
  closed(): void;
  faulted(procedure: string, error: unknown): void;
}

/**
 * Sends at most one frame at a time: the next one waits until the page has applied the last, so that a slow page gets fewer
 * frames and never a growing queue. What a frame carries is read when it is made, so nothing is lost by waiting.
 */
export class Page {
  readonly #server: Server;
  readonly #views = new Map<ViewId, LiveView>();
  readonly #sentStats = new Map<SourceId, string>();
  #pending: Broadcast = {};
  #number = 0;
  #acknowledged = 0;
  #nextView = 0;

  constructor(port: Port, handlers: (page: Page) => Handlers, events: PageEvents) {
    this.#server = createServer(port, handlers(this), {
      acknowledged: (frame) => {
        this.#acknowledged = Math.max(this.#acknowledged, frame);
      },
      closed: () => {
        this.closeViews();
        events.closed();
      },
      faulted: (procedure, error) => events.faulted(procedure, error),
    });
  }

  /** Makes a view under a new number. */
  open(make: (view: ViewId) => LiveView): { view: ViewId } {
    const view = this.#nextView;
    this.#nextView += 1;
    this.#views.set(view, make(view));
    return { view };
  }

  /** Throws `no-such-view`, also where the view is of another kind. */
  view<V extends LiveView>(view: ViewId, kind: abstract new (...parameters: never[]) => V): V {
    const found = this.#views.get(view);
    if (!(found instanceof kind)) throw new InspectorError('no-such-view', { view });
    return found;
  }

  /** Throws `no-such-view`. */
  anyView(view: ViewId): LiveView {
    const found = this.#views.get(view);
    if (found === undefined) throw new InspectorError('no-such-view', { view });
    return found;
  }

  closeView(view: ViewId): void {
    this.#views.get(view)?.close();
    this.#views.delete(view);
  }

  closeViews(): void {
    for (const view of this.#views.values()) view.close();
    this.#views.clear();
  }

  /** The views of a source that is gone say nothing more. */
  closeViewsOf(source: SourceId): void {
    for (const [id, view] of this.#views) if (view.source === source) this.closeView(id);
    this.#sentStats.delete(source);
  }

  /** Goes out with the next frame; a later value of the same member replaces an earlier one. */
  tell(broadcast: Broadcast): void {
    this.#pending = { ...this.#pending, ...broadcast };
  }

  /** Makes and sends the next frame, unless the page is busy with the last or there is nothing new. */
  sendFrame(nowUs: number, stats: readonly SourceStats[]): void {
    if (this.#acknowledged < this.#number) return;
    const views: ViewPush[] = [];
    for (const view of this.#views.values()) {
      const push = view.collect(nowUs);
      if (push !== undefined) views.push(push);
    }
    const changedStats = stats.filter((each) => this.#statsChanged(each));
    if (views.length === 0 && changedStats.length === 0 && Object.keys(this.#pending).length === 0) return;
    this.#number += 1;
    this.#server.sendFrame({ number: this.#number, views, stats: changedStats, ...this.#pending });
    this.#pending = {};
  }

  close(): void {
    this.closeViews();
    this.#server.close();
  }

  #statsChanged(stats: SourceStats): boolean {
    const text = JSON.stringify(stats);
    if (this.#sentStats.get(stats.source) === text) return false;
    this.#sentStats.set(stats.source, text);
    return true;
  }
}
