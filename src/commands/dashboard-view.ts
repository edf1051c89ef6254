import type tty from 'node:tty'
import type { Zone } from 'luxon'
import type { Snapshot } from '../live/snapshot.ts'
import { renderDashboard } from '../render/live/dashboard.ts'
import type { Paint } from '../render/paint.ts'
import { Screen } from './screen.ts'
import type { TailView } from './tail-loop.ts'

export interface DashboardOptions {
  readonly input: tty.ReadStream
  readonly output: tty.WriteStream & { readonly fd: number }
  readonly zone: () => Zone
  readonly paint: Paint
  /** The snapshot of this moment. */
  readonly snapshot: () => Snapshot
  /** Its user wants to end it, or cannot see it any more. */
  readonly onQuit: (why: 'q' | '^C' | 'gone') => void
}

/** A dashboard on a terminal, with its keys. */
export class DashboardView implements TailView {
  readonly #options: DashboardOptions
  readonly #screen: Screen
  #held: Snapshot | undefined
  #isFaultsOnly = false
  #isHelp = false

  constructor(options: DashboardOptions) {
    this.#options = options
    const { input, output } = options
    this.#screen = new Screen({ input, output, onKey: (key) => this.#onKey(key), onResize: () => this.#draw(), onGone: () => options.onQuit('gone') })
  }

  enter(): void {
    this.#screen.enter()
    this.#draw()
  }

  leave(): void {
    this.#screen.leave()
  }

  event(): void {}

  interval(): void {}

  refresh(): void {
    if (this.#held === undefined) this.#draw()
  }

  #onKey(key: string): void {
    if (key === 'q' || key === 'Q') this.#options.onQuit('q')
    else if (key === '^C') this.#options.onQuit('^C')
    else if (key === 'p' || key === ' ') this.#held = this.#held === undefined ? this.#options.snapshot() : undefined
    else if (key === 'f') this.#isFaultsOnly = !this.#isFaultsOnly
    else if (key === '?' || key === 'h') this.#isHelp = !this.#isHelp
    else if (this.#isHelp) this.#isHelp = false
    else return
    this.#draw()
  }

  #draw(): void {
    const { output, zone, paint, snapshot } = this.#options
    this.#screen.draw(renderDashboard(this.#held ?? snapshot(), {
      width: output.columns, height: output.rows, zone: zone(), paint,
      isPaused: this.#held !== undefined, isFaultsOnly: this.#isFaultsOnly, isHelp: this.#isHelp,
    }))
  }
}
