/** A worker that says that it is ready, and dies of the first batch. */
import { parentPort } from 'node:worker_threads'

parentPort.on('message', () => process.exit(1))
parentPort.postMessage(null)
