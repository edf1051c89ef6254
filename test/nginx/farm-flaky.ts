/** The backend in a process of its own, so that it can be killed: `farm-flaky.ts PORT`. */
import { startRooms } from './farm-backends.ts'

await startRooms(Number(process.argv[2]))
process.stdout.write('up\n')
