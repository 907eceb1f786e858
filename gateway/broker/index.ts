export { type BrokerOptions, startBroker } from './broker.ts'
export { type BrokerLimits, defaultBrokerLimits } from './limits.ts'
export { type Listener, type ListenOptions, listenFailure, listenTcp } from './listen.ts'
export type { Broker, BrokerHooks, ConnectAttempt, Refusal, UpMessage } from './ports.ts'
