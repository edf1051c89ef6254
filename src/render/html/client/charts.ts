// A script of the page, without imports: the charts over time, drawn by uPlot, which zoom and read together.
{
  type ChartsData = import('../charts-data.ts').ChartsData
  type Panel = import('../charts-data.ts').Panel
  type PanelSeries = import('../charts-data.ts').PanelSeries

  interface Chart {
    readonly panel: Panel
    readonly plot: uPlot
    readonly figure: HTMLElement
    readonly values: readonly HTMLElement[]
  }

  const root = document.getElementById('charts')
  const source = document.getElementById('charts-data')

  const start = (group: HTMLElement, { edges, offsets, panels }: ChartsData): void => {
    const buckets = edges.length - 1
    const full = { min: edges[0]!, max: edges[buckets]! }
    const shortest = Math.min(full.max - full.min, ((full.max - full.min) / buckets) * 3)
    const said = document.getElementById('charts-said')!
    const charts: Chart[] = []
    let isTogether = false

    const shifted = (second: number): Date => new Date((second + (offsets.findLast(([from]) => from <= second) ?? offsets[0]!)[1] * 60) * 1000)
    const dayOf = (second: number): string => shifted(second).toISOString().slice(5, 10)
    const clockOf = (second: number): string => shifted(second).toISOString().slice(11, 16)
    const hasDate = full.max - full.min > 86_400
    const timeOf = (second: number): string => (hasDate ? `${dayOf(second)} ${clockOf(second)}` : clockOf(second))
    const count = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 1 })
    const minutesOf = (bucket: number): number => (edges[bucket + 1]! - edges[bucket]!) / 60

    const bucketAt = (second: number): number => {
      let [low, high] = [0, buckets - 1]
      while (low < high) {
        const middle = (low + high + 1) >> 1
        if (edges[middle]! <= second) low = middle
        else high = middle - 1
      }
      return low
    }

    // Colours are those of the style, so that they follow the theme.
    const colour = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()

    const SHAPES: Readonly<Record<Exclude<PanelSeries['pattern'], 'solid'>, string>> = { stripes: 'M-1 5L5-1M-1 9L9-1M3 9L9 3', dots: 'M2 2h.01M6 6h.01', back: 'M-1 3L5 9M-1-1L9 9M3-1L9 5' }

    const fillOf = ({ hue, pattern }: PanelSeries): string | CanvasPattern => {
      if (pattern === 'solid') return colour(hue)
      const tile = document.createElement('canvas')
      const scale = Math.max(1, Math.round(devicePixelRatio))
      tile.width = tile.height = 8 * scale
      const context = tile.getContext('2d')!
      context.scale(scale, scale)
      context.fillStyle = colour('card')
      context.fillRect(0, 0, 8, 8)
      context.strokeStyle = colour(hue)
      context.lineWidth = pattern === 'dots' ? 3 : 2
      context.lineCap = pattern === 'dots' ? 'round' : 'butt'
      context.stroke(new Path2D(SHAPES[pattern]))
      return context.createPattern(tile, 'repeat')!
    }

    const nice = (value: number): number => {
      if (value <= 1) return 1
      const power = 10 ** Math.floor(Math.log10(value))
      return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((factor) => factor * power).find((one) => value <= one)!
    }

    const shownValue = (panel: Panel, series: PanelSeries, bucket: number): number | null => {
      const value = series.values[bucket] ?? null
      return value === null || !panel.isPerMinute ? value : value / minutesOf(bucket)
    }

    /** The value at a bucket; without one, what all that is shown comes to. */
    const textOf = (panel: Panel, series: PanelSeries, bucket: number | undefined, range: { min: number; max: number }): string => {
      const unit = panel.unit === '' ? '' : ` ${panel.unit}`
      if (bucket !== undefined) {
        const value = shownValue(panel, series, bucket)
        return value === null ? '–' : `${count(value)}${unit}`
      }
      const known = series.values.flatMap((value, index) => {
        const middle = (edges[index]! + edges[index + 1]!) / 2
        return value === null || middle < range.min || middle > range.max ? [] : [series.rest === 'sum' ? value : shownValue(panel, series, index)!]
      })
      if (known.length === 0) return '–'
      if (series.rest === 'sum') return count(known.reduce((sum, value) => sum + value, 0))
      return series.rest === 'max' ? `most ${count(Math.max(...known))}${unit}` : `lowest ${count(Math.min(...known))}${unit}`
    }

    const rangeOf = (plot: uPlot): { min: number; max: number } => ({ min: plot.scales['x']!.min ?? full.min, max: plot.scales['x']!.max ?? full.max })

    const read = ({ panel, plot, figure, values }: Chart): void => {
      const left = plot.cursor.left ?? -1
      const range = rangeOf(plot)
      const bucket = left < 0 ? undefined : bucketAt(plot.posToVal(left, 'x'))
      for (const [index, series] of panel.series.entries()) values[index]!.textContent = textOf(panel, series, bucket, range)
      figure.querySelector('.range')!.textContent = bucket !== undefined ? timeOf(edges[bucket]!) : range.min <= full.min && range.max >= full.max ? '' : `${timeOf(range.min)} – ${timeOf(range.max)}`
    }

    /** At once, so that what comes next finds it done; uPlot would wait for the end of the task. */
    const setRange = (plot: uPlot, range: { min: number; max: number }): void => plot.batch(() => plot.setScale('x', range))

    const zoom = (min: number, max: number): void => {
      const width = Math.min(full.max - full.min, Math.max(shortest, max - min))
      const from = Math.min(full.max - width, Math.max(full.min, (min + max - width) / 2))
      if (charts[0] !== undefined) setRange(charts[0].plot, { min: from, max: from + width })
    }

    const follow = (changed: uPlot, key: string): void => {
      if (key !== 'x' || isTogether) return
      isTogether = true
      const range = rangeOf(changed)
      for (const { plot } of charts) if (plot !== changed) setRange(plot, range)
      isTogether = false
      for (const chart of charts) read(chart)
    }

    const axis = (values: uPlot.Axis.Values, size: number): uPlot.Axis => ({ stroke: () => colour('muted'), font: '12px system-ui, sans-serif', size, values, grid: { stroke: () => colour('grid'), width: 1 }, ticks: { stroke: () => colour('grid'), width: 1, size: 4 } })

    const draw = (panel: Panel, figure: HTMLElement): void => {
      const box = document.createElement('div')
      box.className = 'live-chart'
      figure.append(box)
      const below = Array.from({ length: buckets }, () => 0)
      const levels = panel.series.map((series) => {
        const values = series.values.map((_, bucket) => {
          const value = shownValue(panel, series, bucket)
          if (series.kind === 'line') return value
          below[bucket]! += value ?? 0
          return below[bucket]!
        })
        // The last step ends at the last edge.
        return [...values, values.at(-1) ?? null]
      })
      // The last of a stack is the highest: it is drawn first, and the others cover it; lines above all.
      const order = [...panel.series.keys()].sort((a, b) => Number(panel.series[a]!.kind === 'line') - Number(panel.series[b]!.kind === 'line') || b - a)
      const steps = uPlot.paths.stepped!({ align: 1 })
      const legend = [...figure.querySelectorAll<HTMLElement>('.legend li')]
      const values = panel.series.map(({ label }) => legend.find((item) => item.dataset['series'] === label)!.querySelector('b')!)
      // The still picture may be coarser, and have a line that a finer one needs not.
      for (const item of legend) item.classList.toggle('still-only', !panel.series.some(({ label }) => label === item.dataset['series']))
      const plot: uPlot = new uPlot({
        width: box.clientWidth,
        height: box.clientHeight,
        legend: { show: false },
        padding: [6, 22, 0, 0],
        tzDate: (second) => uPlot.tzDate(shifted(second), 'Etc/UTC'),
        cursor: { sync: { key: 'wslog' }, y: false, drag: { x: true, y: false, dist: 4 }, points: { show: false } },
        scales: { x: { time: true }, y: { range: (_, __, max) => [panel.min, panel.max ?? nice(max ?? 1)] } },
        axes: [
          { ...axis((_, splits, __, ___, step) => splits.map((second) => (step >= 86_400 || (hasDate && clockOf(second) === '00:00') ? dayOf(second) : clockOf(second))), 26), space: 64, incrs: [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 7200, 14_400, 43_200].map((minutes) => minutes * 60) },
          { ...axis((_, splits) => splits.map((value) => `${count(value)}${panel.unit}`), 52), space: 28, incrs: [0.1, 0.2, 0.5, 1, 2, 5].concat([10, 100, 1000, 10_000, 100_000].flatMap((power) => [power, power * 2, power * 2.5, power * 5])) },
        ],
        series: [{}, ...order.map((index): uPlot.Series => {
          const series = panel.series[index]!
          const common = { label: series.label, paths: steps, points: { show: false } }
          return series.kind === 'line' ? { ...common, stroke: () => colour(series.hue), width: 1.5 } : { ...common, fill: () => fillOf(series) as string, width: 0 }
        })],
        hooks: {
          setScale: [follow],
          setCursor: [(changed) => {
            const chart = charts.find((one) => one.plot === changed)
            if (chart !== undefined) read(chart)
          }],
        },
      }, [[...edges], ...order.map((index) => levels[index]!)], box)
      figure.classList.add('live')
      charts.push({ panel, plot, figure, values })
    }

    const pointAt = (bucket: number): void => {
      const second = (edges[bucket]! + edges[bucket + 1]!) / 2
      const range = rangeOf(charts[0]!.plot)
      if (second < range.min || second > range.max) zoom(second - (range.max - range.min) / 2, second + (range.max - range.min) / 2)
      for (const { plot } of charts) plot.setCursor({ left: plot.valToPos(second, 'x'), top: 10 })
      const parts = charts.map(({ panel, values }) => `${panel.title}: ${panel.series.map(({ label }, index) => `${label} ${values[index]!.textContent}`).join(', ')}`)
      said.textContent = `${timeOf(edges[bucket]!)}. ${parts.join('. ')}.`
    }

    const scaleBy = (factor: number): void => {
      const { min, max } = rangeOf(charts[0]!.plot)
      const left = charts[0]!.plot.cursor.left ?? -1
      const centre = left < 0 ? (min + max) / 2 : charts[0]!.plot.posToVal(left, 'x')
      zoom(centre - (centre - min) * factor, centre + (max - centre) * factor)
    }
    const moveBy = (share: number): void => {
      const { min, max } = rangeOf(charts[0]!.plot)
      zoom(min + (max - min) * share, max + (max - min) * share)
    }
    const showAll = (): void => {
      zoom(full.min, full.max)
      for (const { plot } of charts) plot.setCursor({ left: -10, top: -10 })
    }
    const step = (by: number): void => {
      const { plot } = charts[0]!
      const range = rangeOf(plot)
      const left = plot.cursor.left ?? -1
      const now = left < 0 ? (by > 0 ? bucketAt(range.min) - 1 : bucketAt(range.max) + 1) : bucketAt(plot.posToVal(left, 'x'))
      pointAt(Math.min(buckets - 1, Math.max(0, now + by)))
    }

    const KEYS: Readonly<Record<string, (event: KeyboardEvent) => void>> = {
      ArrowLeft: ({ shiftKey }) => (shiftKey ? moveBy(-0.25) : step(-1)),
      ArrowRight: ({ shiftKey }) => (shiftKey ? moveBy(0.25) : step(1)),
      '+': () => scaleBy(0.5),
      '=': () => scaleBy(0.5),
      '-': () => scaleBy(2),
      Home: () => pointAt(0),
      End: () => pointAt(buckets - 1),
      Escape: showAll,
    }

    group.tabIndex = 0
    group.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      const act = KEYS[event.key]
      if (act === undefined) return
      event.preventDefault()
      act(event)
    })

    const tools = document.getElementById('charts-tools')!
    for (const [text, label, act] of [['+', 'Zoom in', () => scaleBy(0.5)], ['−', 'Zoom out', () => scaleBy(2)], ['←', 'Earlier', () => moveBy(-0.25)], ['→', 'Later', () => moveBy(0.25)], ['Show all', 'Show all', showAll]] as const) {
      const button = document.createElement('button')
      button.type = 'button'
      button.textContent = text
      button.setAttribute('aria-label', label)
      button.addEventListener('click', act)
      tools.append(button)
    }
    tools.hidden = false
    document.getElementById('charts-hint')!.hidden = false

    for (const panel of panels) draw(panel, group.querySelector<HTMLElement>(`[data-panel="${panel.id}"]`)!)
    for (const chart of charts) read(chart)

    new ResizeObserver(() => {
      for (const { plot, figure } of charts) {
        const box = figure.querySelector<HTMLElement>('.live-chart')!
        if (box.clientWidth > 0 && box.clientWidth !== plot.width) plot.setSize({ width: box.clientWidth, height: box.clientHeight })
      }
    }).observe(group)
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      for (const { plot } of charts) plot.redraw(true)
    })
  }

  if (root !== null && source !== null) start(root, JSON.parse(source.textContent ?? '') as ChartsData)
}
