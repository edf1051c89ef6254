/** A case that never ends, under a watchdog that does not wait long. */
import { againWith } from './hunt.ts'
import { Watchdog } from './watchdog.ts'

const watchdog = new Watchdog(['first', 'second'], againWith('<target>', '<seed>'), { maxMs: 200 })
watchdog.begin('first', 1)
watchdog.end()
watchdog.begin('second', 3_000_000_000)
for (;;);
