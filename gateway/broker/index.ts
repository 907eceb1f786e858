export { startBroker } from './broker.ts'
export type { BrokerLimits } from './limits.ts'
export { type Listener, listenFailure, listenTcp } from './listen.ts'
export type { Broker, ConnectAttempt, Refusal, UpMessage } from './ports.ts'
